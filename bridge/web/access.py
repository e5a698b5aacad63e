"""One line per request in the log: method, route, room, whether it changed, status, time and the caller's address.

Never a query, never a header. What is no route stands there with its path, made safe.
"""

import logging

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from bridge.web.parts import PARTS
from bridge.web.policy import POLICIES, pattern_of, policy_of
from bridge.web.wire.replies import CHANGED

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
        route = match.route if match is not None else None
        known = routed and route in routed.app[POLICIES].by_route
        room = match.get("room", "-") if match is not None else "-"
        changed = response.get(CHANGED)
        log.log(
            level,
            "%s %s room=%s %s%d %.1f ms from %s",
            request.method,
            pattern_of(route) if known and route else f"unknown route {_shown(request.path)}",
            _shown(room),
            "" if changed is None else f"changed={changed:d} ",
            response.status,
            time * 1000,
            routed.app[PARTS].callers.address(routed) if routed else request.remote,
        )

    @property
    def enabled(self) -> bool:
        return log.isEnabledFor(logging.INFO)


def _shown(text: str) -> str:
    """A name or a path from outside: one line, short. The log hides what looks like a key in it."""
    return "".join(char if char.isprintable() else "?" for char in text)[:64]
