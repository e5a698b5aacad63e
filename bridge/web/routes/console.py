"""The operator's console: its page, the one-time ticket that opens it, and the session that is got for one."""

from typing import Any

from aiohttp import web

from bridge.access.derived import EVERY_ROOM
from bridge.errors import BadRequest, KeyScope, KeyWrong
from bridge.web.guard.auth import API_HEADER, SCOPE, own_room
from bridge.web.parts import PARTS, Parts
from bridge.web.policy import API, RoutePolicy, add
from bridge.web.routes import console_live, pages
from bridge.web.wire import replies
from bridge.web.wire.body import json_object
from bridge.web.wire.spelling import IdPayload, Payload, parse

PAGE = RoutePolicy(origin_guard=False, page="console")
"""It holds nothing, so that it may be opened from anywhere; what opens something is in its fragment, sent to nobody."""
LOGIN = RoutePolicy(formats="json")


class LoginPayload(Payload):
    """One of them: the ticket of an address that was opened, or the API token, typed."""

    ticket: str = ""
    token: str = ""


def add_routes(app: web.Application) -> None:
    add(app, "/", page, PAGE, "GET")
    add(app, "/console/ticket", ticket, API, "POST")
    add(app, "/console/session", log_in, LOGIN, "POST")
    add(app, "/console/end", log_out, API, "POST")
    add(app, "/console/keys", keys, API, "POST")


async def page(request: web.Request) -> web.Response:
    return pages.page(request, "console/index.html")


async def ticket(request: web.Request) -> web.Response:
    """For the command line. A session makes none: it would never end."""
    parse(Payload, await json_object(request, may_be_empty=True))
    scope, parts = request[SCOPE], request.app[PARTS]
    user = parts.accounts.get(scope.owner)
    if not scope.token or user is None:
        raise KeyScope("a session makes no tickets", "run vmix-bridge console")
    made = parts.consoles.ticket(user)
    url = f"{request.scheme}://{request.host}/#ticket={made}"
    return replies.json({"ticket": made, "url": url, "success": True})


async def log_in(request: web.Request) -> web.Response:
    """Wrong ones are counted as wrong keys are."""
    payload, parts = parse(LoginPayload, await json_object(request)), request.app[PARTS]
    if bool(payload.ticket) == bool(payload.token):
        raise BadRequest("neither a ticket nor a token is given, or both", "send one of them")
    try:
        session = await (
            parts.consoles.by_ticket(payload.ticket) if payload.ticket else _by_token(parts, payload.token)
        )
    except KeyWrong:
        parts.limits.wrong_key(parts.callers.address(request))
        raise
    return replies.json({"session": session, "success": True})


async def log_out(request: web.Request) -> web.Response:
    """The session that asks is over, and its console hears so."""
    parse(Payload, await json_object(request, may_be_empty=True))
    _only_a_session(request)
    await request.app[PARTS].consoles.end(request.headers[API_HEADER])
    console_live.look(request.app)
    return replies.done()


async def keys(request: web.Request) -> web.Response:
    """What addresses to copy are made with: those of a room and those of every room."""
    payload = parse(IdPayload, await json_object(request))
    _only_a_session(request)
    room, key = own_room(request, payload.id), request.app[PARTS].keys.key
    answer: dict[str, Any] = {"success": True}
    for slug, whose in ((room.slug, ""), (EVERY_ROOM, "studio_")):
        answer[f"{whose or 'room_'}key"] = key(room.owner, slug)
        answer[f"{whose}view_key"] = key(room.owner, slug, view=True)
    return replies.json(answer)


async def _by_token(parts: Parts, token: str) -> str:
    """Raises ``KeyWrong``."""
    user = parts.accounts.by_token(token)
    if user is None:
        raise KeyWrong("this is not an API token of this bridge", "it is in the file token of the data folder")
    return await parts.consoles.begin(user)


def _only_a_session(request: web.Request) -> None:
    if not request[SCOPE].session:
        raise KeyScope("only a session of the console does this", "log in at / first")
