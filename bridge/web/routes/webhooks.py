"""Where LiveKit tells what happens. It signs the body, so no other key is asked for."""

import logging

from aiohttp import web

from bridge.errors import BadRequest, KeyWrong
from bridge.web.parts import PARTS
from bridge.web.policy import RoutePolicy, add
from bridge.web.wire import replies
from bridge.web.wire.body import raw_body

PATH = "/livekit/webhook"
WEBHOOK = RoutePolicy(formats="json", level=logging.DEBUG)
CONTENT_TYPE = "application/webhook+json"


def add_routes(app: web.Application) -> None:
    add(app, PATH, webhook, WEBHOOK, "POST")


async def webhook(request: web.Request) -> web.Response:
    """Answered before anything is done with it: LiveKit waits, and repeats what it takes for lost."""
    parts = request.app[PARTS]
    if request.content_type != CONTENT_TYPE:
        raise BadRequest("this is no event of LiveKit", f"LiveKit sends {CONTENT_TYPE}")
    body = await raw_body(request)
    try:
        parts.hear(body, request.headers.get("Authorization", ""))
    except KeyWrong:
        parts.limits.wrong_key(parts.callers.address(request))
        raise
    return replies.done()
