"""The web application: one door in front of all routes, and the settings of aiohttp that the job asks for."""

import logging
import traceback

from aiohttp import web
from aiohttp.typedefs import Handler
from multidict import CIMultiDict

from bridge.errors import BridgeError, Internal, MethodNotAllowed, NotFound, TooLarge
from bridge.web import account, buttons, conferences, health, public, replies
from bridge.web.body import BODY_BYTES
from bridge.web.parts import PARTS, Parts

log = logging.getLogger(__name__)

SHUTDOWN_SECONDS = 1.0
KEEPALIVE_SECONDS = 60.0
CORS_PATH = "/api/conferences-public/"
HEADERS = {
    "Server": "vmix-bridge",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
}


def make_app(parts: Parts) -> web.Application:
    """The application over a running bridge."""
    app = web.Application(middlewares=[door], client_max_size=BODY_BYTES)
    app[PARTS] = parts
    for routes in (buttons, conferences, public, account, health):
        routes.add_routes(app)
    app.on_response_prepare.append(_add_headers)
    return app


@web.middleware
async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Guards first; whatever fails leaves in the one error shape, without a traceback."""
    try:
        _check_origin(request)
        return await handler(request)
    except BridgeError as error:
        return replies.failure(request, error)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return replies.failure(request, _as_bridge_error(error))
    except Exception as error:
        log.error("%s failed: %s", request.match_info.route.resource or "a request", _where(error))
        return replies.failure(request, Internal("the bridge failed to answer"))


def _check_origin(request: web.Request) -> None:
    guard = request.app[PARTS].guard
    if request.path.startswith(CORS_PATH) and guard.allows_join_from(request):
        return
    guard.check(request)


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


def _where(error: Exception) -> str:
    """Type and place, never the text: that may hold a key."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {frames[-1].name}, line {frames[-1].lineno} of {frames[-1].filename}" if frames else ""
    return type(error).__name__ + place


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    parts = request.app[PARTS]
    response.headers.update(HEADERS)
    if parts.server == "rehearsal":
        response.headers["X-Bridge-Server"] = "rehearsal"
    origin = request.headers.get("Origin")
    if origin and request.path.startswith(CORS_PATH):
        response.headers.extend(_cors(origin, parts))


def _cors(origin: str, parts: Parts) -> CIMultiDict[str]:
    headers = CIMultiDict({"Vary": "Origin"})
    if origin.lower() in parts.guard.origins:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Allow-Methods"] = "POST"
        headers["Access-Control-Allow-Headers"] = "content-type, x-access-token"
    return headers
