"""The one gate before all routes: guards and key on the way in, the one error shape and the headers on the way out."""

import logging

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from multidict import CIMultiDict

from bridge.errors import BridgeError, Internal, MethodNotAllowed, NotFound, TooLarge, TooManyRequests
from bridge.logs import place
from bridge.rooms.names import slug_of
from bridge.web.guard.auth import ROOM, SCOPE, check_key, header_key
from bridge.web.pages import page_headers
from bridge.web.parts import Parts
from bridge.web.policy import Policies, RoutePolicy, pattern_of
from bridge.web.wire import replies
from bridge.web.wire.replies import CHANGED, FAILED

log = logging.getLogger(__name__)

HEADERS = CIMultiDict(
    {
        "Server": "vmix-bridge",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
    }
)


class Gate:
    """Of one application. Each poll of each button passes it, so it looks up nothing twice."""

    def __init__(self, parts: Parts, policies: Policies) -> None:
        self._parts, self._guard, self._policies = parts, parts.guard, policies
        self._headers = HEADERS.copy()
        if parts.server == "rehearsal":
            self._headers["X-Bridge-Server"] = "rehearsal"
        self._page_headers = page_headers(parts.media_url)

    def before(self, handler: Handler, policy: RoutePolicy) -> Handler:
        """The handler behind the gate: a middleware would look up the policy of each call again."""

        async def let_in(request: web.Request) -> web.StreamResponse:
            return await self._let_in(request, handler, policy)

        async def noted(request: web.Request) -> web.StreamResponse:
            response = await self._let_in(request, handler, policy)
            self._note(request, response)
            return response

        return noted if policy.presses else let_in

    def _note(self, request: web.Request, response: web.StreamResponse) -> None:
        """Remember a press, for whose room it was: also one that a guard refused, by whomever."""
        parts, scope, room = self._parts, request.get(SCOPE), request.get(ROOM)
        named = request.match_info.get("room", "")
        if room is None and named:
            room = parts.store.by_slug(slug_of(named))
        error, changed = response.get(FAILED, ""), response.get(CHANGED)
        owner = scope.owner if scope else room.owner if room else ""
        if owner and error != TooManyRequests.key:
            parts.recent.note(
                owner,
                parts.callers.address(request),
                f"{request.method} {pattern_of(request.match_info.route)}",
                room.slug if room and room.owner == owner else slug_of(named)[:64],
                response.status,
                "" if changed is None else str(int(changed)),
                error,
            )

    async def nowhere(self, request: web.Request) -> web.StreamResponse:
        """What no route takes: guarded like what lies beside it, and refused."""
        return await self._let_in(request, _refuse, self._policies.of(request))

    async def _let_in(self, request: web.Request, handler: Handler, policy: RoutePolicy) -> web.StreamResponse:
        """What the policy asks for comes first; whatever fails leaves without a traceback."""
        try:
            key = header_key(request)
            self._guard.check_host_and_prefetch(request)
            if not key and policy.origin_guard:
                self._check_origin(request, policy)
            if policy.key != "none":
                check_key(request, policy.key, key, self._parts)
            return await handler(request)
        except BridgeError as error:
            return replies.failure(request, error)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            response = replies.failure(request, _as_bridge_error(error))
            if "Allow" in error.headers:
                response.headers["Allow"] = error.headers["Allow"]
            return response
        except ConnectionError:
            log.info("%s: the caller hung up", request.match_info.route.resource or "a request")
            return replies.failure(request, Internal("the caller hung up"))
        except Exception as error:
            log.error("%s failed: %s", request.match_info.route.resource or "a request", place(error))
            return replies.failure(request, Internal("the bridge failed to answer"))

    async def add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        """For every answer as it begins, streams and WebSockets too; each once: aiohttp sets ``Server`` before."""
        policy, headers = self._policies.of(request), response.headers
        headers.update(self._headers)
        if policy.cache != "no-store" and response.status < 400:
            headers[hdrs.CACHE_CONTROL] = policy.cache
        if policy.page:
            headers.update(self._page_headers[policy.page])
        if policy.cors == "any":
            headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = "*"
        elif policy.cors == "join":
            self._add_cors(request, headers)

    def _check_origin(self, request: web.Request, policy: RoutePolicy) -> None:
        """Where no key came in a header: that one is never ambient, so any page may bring it."""
        if policy.cors != "join" or not self._guard.allows(request.headers.get(hdrs.ORIGIN, "")):
            self._guard.check_origin(request)

    def _add_cors(self, request: web.Request, headers: CIMultiDict[str]) -> None:
        origin = request.headers.get(hdrs.ORIGIN, "")
        headers[hdrs.VARY] = "Origin"
        if self._guard.allows(origin):
            headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
            headers[hdrs.ACCESS_CONTROL_ALLOW_METHODS] = "POST"
            headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = "content-type, x-access-token"


async def _refuse(request: web.Request) -> web.StreamResponse:
    """Raises ``HTTPMethodNotAllowed`` where another method would do, else ``HTTPNotFound``."""
    routes = [await resource.resolve(request) for resource in request.app.router.resources()]
    allowed = set[str]().union(*(methods for _, methods in routes)) - {hdrs.METH_ANY}
    raise web.HTTPMethodNotAllowed(request.method, allowed) if allowed else web.HTTPNotFound


def _as_bridge_error(error: web.HTTPException) -> BridgeError:
    match error.status:
        case 404:
            return NotFound("there is no such route")
        case 405:
            return MethodNotAllowed("this route is not called this way")
        case 413:
            return TooLarge("the request is too large")
        case _:
            return Internal(f"the request was refused with status {error.status}")
