"""What a Companion key shows of a room, as the event streams say it."""

from bridge.companion import Tile, tile
from bridge.rooms.model import Room, State
from bridge.web.parts import Parts
from bridge.web.wire.rows import person_row


def room_tile(parts: Parts, room: Room) -> Tile:
    state = parts.observed.state(room)
    unknown = parts.observed.outage is not None and room.active
    words = {
        "slug": room.slug,
        "name": room.name,
        "state": state,
        "people": "?" if unknown else parts.roster.count(room),
        "server": parts.server,
        "reason": parts.observed.reason(room) if state is State.CHECK else "",
    }
    return tile(words, [person_row(row) for row in parts.attendance.of(room)])
