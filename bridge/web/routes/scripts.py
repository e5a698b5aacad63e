"""Generated vMix scripts of a room: the index, one script, all of them as a zip."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

from aiohttp import web

from bridge.errors import BadSetting, NotFound
from bridge.rooms.model import Room
from bridge.version import VERSION
from bridge.web.guard.auth import button_room
from bridge.web.parts import PARTS
from bridge.web.policy import DOWNLOAD, add
from bridge.web.routes.buttons import add_button
from bridge.web.wire import replies
from bridge.web.wire.params import Params, read
from vmix_scripts import SCRIPTS, RoomCard, encode, file_name, render, render_set


class ScriptParams(Params):
    """``url``: where vMix reaches the bridge, if not where ``[urls] control`` says."""

    url: str = ""


def add_routes(app: web.Application) -> None:
    add_button(app, "/r/{room}/scripts", scripts, DOWNLOAD)
    add(app, "/r/{room}/scripts/{name}.vb", script, DOWNLOAD, "GET")
    add(app, "/r/{room}/scripts.zip", archive, DOWNLOAD, "GET")


async def scripts(request: web.Request) -> web.Response:
    """What there is: a line, an object or a row each."""
    room = button_room(request)
    params = await read(request, ScriptParams)
    card = _card(request, room, params.url)
    rows = [
        {
            "name": script.name,
            "title": script.title,
            "description": script.summary,
            "file": file_name(script.name, card),
            "url": f"{card.base}/r/{room.slug}/scripts/{script.name}.vb",
        }
        for script in SCRIPTS
    ]
    return replies.listing(rows, params.format, _line, "script", "scripts")


def _line(row: Mapping[str, Any]) -> str:
    return f"{row['name']}: {row['description']}"


async def script(request: web.Request) -> web.Response:
    """One script, ready to import. The key in it is the room's own, whoever asks."""
    room = button_room(request)
    params = await read(request, ScriptParams)
    name = request.match_info["name"]
    card = _card(request, room, params.url)
    if name not in (script.name for script in SCRIPTS):
        raise NotFound("there is no such script", f"see /r/{room.slug}/scripts")
    return _download(encode(render(name, card)), "text/plain; charset=utf-8", file_name(name, card))


async def archive(request: web.Request) -> web.Response:
    """Every script, with a README.txt that says how to import them."""
    room = button_room(request)
    params = await read(request, ScriptParams)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in render_set(_card(request, room, params.url)).items():
            archive.writestr(name, content)
    return _download(data.getvalue(), "application/zip", f"{room.slug}.zip")


def _card(request: web.Request, room: Room, url: str) -> RoomCard:
    parts = request.app[PARTS]
    try:
        return RoomCard(
            name=room.name,
            slug=room.slug,
            url=url or parts.control_url,
            key=parts.keys.key(room.owner, room.slug),
            **room.policy.by_word() | {"seats": ",".join(room.policy.seats)},
            version=VERSION,
            date=date.today().isoformat(),
        )
    except ValueError as error:
        raise BadSetting(str(error), "write url as http://host:port") from None


def _download(data: bytes, content_type: str, name: str) -> web.Response:
    headers = {"Content-Type": content_type, "Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=data, headers=headers)
