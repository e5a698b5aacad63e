"""What a route asks of a call and how it answers: data on each route, read by the gate, the log and failures."""

import logging
from dataclasses import dataclass, replace
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler

KeyKind = Literal["none", "api", "button", "join"]


@dataclass(frozen=True, slots=True)
class RoutePolicy:
    """``key``: ``api`` takes a user's token, ``button`` any key, ``join`` a token or none.

    ``origin_guard``: no foreign page may call it, but for those that ``cors`` lets in: the configured ``join`` origins,
    or ``any`` to read the answer. ``level``: how its successes are logged. ``formats``: what its failures come in.
    """

    key: KeyKind = "none"
    origin_guard: bool = True
    cors: Literal["none", "join", "any"] = "none"
    cache: str = "no-store"
    level: int = logging.INFO
    formats: Literal["asked", "json"] = "asked"


POLICIES = web.AppKey("policies", dict[web.AbstractRoute, RoutePolicy])
BESIDE = web.AppKey("beside", dict[str, RoutePolicy])

PRESS = RoutePolicy("button")
POLL = RoutePolicy("button", level=logging.DEBUG)
"""It comes every second."""
API = RoutePolicy("api", formats="json")
UNKNOWN = RoutePolicy()
"""Where nothing lies beside a path."""


def prepare(app: web.Application) -> None:
    """``app`` takes routes by ``add``, and does not start with one that came otherwise."""
    app[POLICIES], app[BESIDE] = {}, {}
    app.on_startup.append(_refuse_routes_without)


def add(app: web.Application, path: str, handler: Handler, policy: RoutePolicy, *methods: str) -> None:
    """A route for each of ``methods``. HEAD is one of its own: on most routes it would press."""
    resource = app.router.add_resource(path)
    app[POLICIES].update((resource.add_route(method, handler), policy) for method in methods)
    beside = replace(policy, key="none", cors="none" if policy.cors == "any" else policy.cors)
    for place in (path, path.rpartition("/")[0]):
        if place:
            app[BESIDE].setdefault(place, beside)


def policy_of(request: web.Request) -> RoutePolicy:
    """That of the route; what is no route answers like what lies beside it, and asks for no key."""
    app = request.app
    known = app[POLICIES].get(request.match_info.route)
    return known if known is not None else _beside(app, request.path)


def _beside(app: web.Application, path: str) -> RoutePolicy:
    beside = app[BESIDE]
    while path and path not in beside:
        path = path.rpartition("/")[0]
    return beside.get(path, UNKNOWN)


async def _refuse_routes_without(app: web.Application) -> None:
    for route in app.router.routes():
        if route not in app[POLICIES]:
            raise RuntimeError(f"{route!r} has no policy: add it with bridge.web.policy.add")
