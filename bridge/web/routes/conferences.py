"""The Video calls API: rooms as JSON objects, by POST, for existing clients."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from bridge.rooms.model import PRESETS, Room
from bridge.web.guard.auth import SCOPE, own_room
from bridge.web.parts import PARTS
from bridge.web.policy import API, API_PRESS, add
from bridge.web.wire import listing, replies
from bridge.web.wire.body import json_object
from bridge.web.wire.spelling import CountPayload, CreatePayload, IdPayload, ListPayload, UpdatePayload, parse


def add_routes(app: web.Application) -> None:
    add(app, "/api/conferences/create", create, API_PRESS, "POST")
    add(app, "/api/conferences/getCount", get_count, API, "POST")
    add(app, "/api/conferences/getAll", get_all, API, "POST")
    add(app, "/api/conferences/getById", get_by_id, API, "POST")
    add(app, "/api/conferences/update", update, API_PRESS, "POST")
    add(app, "/api/conferences/start", start, API_PRESS, "POST")
    add(app, "/api/conferences/stop", stop, API_PRESS, "POST")
    add(app, "/api/conferences/remove", remove, API_PRESS, "DELETE")


async def create(request: web.Request) -> web.Response:
    """Always a new room. With LiveKit away it is kept, and its state says ``check``."""
    payload = parse(CreatePayload, await json_object(request))
    policy = replace(PRESETS["team"], **payload.policy())
    presses = request.app[PARTS].presses
    pressed = await presses.create(request[SCOPE].owner, payload.name, policy, active=payload.active is not False)
    return replies.pressed_object(request, pressed)


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
    payload = parse(UpdatePayload, await json_object(request))
    room = own_room(request, payload.id)
    pressed = await request.app[PARTS].presses.set(
        room, name=payload.name, policy=payload.policy(), active=payload.active, may_wait=True
    )
    return replies.pressed_object(request, pressed)


async def start(request: web.Request) -> web.Response:
    """Answers once the LiveKit room exists."""
    room = await _room(request)
    return replies.done(await request.app[PARTS].presses.start(room))


async def stop(request: web.Request) -> web.Response:
    """Answers once the call is torn down."""
    room = await _room(request)
    return replies.done(await request.app[PARTS].presses.stop(room))


async def remove(request: web.Request) -> web.Response:
    """The room is gone, its call with it."""
    room = await _room(request)
    await request.app[PARTS].presses.remove(room)
    return replies.done()


async def _room(request: web.Request) -> Room:
    return own_room(request, parse(IdPayload, await json_object(request)).id)


def _own_objects(request: web.Request) -> list[dict[str, Any]]:
    return [replies.room_json(request, room) for room in request.app[PARTS].store.of_owner(request[SCOPE].owner)]
