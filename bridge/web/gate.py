"""The one gate before all routes: guards and key on the way in, the one error shape and the headers on the way out."""

import logging

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from multidict import CIMultiDict

from bridge.errors import BridgeError, Internal, MethodNotAllowed, NotFound, TooLarge
from bridge.logs import place
from bridge.web.guard.auth import check_key, header_key
from bridge.web.parts import PARTS, Parts
from bridge.web.policy import RoutePolicy, policy_of
from bridge.web.wire import replies

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


@web.middleware
async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What the route's policy asks for comes first; whatever fails leaves without a traceback."""
    try:
        policy = policy_of(request)
        _check_origin(request, policy, request.app[PARTS])
        check_key(request, policy.key)
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


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """For every answer as it begins, pages, streams and WebSockets too, each once: aiohttp has set its ``Server``."""
    policy, parts, headers = policy_of(request), request.app[PARTS], response.headers
    headers.update(HEADERS)
    headers[hdrs.CACHE_CONTROL] = policy.cache
    if parts.server == "rehearsal":
        headers["X-Bridge-Server"] = "rehearsal"
    if policy.cors == "any":
        headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = "*"
    elif policy.cors == "join":
        _add_cors(request, headers, parts)


def _check_origin(request: web.Request, policy: RoutePolicy, parts: Parts) -> None:
    """A key in a header is never ambient, so any page may bring one."""
    guard = parts.guard
    guard.check_host(request)
    guard.check_prefetch(request)
    if not policy.origin_guard or (policy.cors == "join" and guard.allows(request.headers.get(hdrs.ORIGIN, ""))):
        return
    if not header_key(request):
        guard.check_origin(request)


def _add_cors(request: web.Request, headers: CIMultiDict[str], parts: Parts) -> None:
    origin = request.headers.get(hdrs.ORIGIN, "")
    headers[hdrs.VARY] = "Origin"
    if parts.guard.allows(origin):
        headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
        headers[hdrs.ACCESS_CONTROL_ALLOW_METHODS] = "POST"
        headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = "content-type, x-access-token"


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
