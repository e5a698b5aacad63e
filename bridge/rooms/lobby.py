"""Before the door: who waits to be admitted, who was refused, who is barred.

Everybody has a key here that a reload does not change: a browser at one of our own pages its identity, which nobody
else can name; any other client one made from the identity it chose.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bridge.errors import Barred, NotAdmitted
from bridge.rooms.changes import Changes
from bridge.rooms.model import Role, Room
from bridge.rooms.notes import Notes

PAGE = "page"
WAITING_SECONDS = 25.0
"""So long somebody waits who does not say so again."""
MOST_WAITING = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody before the door, under the name they gave. ``since`` is ms since 1970."""

    key: str
    name: str
    role: Role
    seat: str
    since: int


class Lobby:
    """Who waits and who was refused is kept in memory, with the call; admitted and barred are noted."""

    def __init__(self, notes: Notes, changes: Changes, clock: Callable[[], float], clock_ms: Callable[[], int]) -> None:
        self._notes, self._changes, self._clock, self._clock_ms = notes, changes, clock, clock_ms
        self._waiting: dict[str, dict[str, tuple[Waiting, float]]] = {}
        self._refused: dict[str, set[str]] = {}

    def refuse(self, room: Room, key: str) -> None:
        """Raises ``Barred`` for whoever is kept out, ``NotAdmitted`` for whoever has to wait, or was refused."""
        call = self._notes.of(room).call
        if key in call.barred:
            raise Barred("the studio ended this visit")
        if room.policy.lobby and key not in call.admitted:
            if self.was_refused(room, key):
                raise NotAdmitted("the studio did not let you in", "ask whoever sent you the link")
            raise NotAdmitted("the studio lets people in one by one")

    def knock(self, room: Room, key: str, name: str, role: Role, seat: str = "") -> None:
        """Somebody waits, or still waits."""
        waiting = self._waiting.setdefault(room.call, {})
        before = waiting.get(key)
        if not room.active or (before is None and len(waiting) >= MOST_WAITING):
            return
        now = Waiting(key, name, role, seat, before[0].since if before else self._clock_ms())
        waiting[key] = (now, self._clock() + WAITING_SECONDS)
        if before is None or before[0] != now:
            self._changes.tell(room.id)

    def left(self, room: Room, key: str) -> None:
        """Somebody waits no longer."""
        if self._waiting.get(room.call, {}).pop(key, None) is not None:
            self._changes.tell(room.id)

    def waiting(self, room: Room) -> tuple[Waiting, ...]:
        """Who waits now, whoever waits longest first."""
        return tuple(self._still_waiting(room)) if room.policy.lobby else ()

    def turn_away(self, room: Room, key: str) -> None:
        """Somebody is not let in, until they are admitted after all."""
        self._refused.setdefault(room.call, set()).add(key)
        self.left(room, key)

    def let_in(self, room: Room, key: str) -> None:
        """Somebody was admitted: they wait no longer, and are refused no longer."""
        self._refused.get(room.call, set()).discard(key)
        self.left(room, key)

    def was_refused(self, room: Room, key: str) -> bool:
        return key in self._refused.get(room.call, ())

    def forget(self, call: str) -> None:
        """An ended call has no door."""
        self._waiting.pop(call, None)
        self._refused.pop(call, None)

    def _still_waiting(self, room: Room) -> Iterator[Waiting]:
        waiting = self._waiting.get(room.call, {})
        for key, (one, until) in list(waiting.items()):
            if until <= self._clock():
                del waiting[key]
            else:
                yield one


def key_of(identity: str) -> str:
    """The key of whoever has this identity and sits in no seat."""
    if identity.startswith(f"{PAGE}:"):
        return identity
    return f"client:{hashlib.sha256(identity.encode(errors='replace')).hexdigest()[:32]}"
