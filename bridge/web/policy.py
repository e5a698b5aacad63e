"""What a route asks of a call and how it answers: data on each route, read by the gate, the log and failures."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler

KeyKind = Literal["none", "api", "button", "view", "join"]
PageKind = Literal["join", "scene", "program", "egress", "console", "player", "recording"]


@dataclass(frozen=True, slots=True)
class RoutePolicy:
    """``key``: ``api`` takes a user's token, ``button`` any key but one to view, ``view`` that one too, ``join`` a
    token or none.

    ``origin_guard``: no foreign page may call it, but for those that ``cors`` lets in: the configured ``join`` origins,
    or ``any`` to read the answer. ``cache``: of its successes. ``page``: it is shown in a browser, which is told what
    such a page may load and use. ``level``: how its successes are logged. ``formats``: what its failures come in.
    ``presses``: it changes something of a room, and is remembered.
    """

    key: KeyKind = "none"
    origin_guard: bool = True
    cors: Literal["none", "join", "any"] = "none"
    cache: str = "no-store"
    page: PageKind | None = None
    level: int = logging.INFO
    formats: Literal["asked", "json"] = "asked"
    presses: bool = False

    @property
    def by_key(self) -> bool:
        """Whether it is a short route, which takes its key in the URL too."""
        return self.key in ("button", "view")


PRESS = RoutePolicy("button", presses=True)
DOWNLOAD = RoutePolicy("button")
"""It holds keys, so that no view key gets it."""
POLL = RoutePolicy("view", level=logging.DEBUG)
"""It comes every second."""
API = RoutePolicy("api", formats="json")
API_PRESS = replace(API, presses=True)
UNKNOWN = RoutePolicy()
"""Where nothing lies beside a path."""


class Policies:
    """Those of one application, ``by_route``. ``nowhere`` is the route behind all others."""

    nowhere: web.AbstractRoute | None = None

    def __init__(self) -> None:
        self.by_route: dict[web.AbstractRoute, RoutePolicy] = {}
        self._beside: dict[str, RoutePolicy] = {}

    def put(self, route: web.AbstractRoute, path: str, policy: RoutePolicy) -> None:
        self.by_route[route] = policy
        beside = replace(policy, key="none", cors="none" if policy.cors == "any" else policy.cors)
        for place in (path, path.rpartition("/")[0]):
            if place:
                self._beside.setdefault(place, beside)

    def of(self, request: web.Request) -> RoutePolicy:
        """That of the route; what is no route answers like what lies beside it, and asks for no key."""
        known = self.by_route.get(request.match_info.route)
        return known if known is not None else self._of_what_lies_beside(request.path)

    def _of_what_lies_beside(self, path: str) -> RoutePolicy:
        while path and path not in self._beside:
            path = path.rpartition("/")[0]
        return self._beside.get(path, UNKNOWN)

    async def refuse_routes_without(self, app: web.Application) -> None:
        """Raises ``RuntimeError``: whoever adds a route says what it asks for."""
        for route in app.router.routes():
            if route not in self.by_route and route is not self.nowhere:
                raise RuntimeError(f"{route!r} has no policy: add it with bridge.web.policy.add")


POLICIES = web.AppKey("policies", Policies)
BEFORE: web.AppKey[Callable[[Handler, RoutePolicy], Handler]] = web.AppKey("before")
"""What puts the gate before a handler."""


def add(app: web.Application, path: str, handler: Handler, policy: RoutePolicy, *methods: str) -> None:
    """A route for each of ``methods``. HEAD is one of its own: on most routes it would press."""
    resource, guarded = app.router.add_resource(path), app[BEFORE](handler, policy)
    for method in methods:
        app[POLICIES].put(resource.add_route(method, guarded), path, policy)


def pattern_of(route: web.AbstractRoute) -> str:
    """The path of a route as it is written down, whatever stands in its places."""
    return route.resource.canonical.removesuffix("{ending}") if route.resource else ""


def policy_of(request: web.Request) -> RoutePolicy:
    return request.app[POLICIES].of(request)
