"""Who has the floor, for buttons and for API clients: mute, block, promote, their opposites, and a line to people."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiohttp import web

from bridge.rooms.floor import Floor
from bridge.rooms.grants import What
from bridge.rooms.model import Room
from bridge.rooms.presses import Pressed
from bridge.web.guard.auth import button_room, own_room
from bridge.web.parts import PARTS
from bridge.web.policy import API_PRESS, PRESS, add
from bridge.web.routes.buttons import add_button
from bridge.web.wire import replies
from bridge.web.wire.body import json_object
from bridge.web.wire.params import SayParams, WhatParams, WhoParams, read
from bridge.web.wire.spelling import SayPayload, WhatPayload, WhoPayload, parse

Hand = Callable[[Floor, Room, Any], Awaitable[bool]]
HANDS: dict[str, tuple[Hand, type[WhoParams], type[WhoPayload]]] = {
    "mute": (lambda floor, room, asked: floor.mute(room, asked.who, What(asked.what)), WhatParams, WhatPayload),
    "unmute": (lambda floor, room, asked: floor.unmute(room, asked.who), WhoParams, WhoPayload),
    "block": (lambda floor, room, asked: floor.block(room, asked.who, What(asked.what)), WhatParams, WhatPayload),
    "allow": (lambda floor, room, asked: floor.allow(room, asked.who, What(asked.what)), WhatParams, WhatPayload),
    "promote": (lambda floor, room, asked: floor.promote(room, asked.who), WhoParams, WhoPayload),
    "demote": (lambda floor, room, asked: floor.demote(room, asked.who), WhoParams, WhoPayload),
    "say": (lambda floor, room, asked: floor.say(room, asked.who, asked.text), SayParams, SayPayload),
}
"""What each does, and what it takes from a URL and from a body."""


def add_routes(app: web.Application) -> None:
    for name, (hand, params, payload) in HANDS.items():
        add_button(app, f"/r/{{room}}/{name}", partial(press, hand, params), PRESS)
        add(app, f"/api/conferences/participants/{name}", partial(press_by_api, hand, payload), API_PRESS, "POST")


async def press(hand: Hand, model: type[WhoParams], request: web.Request) -> web.Response:
    room = button_room(request)
    params = await read(request, model)
    replies.text_or_json(params.format)
    changed = await hand(request.app[PARTS].floor, room, params)
    return replies.pressed(request, Pressed(room, changed), params.format)


async def press_by_api(hand: Hand, model: type[WhoPayload], request: web.Request) -> web.Response:
    payload = parse(model, await json_object(request))
    room = own_room(request, payload.id)
    return replies.done(Pressed(room, await hand(request.app[PARTS].floor, room, payload)))
