"""One line per request in the log: method, route pattern, room, status, time. Never a query, never a header."""

import logging

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from bridge.web.policy import policy_of

log = logging.getLogger("bridge.access")

NO_HTTP = "UNKNOWN"
"""The method aiohttp gives to what it could not read as a request; it answers 400 by itself, before any route."""


class AccessLog(AbstractAccessLogger):
    """What succeeds is told as its route says; what fails, at INFO."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        routed = request if isinstance(request, web.Request) and request.method != NO_HTTP else None
        level = policy_of(routed).level if routed and response.status < 400 else logging.INFO
        if not log.isEnabledFor(level):
            return
        match = routed.match_info if routed else None
        resource = match.route.resource if match is not None else None
        room = match.get("room", "-") if match is not None else "-"
        log.log(
            level,
            "%s %s room=%s %d %.1f ms",
            request.method,
            resource.canonical.removesuffix("{ending}") if resource else "unknown route",
            "".join(char if char.isprintable() else "?" for char in room)[:64],
            response.status,
            time * 1000,
        )

    @property
    def enabled(self) -> bool:
        return log.isEnabledFor(logging.INFO)
