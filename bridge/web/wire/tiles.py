"""What a Companion key shows of a room, as the event streams say it."""

from bridge.companion import Tile, tile
from bridge.rooms.model import Room
from bridge.web.parts import Parts
from bridge.web.wire.replies import live_words, record_words
from bridge.web.wire.rows import person_row


def room_tile(parts: Parts, room: Room) -> Tile:
    words = {"slug": room.slug, "name": room.name, "state": parts.observed.state(room)} | record_words(parts, room)
    words |= live_words(parts, room)
    return tile(words, [person_row(row) for row in parts.attendance.of(room)])
