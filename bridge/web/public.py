"""The two public helpers of the join flow: which call is it, and a token for it."""

from urllib.parse import urlsplit

from aiohttp import web

from bridge.errors import RoomNotFound, RoomStopped, StaleRoom
from bridge.keys import Scope
from bridge.rooms.admission import Knock, WrongCode
from bridge.rooms.model import Room
from bridge.web import replies
from bridge.web.auth import API_HEADER, api_user
from bridge.web.body import json_object
from bridge.web.limits import network
from bridge.web.parts import PARTS
from bridge.web.wire import MODE_NAMES, IdPayload, JoinPayload, parse


def add_routes(app: web.Application) -> None:
    for path, handler in (
        ("/api/conferences-public/findLKRoomNameById", find_call),
        ("/api/conferences-public/createToken", create_token),
    ):
        app.router.add_post(path, handler)
        app.router.add_options(path, preflight)


async def preflight(request: web.Request) -> web.Response:
    """For the web origins under ``[join] origins``; the door adds the CORS headers."""
    return web.Response(status=204)


async def find_call(request: web.Request) -> web.Response:
    caller = _caller(request)
    payload = parse(IdPayload, await json_object(request))
    room = _open_room(request, caller, payload.id)
    policy = room.policy
    answer = {
        "id": room.id,
        "LKRoomName": room.call,
        "allow_webinar_mode": policy.webinar,
        "allow_chat": policy.chat,
        "allow_share_screen": policy.screen,
        "record": policy.record,
        "record_mode": MODE_NAMES[policy.mode],
        "success": True,
    }
    return replies.json(answer | ({"recording": "unavailable"} if policy.record else {}))


async def create_token(request: web.Request) -> web.Response:
    caller = _caller(request)
    payload = parse(JoinPayload, await json_object(request))
    room = _open_room(request, caller, payload.room_id)
    if payload.LKRoomName != room.call:
        raise StaleRoom("LKRoomName belongs to an earlier start of the room")
    parts = request.app[PARTS]
    address = parts.callers.address(request)
    knock = Knock(
        payload.participant_id,
        payload.participant_name,
        owner=caller is not None and caller.owner == room.owner,
        code=payload.token,
        hidden=payload.hidden,
        address=network(address),
    )
    try:
        token = await parts.admission.admit(room, knock)
    except WrongCode:
        parts.limits.wrong_invitation(address)
        raise
    answer = {
        "participant_token": token,
        "LKRoomName": room.call,
        "server_url": _server_url(request),
        "success": True,
    }
    return replies.json(answer)


def _caller(request: web.Request) -> Scope | None:
    """Whose API token came along; None without one."""
    return api_user(request) if request.headers.get(API_HEADER) else None


def _open_room(request: web.Request, caller: Scope | None, room_id: str) -> Room:
    """Right ids are limited apart from wrong ones, and a valid token is never limited."""
    parts = request.app[PARTS]
    room = parts.store.get(room_id)
    if caller is None:
        (parts.limits.join if room else parts.limits.wrong_invitation)(parts.callers.address(request))
    if room is None:
        raise RoomNotFound("there is no room with this id", "ask for a new link")
    if not room.active:
        raise RoomStopped("the room is stopped")
    return room


def _server_url(request: web.Request) -> str:
    """Where a browser finds LiveKit: wss wherever it came by https, since it opens nothing else from there."""
    parts = request.app[PARTS]
    configured, public = parts.settings.livekit, urlsplit(parts.settings.urls.public)
    if configured.public_url:
        return configured.public_url
    if parts.server != "local":
        return configured.url.replace("http", "ws", 1) if configured.url.startswith("http") else configured.url
    if public.netloc:
        return f"{public.scheme.replace('http', 'ws')}://{public.netloc}"
    return f"{'wss' if parts.callers.is_secure(request) else 'ws'}://{request.host}"
