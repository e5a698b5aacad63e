"""The two public helpers of the join flow: which call is it, and a token for it."""

from dataclasses import replace

from aiohttp import web

from bridge.access.keys import Scope
from bridge.errors import RoomNotFound, RoomStopped, StaleRoom
from bridge.rooms.admission import Knock, WrongCode
from bridge.rooms.model import Room
from bridge.web.guard.auth import SCOPE
from bridge.web.guard.limits import network
from bridge.web.parts import PARTS
from bridge.web.policy import RoutePolicy, add
from bridge.web.wire import replies
from bridge.web.wire.body import json_object
from bridge.web.wire.spelling import CALL_FIELDS, IdPayload, JoinPayload, parse, policy_fields

JOIN = RoutePolicy("join", cors="join", formats="json")


def add_routes(app: web.Application) -> None:
    for path, handler in (
        ("/api/conferences-public/findLKRoomNameById", find_call),
        ("/api/conferences-public/createToken", create_token),
    ):
        add(app, path, handler, JOIN, "POST")
        add(app, path, preflight, replace(JOIN, key="none"), "OPTIONS")


async def preflight(request: web.Request) -> web.Response:
    """For the web origins under ``[join] origins``; the gate adds the CORS headers."""
    return web.Response(status=204)


async def find_call(request: web.Request) -> web.Response:
    caller = request.get(SCOPE)
    payload = parse(IdPayload, await json_object(request))
    room = _open_room(request, caller, payload.id)
    fields = policy_fields(room.policy)
    answer = {
        "id": room.id,
        "LKRoomName": room.call,
        **{field: fields[field] for field in CALL_FIELDS},
        "success": True,
    }
    recording = replies.recording_fields(request.app[PARTS], room).get("recording")
    return replies.json(answer | ({"recording": recording} if recording else {}))


async def create_token(request: web.Request) -> web.Response:
    caller = request.get(SCOPE)
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
        admitted = await parts.admission.admit(room, knock)
    except WrongCode:
        parts.limits.wrong_invitation(address)
        raise
    answer = {
        "participant_token": admitted.token,
        "LKRoomName": room.call,
        "server_url": server_url(request),
        "success": True,
    }
    return replies.json(answer)


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


def server_url(request: web.Request) -> str:
    """Where a client finds LiveKit."""
    return request.app[PARTS].media_url or this_door(request)


def this_door(request: web.Request) -> str:
    """wss wherever the browser came by https, since it opens nothing else from there."""
    return f"{'wss' if request.app[PARTS].callers.is_secure(request) else 'ws'}://{request.host}"
