"""The Video calls API: rooms as JSON objects, by POST, for existing clients."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from bridge.errors import MediaServerError, RoomNotFound, RoomStopped
from bridge.rooms.countdown import Countdown
from bridge.rooms.model import PRESETS, Room
from bridge.web import listing, replies
from bridge.web.auth import api_user, own_room
from bridge.web.body import json_object
from bridge.web.parts import PARTS
from bridge.web.wire import CountPayload, CreatePayload, IdPayload, ListPayload, UpdatePayload, parse

SUCCESS = {"success": True}


def add_routes(app: web.Application) -> None:
    router = app.router
    router.add_post("/api/conferences/create", create)
    router.add_post("/api/conferences/getCount", get_count)
    router.add_post("/api/conferences/getAll", get_all)
    router.add_post("/api/conferences/getById", get_by_id)
    router.add_post("/api/conferences/update", update)
    router.add_post("/api/conferences/start", start)
    router.add_post("/api/conferences/stop", stop)
    router.add_delete("/api/conferences/remove", remove)


async def create(request: web.Request) -> web.Response:
    """Always a new room. With LiveKit away it is kept, and its state says ``check``."""
    scope = api_user(request)
    payload = parse(CreatePayload, await json_object(request))
    policy = replace(PRESETS["team"], **payload.policy())
    active = payload.active is not False
    time = Countdown()
    room = await request.app[PARTS].intent.create(scope.owner, payload.name, policy, active=active, within=time)
    return await _as_object(request, room, time, wait=active)


async def get_count(request: web.Request) -> web.Response:
    rooms = _own_objects(request)
    payload = parse(CountPayload, await json_object(request))
    return replies.json({"count": len(listing.matching(rooms, payload.filter))})


async def get_all(request: web.Request) -> web.Response:
    """A bare array."""
    rooms = _own_objects(request)
    payload = parse(ListPayload, await json_object(request))
    chosen = listing.ordered(listing.matching(rooms, payload.filter), payload.sort)
    end = None if payload.limit is None else payload.skip + payload.limit
    return replies.json(chosen[payload.skip : end])


async def get_by_id(request: web.Request) -> web.Response:
    return replies.json(replies.room_json(request, await _room(request)))


async def update(request: web.Request) -> web.Response:
    """Policy reaches the people inside; ``active`` starts or stops."""
    scope = api_user(request)
    payload = parse(UpdatePayload, await json_object(request))
    room = own_room(request, scope, payload.id)
    time = Countdown()
    written = await request.app[PARTS].intent.set(
        room.id, name=payload.name, policy=payload.policy(), active=payload.active, within=time
    )
    return await _as_object(request, written.room, time, wait=written.changed)


async def start(request: web.Request) -> web.Response:
    """Answers once the LiveKit room exists."""
    room = await _room(request)
    parts, time = request.app[PARTS], Countdown()
    await parts.intent.start(room.id, time)
    await parts.converger.settled(room.id, time.left())
    now = parts.store.get(room.id)
    if now is None or not now.active:
        raise RoomStopped("the room was stopped meanwhile")
    return replies.json(SUCCESS)


async def stop(request: web.Request) -> web.Response:
    """Answers once the call is torn down."""
    room = await _room(request)
    parts, time = request.app[PARTS], Countdown()
    await parts.intent.stop(room.id, time)
    await parts.converger.settled(room.id, time.left())
    return replies.json(SUCCESS)


async def remove(request: web.Request) -> web.Response:
    """The room is gone, its call with it."""
    room = await _room(request)
    parts, time = request.app[PARTS], Countdown()
    await parts.intent.remove(room.id, time)
    await parts.converger.settled(room.id, time.left())
    return replies.json(SUCCESS)


async def _room(request: web.Request) -> Room:
    scope = api_user(request)
    payload = parse(IdPayload, await json_object(request))
    return own_room(request, scope, payload.id)


def _own_objects(request: web.Request) -> list[dict[str, Any]]:
    scope = api_user(request)
    return [replies.room_json(request, room) for room in request.app[PARTS].store.of_owner(scope.owner)]


async def _as_object(request: web.Request, room: Room, time: Countdown, *, wait: bool) -> web.Response:
    """The object as it is now: with LiveKit away it says ``check``, and the intent is kept."""
    parts = request.app[PARTS]
    if wait:
        try:
            await parts.converger.settled(room.id, time.left())
        except MediaServerError:
            pass
    now = parts.store.get(room.id)
    if now is None:
        raise RoomNotFound("the room was removed meanwhile")
    return replies.json(replies.room_json(request, now))
