"""The web application: one door in front of all routes, and the settings of aiohttp that the job asks for."""

import logging

from aiohttp import web
from aiohttp.log import server_logger
from aiohttp.typedefs import Handler
from multidict import CIMultiDict

from bridge.errors import BridgeError, Internal, MethodNotAllowed, NotFound, TooLarge
from bridge.logs import place
from bridge.web.guard.auth import header_key
from bridge.web.parts import PARTS, Parts
from bridge.web.routes import account, buttons, conferences, health, join, openapi, rtc, scripts
from bridge.web.wire import replies
from bridge.web.wire.body import BODY_BYTES

log = logging.getLogger(__name__)

CORS_PATH = "/api/conferences-public/"
HEADERS = CIMultiDict(
    {
        "Server": "vmix-bridge",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
    }
)


def make_app(parts: Parts, rtc_server: str = "") -> web.Application:
    """The application over a running bridge; ``rtc_server`` is the http address of a livekit-server to stand before."""
    app = web.Application(middlewares=[door], client_max_size=BODY_BYTES)
    app[PARTS] = parts
    server_logger.addFilter(_without_request)
    for routes in (buttons, scripts, conferences, join, account, openapi, health):
        routes.add_routes(app)
    if rtc_server:
        rtc.add_routes(app, rtc_server)
    return app


@web.middleware
async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Guards first; whatever fails leaves in the one error shape, without a traceback."""
    parts = request.app[PARTS]
    response: web.StreamResponse
    try:
        _check_origin(request, parts)
        response = await handler(request)
    except BridgeError as error:
        response = replies.failure(request, error)
    except web.HTTPException as error:
        if error.status < 400:
            _add_headers(request, error, parts)
            raise
        response = replies.failure(request, _as_bridge_error(error))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
    except Exception as error:
        log.error("%s failed: %s", request.match_info.route.resource or "a request", place(error))
        response = replies.failure(request, Internal("the bridge failed to answer"))
    _add_headers(request, response, parts)
    return response


def _check_origin(request: web.Request, parts: Parts) -> None:
    """A join token is never ambient, so any page may bring one to the signalling; nor is a key in a header."""
    guard, path = parts.guard, request.raw_path
    guard.check_host(request)
    guard.check_prefetch(request)
    if path.startswith("/rtc") or (path.startswith(CORS_PATH) and guard.allows(request.headers.get("Origin", ""))):
        return
    if not header_key(request):
        guard.check_origin(request)


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


def _without_request(record: logging.LogRecord) -> bool:
    """aiohttp's own log says what went wrong, without the text: what it could not read may hold a key."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, Exception):
        record.msg, record.args = f"{record.getMessage()}: {place(error)}", ()
        record.exc_info = record.exc_text = None
    return True


def _add_headers(request: web.Request, response: web.StreamResponse, parts: Parts) -> None:
    headers = response.headers
    headers.extend(HEADERS)
    if parts.server == "rehearsal":
        headers["X-Bridge-Server"] = "rehearsal"
    if request.raw_path.startswith(CORS_PATH):
        _add_cors(request, headers, parts)
    elif request.path in rtc.VALIDATE:
        headers["Access-Control-Allow-Origin"] = "*"


def _add_cors(request: web.Request, headers: CIMultiDict[str], parts: Parts) -> None:
    origin = request.headers.get("Origin", "")
    headers["Vary"] = "Origin"
    if origin.lower() in parts.guard.origins:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Allow-Methods"] = "POST"
        headers["Access-Control-Allow-Headers"] = "content-type, x-access-token"
