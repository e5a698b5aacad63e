"""What is on air: seat by seat, as vMix last said."""

from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web

from bridge.web.guard.auth import button_room
from bridge.web.parts import PARTS
from bridge.web.policy import POLL
from bridge.web.routes.buttons import add_button
from bridge.web.wire import replies
from bridge.web.wire.params import Params, read
from bridge.web.wire.rows import tally_rows


def add_routes(app: web.Application) -> None:
    add_button(app, "/r/{room}/tally", tally, POLL)


async def tally(request: web.Request) -> web.Response:
    room = button_room(request)
    params = await read(request, Params)
    rows = tally_rows(request.app[PARTS].attendance.of(room))
    return replies.listing(rows, params.format, _line, "seat", "tally")


def _line(row: Mapping[str, object]) -> str:
    words = {field: row[field] for field in ("seat", "inputs", "name")}
    return f"{quote(str(row['who']), safe=':@')} {row['tally']} {replies.in_words(words)}"
