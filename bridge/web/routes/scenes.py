"""The scenes of a room: where vMix finds them, how their pages are doing, and what is taken to them."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from yarl import URL

from bridge.rooms.model import Link, Mode, Role, Room
from bridge.rooms.scenes import SCREEN, Kind, Row
from bridge.web.guard.auth import SCOPE, button_room
from bridge.web.parts import PARTS, Parts
from bridge.web.policy import POLL, PRESS
from bridge.web.routes.buttons import add_button
from bridge.web.wire import replies
from bridge.web.wire.params import SceneParams, TakeParams, read
from bridge.web.wire.rows import scene_row


def add_routes(app: web.Application) -> None:
    add_button(app, "/r/{room}/scenes", scenes, POLL)
    add_button(app, "/r/{room}/take", take, PRESS)


async def scenes(request: web.Request) -> web.Response:
    """Every one there is, or the one that ``scene`` names. A view key does not see where they lead."""
    room, parts = button_room(request), request.app[PARTS]
    params = await read(request, SceneParams)
    rows = [_row(parts, room, row) for row in parts.scenes.rows(room, params.scene)]
    if request[SCOPE].view:
        rows = [{field: value for field, value in row.items() if field != "url"} for row in rows]
    return replies.listing(rows, params.format, _line, "scene", "scenes")


async def take(request: web.Request) -> web.Response:
    """Pages of that scene show that seat from its first frame on."""
    room = button_room(request)
    params = await read(request, TakeParams)
    replies.text_or_json(params.format)
    pressed = await request.app[PARTS].presses.take(room, params.scene, params.seat)
    return replies.pressed(request, pressed, params.format)


def _row(parts: Parts, room: Room, row: Row) -> dict[str, Any]:
    return scene_row(row) | {"silent": int(row.silent), "url": _url(parts, room, row)}


def _line(row: Mapping[str, Any]) -> str:
    said = (f"{word}={row[word]}" for word in ("shows", "pages", "sound", "silent"))
    return " ".join((row["name"], row["kind"], *said, row.get("url", ""))).rstrip()


def _url(parts: Parts, room: Room, row: Row) -> str:
    """The shortest address of it."""
    seat = row.name.removesuffix(SCREEN) if row.kind in (Kind.SEAT, Kind.SCREEN) else ""
    said = {
        Kind.SEAT: {},
        Kind.SCREEN: {"show": "screen"},
        Kind.ROOM: {} if row.name == Mode.GRID else {"layout": row.name},
        Kind.TAKE: {"scene": row.name},
    }[row.kind]
    code = parts.links.of(room)[Link(Role.SCENE, seat)]
    return str(URL(f"{parts.control_url}/scene/{code}").with_query(said))
