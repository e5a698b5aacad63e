"""Companion: a page of one room or of all as a file to import, and what its keys show where nothing is pushed."""

import time
from collections.abc import Sequence

from aiohttp import web
from pydantic import Field

from bridge.companion import RoomCard, file_name, page, polling
from bridge.errors import BadSetting, RoomNotFound
from bridge.rooms.model import Room
from bridge.web.guard.auth import SCOPE, button_room
from bridge.web.parts import PARTS
from bridge.web.policy import DOWNLOAD, POLL, add
from bridge.web.wire import replies
from bridge.web.wire.params import Params, YesNo, read
from bridge.web.wire.tiles import room_tile

LONGEST = 15
"""Digits of a time in seconds."""


class PageParams(Params):
    """``url``: where Companion reaches the bridge, if not where ``[urls] control`` says; ``polling``: not the page, but
    the trigger that asks every second.
    """

    url: str = ""
    polling: YesNo = False


class TileParams(Params):
    """``now``: by the clock of whoever asks, in seconds; it comes back."""

    now: str = Field("", pattern=rf"^[0-9]{{0,{LONGEST}}}$")


def add_routes(app: web.Application) -> None:
    add(app, "/r/{room}/companion.json", tile, POLL, "GET")
    add(app, "/r/{room}/companion.companionconfig", of_one, DOWNLOAD, "GET")
    add(app, "/companion.companionconfig", of_all, DOWNLOAD, "GET")


async def tile(request: web.Request) -> web.Response:
    room = button_room(request)
    params = await read(request, TileParams)
    return replies.json(room_tile(request.app[PARTS], room) | {"now": int(params.now or time.time())})


async def of_one(request: web.Request) -> web.Response:
    """The key in it is the room's own, whoever asks."""
    room = button_room(request)
    params = await read(request, PageParams)
    return _download(request, [room], params, room.name, file_name(room.slug, polls=params.polling))


async def of_all(request: web.Request) -> web.Response:
    """Every room that the key may see, each with its own key. Raises ``RoomNotFound`` where there is none."""
    params = await read(request, PageParams)
    scope, store = request[SCOPE], request.app[PARTS].store
    mine = sorted(store.of_owner(scope.owner), key=lambda room: room.created)
    rooms = [room for room in mine if scope.covers(room.slug)]
    if not rooms:
        raise RoomNotFound("there is no room yet", "make one with /r/main-stage/create")
    return _download(request, rooms, params, "Rooms", file_name(polls=params.polling))


def _download(request: web.Request, rooms: Sequence[Room], params: PageParams, name: str, file: str) -> web.Response:
    cards = [_card(request, room, params.url) for room in rooms]
    headers = {"Content-Type": "application/json", "Content-Disposition": f'attachment; filename="{file}"'}
    return web.Response(body=polling(cards) if params.polling else page(cards, name), headers=headers)


def _card(request: web.Request, room: Room, url: str) -> RoomCard:
    parts = request.app[PARTS]
    key = parts.keys.key(room.owner, room.slug)
    try:
        return RoomCard(room.name, room.slug, url or parts.control_url, key, room.policy.seats)
    except ValueError as error:
        raise BadSetting(str(error), "write url as http://host:port") from None
