"""The studio's hand on whoever is there, for buttons and for API clients: free, remove, admit, refuse; and titles."""

from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web

from bridge.rooms.hands import Hands
from bridge.rooms.model import Room
from bridge.rooms.presses import Pressed
from bridge.web.guard.auth import button_room, own_room
from bridge.web.parts import PARTS
from bridge.web.policy import API_PRESS, PRESS, add
from bridge.web.routes.buttons import add_button
from bridge.web.wire import replies
from bridge.web.wire.body import json_object
from bridge.web.wire.params import SeatParams, TitleParams, WhoParams, read
from bridge.web.wire.spelling import SeatPayload, TitlePayload, WhoPayload, parse

Hand = Callable[[Hands, Room, str], Awaitable[bool]]
OF_SOMEBODY: dict[str, Hand] = {"remove": Hands.remove, "admit": Hands.admit, "refuse": Hands.refuse}


def add_routes(app: web.Application) -> None:
    for name, hand in OF_SOMEBODY.items():
        add_button(app, f"/r/{{room}}/{name}", partial(lay_on, hand), PRESS)
        add(app, f"/api/conferences/participants/{name}", partial(lay_on_by_api, hand), API_PRESS, "POST")
    add_button(app, "/r/{room}/free", free, PRESS)
    add_button(app, "/r/{room}/title", title, PRESS)
    add(app, "/api/conferences/participants/free", free_by_api, API_PRESS, "POST")
    add(app, "/api/conferences/participants/title", title_by_api, API_PRESS, "POST")


async def lay_on(hand: Hand, request: web.Request) -> web.Response:
    room = button_room(request)
    params = await read(request, WhoParams)
    replies.text_or_json(params.format)
    changed = await hand(request.app[PARTS].hands, room, params.who)
    return replies.pressed(request, Pressed(room, changed), params.format)


async def free(request: web.Request) -> web.Response:
    """Whoever holds the seat is put out, and the next one with its link gets in."""
    room = button_room(request)
    params = await read(request, SeatParams)
    replies.text_or_json(params.format)
    changed = await request.app[PARTS].hands.free(room, params.seat)
    return replies.pressed(request, Pressed(room, changed), params.format)


async def title(request: web.Request) -> web.Response:
    """What the operator calls the person in a seat."""
    room = button_room(request)
    params = await read(request, TitleParams)
    replies.text_or_json(params.format)
    pressed = await request.app[PARTS].presses.title(room, params.seat, params.text)
    return replies.pressed(request, pressed, params.format)


async def lay_on_by_api(hand: Hand, request: web.Request) -> web.Response:
    payload = parse(WhoPayload, await json_object(request))
    room = own_room(request, payload.id)
    return replies.done(Pressed(room, await hand(request.app[PARTS].hands, room, payload.who)))


async def free_by_api(request: web.Request) -> web.Response:
    payload = parse(SeatPayload, await json_object(request))
    room = own_room(request, payload.id)
    return replies.done(Pressed(room, await request.app[PARTS].hands.free(room, payload.seat)))


async def title_by_api(request: web.Request) -> web.Response:
    payload = parse(TitlePayload, await json_object(request))
    room = own_room(request, payload.id)
    return replies.done(await request.app[PARTS].presses.title(room, payload.seat, payload.text))
