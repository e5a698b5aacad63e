"""What is told of a room, as JSON: made once for all who listen, and again when something changed."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from aiohttp import web

from bridge.rooms.attendance import Row
from bridge.rooms.changes import EVERY_ROOM
from bridge.rooms.model import Room
from bridge.rooms.tally import Air
from bridge.web.parts import PARTS, Parts
from bridge.web.wire import replies
from bridge.web.wire.rows import person_row, scene_row, tally_rows

FRESH_SECONDS = 5.0
"""Some of it changes by time alone: a seat that nobody comes back to."""
SNAPSHOTS: web.AppKey["Snapshots"] = web.AppKey("snapshots")
EVENTS = ("room", "people", "tally", "scenes", "recording")
"""What an event stream tells; a console is told ``listed`` of every room and ``inside`` of the one it looks into."""


@dataclass(slots=True)
class _Made:
    until: float
    rows: Sequence[Row]
    texts: dict[str, str] = field(default_factory=dict)


class Snapshots:
    """Of one application; ``close`` it in the end."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._made: dict[str, _Made] = {}
        self.close = parts.changes.subscribe(self._forget)

    def events(self, request: web.Request, room: Room) -> Mapping[str, str]:
        """JSON by the name of its event."""
        return {event: self.text(request, room, event) for event in EVENTS}

    def text(self, request: web.Request, room: Room, what: str) -> str:
        """One of them, as JSON."""
        made, now = self._made.get(room.id), time.monotonic()
        if made is None or made.until <= now:
            made = self._made[room.id] = _Made(now + FRESH_SECONDS, self._parts.attendance.of(room))
        text = made.texts.get(what)
        if text is None:
            text = made.texts[what] = orjson.dumps(_MAKERS[what](request, room, made.rows)).decode()
        return text

    def _forget(self, room_id: str) -> None:
        if room_id == EVERY_ROOM:
            self._made.clear()
        else:
            self._made.pop(room_id, None)


def _room(request: web.Request, room: Room, rows: Sequence[Row]) -> object:
    return replies.room_with_words(request, room, replies.room_words(request, room, {}))


def _people(request: web.Request, room: Room, rows: Sequence[Row]) -> Mapping[str, object]:
    return {"slug": room.slug, "people": [person_row(row) for row in rows]}


def _tally(request: web.Request, room: Room, rows: Sequence[Row]) -> Mapping[str, object]:
    return {"slug": room.slug, "tally": tally_rows(rows)}


def _scenes(request: web.Request, room: Room, rows: Sequence[Row]) -> Mapping[str, object]:
    return {"slug": room.slug, "scenes": [scene_row(row) for row in request.app[PARTS].scenes.rows(room)]}


def _recording(request: web.Request, room: Room, rows: Sequence[Row]) -> Mapping[str, object]:
    return {"slug": room.slug, "recording": "off"} | replies.recording_fields(request.app[PARTS], room)


def _listed(request: web.Request, room: Room, rows: Sequence[Row]) -> object:
    on_air = [row.seat for row in rows if row.seat and row.air is Air.PROGRAM]
    return replies.room_with_words(request, room, replies.room_words(request, room, {})) | {"on_air": on_air}


def _inside(request: web.Request, room: Room, rows: Sequence[Row]) -> Mapping[str, object]:
    unread = request.app[PARTS].messages.unread
    messages = [
        {"who": row.who, "number": one.number, "kind": one.kind, "text": one.text}
        for row in rows
        for one in unread(room.call, row.identity or row.who)
    ]
    told = {**_people(request, room, rows), **_tally(request, room, rows), **_scenes(request, room, rows)}
    return {"type": "inside", **told, "takes": room.takes, "messages": messages}


_MAKERS: Mapping[str, Callable[[web.Request, Room, Sequence[Row]], object]] = {
    "room": _room,
    "people": _people,
    "tally": _tally,
    "scenes": _scenes,
    "recording": _recording,
    "listed": _listed,
    "inside": _inside,
}
