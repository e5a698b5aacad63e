"""Who is inside, room by room, as last seen. Kept in memory only: LiveKit is the one that knows."""

from collections.abc import Iterable
from dataclasses import dataclass

from bridge.rooms.changes import Changes
from bridge.rooms.model import Room
from bridge.rooms.ports import Participant


@dataclass(slots=True)
class _Inside:
    """The participants of ``call``, and who of them was let in.

    ``admitted`` are the identities that were inside ``admitted_to`` at the look before; None: everybody inside counts
    as admitted, since this process has not looked before.
    """

    call: str = ""
    participants: tuple[Participant, ...] = ()
    count: int = 0
    admitted: frozenset[str] | None = None
    admitted_to: str = ""


class Roster:
    """A look replaces what was known of a room."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._rooms: dict[str, _Inside] = {}

    def apply(self, room_id: str, call: str, participants: Iterable[Participant]) -> None:
        """These are inside ``call`` now."""
        inside, now = self._rooms.setdefault(room_id, _Inside()), tuple(participants)
        changed = inside.participants != now
        inside.call, inside.participants = call, now
        inside.count = sum(one.counts for one in now)
        if changed:
            self._changes.tell(room_id)

    def of(self, room_id: str, call: str = "") -> tuple[Participant, ...]:
        """Everybody inside, scenes too; nobody where the last look was into another call than ``call``."""
        inside = self._rooms.get(room_id)
        return inside.participants if inside and call in ("", inside.call) else ()

    def count(self, room: Room) -> int:
        """People inside, scenes not counted; 0 for a stopped room, and for a call of before."""
        inside = self._rooms.get(room.id)
        return inside.count if inside and room.active and inside.call == room.call else 0

    def inside(self, room: Room) -> frozenset[str]:
        """The identities of the people in its present call."""
        return frozenset(one.identity for one in self.of(room.id, room.call) if one.counts)

    def begins(self, room: Room, *, empty: bool) -> None:
        """The room's call is looked at for the first time; ``empty`` if it has just been made."""
        inside = self._rooms.setdefault(room.id, _Inside())
        if inside.admitted_to != room.call:
            inside.admitted_to, inside.admitted = room.call, frozenset() if empty else None

    def admitted(self, room_id: str) -> frozenset[str] | None:
        """Who was let in; None before anybody looked."""
        inside = self._rooms.get(room_id)
        return inside.admitted if inside else None

    def let_in(self, room_id: str) -> tuple[Participant, ...]:
        """Whoever is inside now belongs there: a later look measures newcomers against them. Answers who they are."""
        inside = self._rooms.setdefault(room_id, _Inside())
        inside.admitted = frozenset(one.identity for one in inside.participants)
        return inside.participants

    def forget(self, room_id: str) -> None:
        self._rooms.pop(room_id, None)
