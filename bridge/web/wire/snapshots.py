"""What event streams say of a room: made once for all who listen, and again when something changed."""

import time
from collections.abc import Mapping

import orjson
from aiohttp import web

from bridge.rooms.changes import EVERY_ROOM
from bridge.rooms.model import Room
from bridge.web.parts import PARTS, Parts
from bridge.web.wire import replies
from bridge.web.wire.rows import person_row, scene_row, tally_rows

FRESH_SECONDS = 5.0
"""Some of it changes by time alone: a seat that nobody comes back to."""


class Snapshots:
    """Of one application; ``close`` it in the end."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._made: dict[str, tuple[float, Mapping[str, str]]] = {}
        self.close = parts.changes.subscribe(self._forget)

    def of(self, request: web.Request, room: Room) -> Mapping[str, str]:
        """JSON by the name of its event."""
        until, snapshot = self._made.get(room.id, (0.0, {}))
        if until <= time.monotonic():
            snapshot = self._make(request, room)
            self._made[room.id] = (time.monotonic() + FRESH_SECONDS, snapshot)
        return snapshot

    def _make(self, request: web.Request, room: Room) -> Mapping[str, str]:
        parts, words = request.app[PARTS], replies.room_words(request, room, {})
        rows = parts.attendance.of(room)
        people, tally = [person_row(row) for row in rows], tally_rows(rows)
        scenes = [scene_row(row) for row in parts.scenes.rows(room)]
        return {
            "room": _text(replies.room_with_words(request, room, words)),
            "people": _text({"slug": room.slug, "people": people}),
            "tally": _text({"slug": room.slug, "tally": tally}),
            "scenes": _text({"slug": room.slug, "scenes": scenes}),
            "recording": _text({"slug": room.slug, "recording": "off"} | replies.recording_fields(parts, room)),
        }

    def _forget(self, room_id: str) -> None:
        if room_id == EVERY_ROOM:
            self._made.clear()
        else:
            self._made.pop(room_id, None)


def _text(thing: object) -> str:
    return orjson.dumps(thing).decode()
