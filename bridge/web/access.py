"""One line per request in the log: method, route pattern, room, status, time. Never a query, never a header."""

import logging

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

log = logging.getLogger("bridge.access")

POLLS = frozenset(("state", "room", "rooms", "health"))


class AccessLog(AbstractAccessLogger):
    """Presses at INFO; polls, which come every second, at DEBUG."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        route = request.match_info.route if isinstance(request, web.Request) else None
        level = logging.DEBUG if route and route.name in POLLS and response.status < 400 else logging.INFO
        if not log.isEnabledFor(level):
            return
        resource = route.resource if route else None
        room = request.match_info.get("room", "-") if isinstance(request, web.Request) else "-"
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
