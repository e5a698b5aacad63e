"""Recording by hand, what was recorded, and playing it by a ticket: a ``<video>`` sends no headers."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import hdrs, web

from bridge.errors import NotFound
from bridge.rooms.model import Recorded, Room
from bridge.rooms.presses import Pressed
from bridge.web.guard.auth import SCOPE, button_room, button_slug
from bridge.web.parts import PARTS
from bridge.web.policy import API, POLL, PRESS, RoutePolicy, add
from bridge.web.routes.buttons import add_button
from bridge.web.routes.pages import FILES
from bridge.web.wire import listing, replies
from bridge.web.wire.body import json_object
from bridge.web.wire.params import Params, read
from bridge.web.wire.recordings import player, recording_rows
from bridge.web.wire.spelling import RECORDING_FIELDS, CountPayload, RecordingPayload, RecordingsPayload, parse

PLAYER = RoutePolicy(page="player")
FILE = RoutePolicy()
KINDS = {".webm": "video/webm", ".mp4": "video/mp4"}
"""Of the files, whatever they are called until they are finished."""
NAME = re.compile(r"([1-9][0-9]{0,4})(\.[a-z0-9]+)")


def add_routes(app: web.Application) -> None:
    add_button(app, "/r/{room}/record/start", start, PRESS)
    add_button(app, "/r/{room}/record/stop", stop, PRESS)
    add_button(app, "/r/{room}/recordings", of_room, POLL)
    add(app, "/api/recordings/getCount", get_count, API, "POST")
    add(app, "/api/recordings/getAll", get_all, API, "POST")
    add(app, "/api/recordings/getById", get_by_id, API, "POST")
    add(app, "/api/recordings/remove", remove, API, "POST")
    add(app, "/api/recordings/ticket", ticket, API, "POST")
    add(app, "/recordings/{ticket}", play, PLAYER, "GET")
    add(app, "/recordings/{ticket}/{file}", file, FILE, "GET")


async def start(request: web.Request) -> web.Response:
    """Recording from now on, whatever the policy says."""
    return await _pressed(request, request.app[PARTS].recording.ask)


async def stop(request: web.Request) -> web.Response:
    """Recording no longer."""
    return await _pressed(request, request.app[PARTS].recording.stop)


async def _pressed(request: web.Request, press: Callable[[Room], Awaitable[bool]]) -> web.Response:
    room = button_room(request)
    params = await read(request, Params)
    replies.text_or_json(params.format)
    return replies.pressed(request, Pressed(room, await press(room)), params.format)


async def of_room(request: web.Request) -> web.Response:
    """Newest first; those of a room of that name that was removed, too."""
    slug = button_slug(request)
    params = await read(request, Params)
    archive = request.app[PARTS].archive
    rows = await recording_rows(archive, archive.of_room(request[SCOPE].owner, slug))
    return replies.listing(rows, params.format, _line, "recording", "recordings")


async def get_count(request: web.Request) -> web.Response:
    payload = parse(CountPayload, await json_object(request))
    return replies.json({"count": len(listing.matching(await _own(request), payload.filter, RECORDING_FIELDS))})


async def get_all(request: web.Request) -> web.Response:
    """A bare array."""
    payload = parse(RecordingsPayload, await json_object(request))
    found = listing.matching(await _own(request), payload.filter, RECORDING_FIELDS)
    chosen = listing.ordered(found, payload.sort, RECORDING_FIELDS)
    end = None if payload.limit is None else payload.skip + payload.limit
    return replies.json(chosen[payload.skip : end])


async def get_by_id(request: web.Request) -> web.Response:
    (row,) = await recording_rows(request.app[PARTS].archive, [await _recorded(request)])
    return replies.json(row)


async def remove(request: web.Request) -> web.Response:
    """Its files are gone, and it is forgotten."""
    recorded = await _recorded(request)
    await request.app[PARTS].archive.remove(request[SCOPE].owner, recorded.id)
    return replies.done()


async def ticket(request: web.Request) -> web.Response:
    """An address that plays this recording for a while, whoever opens it."""
    recorded, parts = await _recorded(request), request.app[PARTS]
    path = f"/recordings/{parts.tickets.issue(recorded.id)}"
    files = [f"{path}/{name}" for name in await _files(request, recorded)]
    return replies.json({"url": parts.control_url + path, "path": path, "files": files, "success": True})


async def play(request: web.Request) -> web.Response:
    """All its parts."""
    recorded = _by_ticket(request)
    files = [f"/recordings/{request.match_info['ticket']}/{name}" for name in await _files(request, recorded)]
    return web.Response(text=player(recorded, files, request.app[FILES].base), content_type="text/html")


async def file(request: web.Request) -> web.StreamResponse:
    """One part, by its number; of one that is being made, as far as it is."""
    recorded, name = _by_ticket(request), NAME.fullmatch(request.match_info["file"])
    number = int(name[1]) if name else 0
    path = await asyncio.to_thread(request.app[PARTS].archive.path, recorded, number)
    if path is None or name is None or name[2] != _ending(recorded, number):
        raise NotFound("there is no such file", "see what there is with: vmix-bridge recordings show ID")
    as_what = "attachment" if request.query.get("download") == "1" else "inline"
    headers = {
        hdrs.CONTENT_TYPE: KINDS.get(name[2], "application/octet-stream"),
        hdrs.CONTENT_DISPOSITION: f'{as_what}; filename="{_download_name(recorded, number)}"',
    }
    return web.FileResponse(path, headers=headers)


def _by_ticket(request: web.Request) -> Recorded:
    """Raises ``NotFound``; whoever guesses is limited."""
    parts = request.app[PARTS]
    recorded = parts.archive.known(parts.tickets.recording(request.match_info["ticket"]))
    if recorded is None:
        parts.limits.wrong_key(parts.callers.address(request))
        raise NotFound("this ticket opens nothing", "get another one: vmix-bridge recordings open ID")
    return recorded


async def _files(request: web.Request, recorded: Recorded) -> list[str]:
    """What can be read on this machine."""
    archive = request.app[PARTS].archive

    def look() -> list[str]:
        numbers = [number for number in range(1, len(recorded.parts) + 1) if archive.path(recorded, number)]
        return [f"{number}{_ending(recorded, number)}" for number in numbers]

    return await asyncio.to_thread(look)


def _ending(recorded: Recorded, number: int) -> str:
    return Path(recorded.parts[number - 1].file).suffix.lower()


def _download_name(recorded: Recorded, number: int) -> str:
    """Of a file system's own characters."""
    return re.sub(r"[^A-Za-z0-9.-]", "-", f"{recorded.slug}-{Path(recorded.parts[number - 1].file).name}")


async def _recorded(request: web.Request) -> Recorded:
    payload = parse(RecordingPayload, await json_object(request))
    return request.app[PARTS].archive.get(request[SCOPE].owner, payload.id)


async def _own(request: web.Request) -> list[dict[str, object]]:
    archive = request.app[PARTS].archive
    return await recording_rows(archive, archive.of_owner(request[SCOPE].owner))


def _line(row: Mapping[str, object]) -> str:
    """``name`` is last, since it alone may hold blanks."""
    words = {field: value for field, value in row.items() if field not in ("id", "state", "reason")}
    return f"{row['id']} {row['state']} {replies.in_words(words)}"
