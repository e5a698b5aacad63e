"""One line per request in the log: method, route pattern, room, status, time. Never a query, never a header."""

import logging

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

log = logging.getLogger("bridge.access")

POLLS = frozenset(("state", "room", "rooms", "health"))
NO_HTTP = "UNKNOWN"
"""The method aiohttp gives to what it could not read as a request; it answers 400 by itself, before any route."""


class AccessLog(AbstractAccessLogger):
    """Presses at INFO; polls, which come every second, at DEBUG."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        match = request.match_info if isinstance(request, web.Request) and request.method != NO_HTTP else None
        route = match.route if match is not None else None
        poll = route is not None and route.handler.__name__ in POLLS and response.status < 400
        level = logging.DEBUG if poll else logging.INFO
        if not log.isEnabledFor(level):
            return
        resource = route.resource if route else None
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
