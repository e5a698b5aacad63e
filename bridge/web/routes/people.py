"""Who is there: the seats of a room and everybody else, as a line, a row or an element each."""

from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web

from bridge.web.guard.auth import button_room, own_room
from bridge.web.parts import PARTS
from bridge.web.policy import API, POLL, add
from bridge.web.routes.buttons import add_button
from bridge.web.wire import replies
from bridge.web.wire.body import json_object
from bridge.web.wire.params import Params, read
from bridge.web.wire.rows import person_row
from bridge.web.wire.spelling import IdPayload, parse


def add_routes(app: web.Application) -> None:
    add_button(app, "/r/{room}/people", people, POLL)
    add(app, "/api/conferences/participants/list", list_people, API, "POST")


async def people(request: web.Request) -> web.Response:
    """As JSON a top-level array of flat objects with the same fields each: a data source of vMix as it stands."""
    room = button_room(request)
    params = await read(request, Params)
    rows = [person_row(row) for row in request.app[PARTS].attendance.of(room)]
    return replies.listing(rows, params.format, _line, "person", "people")


async def list_people(request: web.Request) -> web.Response:
    room = own_room(request, parse(IdPayload, await json_object(request)).id)
    return replies.json([person_row(row) for row in request.app[PARTS].attendance.of(room)])


def _line(row: Mapping[str, object]) -> str:
    """``name`` is last, since it alone may hold blanks; ``who`` is written as a URL carries it."""
    words = {field: value for field, value in row.items() if field not in ("who", "state", "quality", "title", "typed")}
    return f"{quote(str(row['who']), safe=':@')} {row['state']} {replies.in_words(words)}"
