"""The two public helpers of the join flow: which call is it, and a token for it."""

from aiohttp import web

from bridge.errors import BadRequest, RoomNotFound, RoomStopped, StaleRoom, TokenNeeded
from bridge.rooms.model import Role, Room
from bridge.web import replies
from bridge.web.auth import API_HEADER, api_user
from bridge.web.body import json_object
from bridge.web.parts import PARTS, Parts
from bridge.web.wire import MODE_NAMES, IdPayload, JoinPayload, parse

RESERVED_IDENTITIES = ("seat:", "scene:")


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
    _limit(request)
    payload = parse(IdPayload, await json_object(request))
    room = _open_room(request, payload.id)
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
    _limit(request)
    payload = parse(JoinPayload, await json_object(request))
    room = _open_room(request, payload.room_id)
    if payload.LKRoomName != room.call:
        raise StaleRoom("LKRoomName belongs to an earlier start of the room")
    if payload.participant_id.startswith(RESERVED_IDENTITIES):
        raise BadRequest("participant_id begins with a reserved word", "begin it with neither seat: nor scene:")
    parts = request.app[PARTS]
    role = _role(request, room, payload)
    token = await parts.admission.admit(room, role, payload.participant_id, payload.participant_name)
    answer = {"participant_token": token, "LKRoomName": room.call, "server_url": _server_url(request), "success": True}
    return replies.json(answer)


def _limit(request: web.Request) -> None:
    """Per address, unless a valid token speaks."""
    if request.headers.get(API_HEADER):
        api_user(request)
    else:
        request.app[PARTS].limits.join(request.remote)


def _open_room(request: web.Request, room_id: str) -> Room:
    room = request.app[PARTS].store.get(room_id)
    if room is None:
        raise RoomNotFound("there is no room with this id", "ask for a new link")
    if not room.active:
        raise RoomStopped("the room is stopped")
    return room


def _role(request: web.Request, room: Room, payload: JoinPayload) -> Role:
    parts = request.app[PARTS]
    if request.headers.get(API_HEADER) and api_user(request).owner == room.owner:
        return Role.SCENE if payload.hidden else Role.SPEAKER
    if payload.token:
        return _role_of_code(parts, room, payload)
    if payload.hidden:
        raise TokenNeeded("hidden takes the owner's token or a link code")
    if not parts.settings.join.open_by_id:
        raise TokenNeeded("the id alone does not open this room")
    return Role.GUEST if room.policy.webinar else Role.SPEAKER


def _role_of_code(parts: Parts, room: Room, payload: JoinPayload) -> Role:
    role = parts.keys.codes(room).get(payload.token)
    if role is None:
        raise TokenNeeded("token is no link code of this room", "ask for a new link")
    if role is Role.GUEST:
        if payload.hidden:
            raise TokenNeeded("a guest link does not let anybody in hidden", "use a speaker or scene code")
        if not room.policy.webinar:
            raise TokenNeeded("guest links are closed: webinar mode is off", "use a speaker link, or set webinar=1")
    return Role.SCENE if payload.hidden else role


def _server_url(request: web.Request) -> str:
    parts = request.app[PARTS]
    configured = parts.settings.livekit
    if configured.public_url:
        return configured.public_url
    if parts.server == "local":
        return f"{'wss' if request.secure else 'ws'}://{request.host}"
    return configured.url.replace("http", "ws", 1) if configured.url.startswith("http") else configured.url
