"""The links of a room: where speakers, guests and seats come in, and what vMix shows of them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bridge.errors import BadSetting
from bridge.rooms.model import Role, Room
from bridge.setting_values import is_loopback
from bridge.web.guard.auth import SCOPE, button_room, own_room
from bridge.web.parts import PARTS, Parts
from bridge.web.policy import API, API_PRESS, POLL, add
from bridge.web.routes.buttons import add_button
from bridge.web.wire import replies
from bridge.web.wire.body import json_object
from bridge.web.wire.params import Params, read
from bridge.web.wire.spelling import IdPayload, RenewPayload, parse, shown

EVERY_LINK = "all"
PATHS = {Role.SCENE: "scene", Role.PROGRAM: "program"}
"""Pages that are opened in the studio, at the address of its own door."""


def add_routes(app: web.Application) -> None:
    add_button(app, "/r/{room}/links", links, POLL)
    add(app, "/api/conferences/links/list", list_links, API, "POST")
    add(app, "/api/conferences/links/renew", renew_links, API_PRESS, "POST")


async def links(request: web.Request) -> web.Response:
    """A view key sees which links there are, and not where they lead: whoever has one comes in."""
    room = button_room(request)
    params = await read(request, Params)
    rows = _rows(request.app[PARTS], room)
    if request[SCOPE].view:
        rows = [{field: value for field, value in row.items() if field != "url"} for row in rows]
    return replies.listing(rows, params.format, _line, "link", "links")


async def list_links(request: web.Request) -> web.Response:
    room = own_room(request, parse(IdPayload, await json_object(request)).id)
    return replies.json(_rows(request.app[PARTS], room))


async def renew_links(request: web.Request) -> web.Response:
    """Other links, as they are now; the old ones open nothing any more, and nobody inside is put out."""
    payload = parse(RenewPayload, await json_object(request))
    room, parts = own_room(request, payload.id), request.app[PARTS]
    every = (*(role.value for role in Role), *room.policy.seats)
    if payload.name not in (*every, EVERY_LINK):
        raise BadSetting(f"name is {shown(payload.name)}", f"use one of {', '.join((*every, EVERY_LINK))}")
    await parts.renew_links(room, every if payload.name == EVERY_LINK else [payload.name])
    return replies.json(_rows(parts, room))


def _line(row: Mapping[str, Any]) -> str:
    return " ".join(str(value) for value in row.values() if value)


def _rows(parts: Parts, room: Room) -> Sequence[dict[str, Any]]:
    """The guest link stands there while the room has an audience."""
    return [
        {
            "name": link.seat or link.role,
            "role": link.role,
            "url": f"{base}/{PATHS.get(link.role, 'j')}/{code}",
            "note": "this machine only" if is_loopback(urlsplit(base).hostname or "") else "",
        }
        for link, code in parts.links.of(room).items()
        if link.role is not Role.GUEST or room.policy.webinar
        for base in (parts.control_url if link.role in PATHS else parts.public_url,)
    ]
