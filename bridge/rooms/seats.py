"""Who sits where: each seat is held by one browser at a time, and keeps its place while it is empty."""

import math
from collections.abc import Callable, Collection

from bridge.errors import SeatTaken
from bridge.rooms.capacity import RESERVED_SECONDS
from bridge.rooms.changes import Changes
from bridge.rooms.model import Holder, Role, Room
from bridge.rooms.ports import RoomStore
from bridge.rooms.roster import Roster

AWAY_SECONDS = 120.0
"""So long a holder who is not inside keeps the seat."""
REMEMBERED = 20
"""Browsers a seat knows again."""


class Seats:
    """A claim is there before anything is awaited, and is written down by whoever claims. ``clock`` never goes back.

    After a restart nobody knows how long a holder was away: each has two fresh minutes.
    """

    def __init__(self, store: RoomStore, roster: Roster, changes: Changes, clock: Callable[[], float]) -> None:
        self._store, self._roster, self._clock = store, roster, clock
        self._began = clock()
        self._claims: dict[tuple[str, str], tuple[Holder, float]] = {}
        self._inside: dict[str, frozenset[str]] = {}
        self._left: dict[tuple[str, str], float] = {}
        changes.subscribe(self._look)

    def holder(self, room: Room, seat: str) -> Holder | None:
        """Who holds it, or held it last; of two the one who claimed it later."""
        written = self._store.holders_of(room.id).get(seat)
        claimed, until = self._claims.get((room.id, seat), (None, 0.0))
        if claimed and until > self._clock() and (written is None or claimed.number > written.number):
            return claimed
        return written

    def claim(self, room: Room, seat: str, browser: str, name: str) -> Holder:
        """The seat is this browser's now, for as long as a place is reserved. Raises ``SeatTaken``."""
        holder = self.holder(room, seat)
        if holder is None:
            mine = Holder(room.id, seat, 1, browser, name)
        elif holder.browser == browser:
            mine = Holder(room.id, seat, holder.number, browser, name or holder.name, holder.before)
        elif self.is_held(room, holder):
            raise SeatTaken(f"somebody else sits in {seat}", f"free it first: /r/{room.slug}/free?seat={seat}")
        else:
            mine = Holder(room.id, seat, holder.number + 1, browser, name, _remembered(holder))
        if holder is None or mine.number != holder.number:
            self._left[room.id, mine.identity] = -math.inf
        self._claims[room.id, seat] = (mine, self._clock() + RESERVED_SECONDS)
        return mine

    def release(self, room: Room, holder: Holder) -> None:
        """A claim that came to nothing."""
        if self._claims.get((room.id, holder.seat), (None, 0.0))[0] == holder:
            del self._claims[room.id, holder.seat]

    def is_held(self, room: Room, holder: Holder) -> bool:
        """Inside, on the way in, or away for less than two minutes. A seat that was freed is held by nobody."""
        if not holder.browser:
            return False
        claimed, until = self._claims.get((room.id, holder.seat), (None, 0.0))
        if claimed and claimed.number == holder.number and until > self._clock():
            return True
        return self.is_inside(room, holder) or self._clock() - self._last_seen(room, holder) < AWAY_SECONDS

    def is_inside(self, room: Room, holder: Holder) -> bool:
        return any(
            one.identity == holder.identity and one.role is Role.SPEAKER for one in self._roster.of(room.id, room.call)
        )

    def freed(self, room: Room, seat: str) -> Holder | None:
        """The seat with nobody in it, as it is written down; None where nobody ever sat there or it is free."""
        holder = self.holder(room, seat)
        if holder is None or not holder.browser:
            return None
        return Holder(room.id, seat, holder.number + 1, "", "", _remembered(holder))

    def kept(self, room: Room, counted: Collection[str], but: str = "") -> int:
        """How many places are kept for seats, ``but`` left out: those whose holder is not among ``counted``."""
        holders = {seat: self.holder(room, seat) for seat in room.policy.seats if seat != but}
        return sum(holder is None or holder.identity not in counted for holder in holders.values())

    def is_gone(self, room: Room, identity: str, seat: str) -> bool:
        """Whether somebody with that identity sits in a seat that is gone, or another's by now."""
        holder = self.holder(room, seat)
        return seat not in room.policy.seats or holder is None or holder.identity != identity

    def _last_seen(self, room: Room, holder: Holder) -> float:
        return self._left.get((room.id, holder.identity), self._began)

    def _look(self, room_id: str) -> None:
        """Note who left."""
        inside = frozenset(one.identity for one in self._roster.of(room_id) if one.seat and one.role is Role.SPEAKER)
        for identity in self._inside.get(room_id, frozenset()) - inside:
            self._left[room_id, identity] = self._clock()
        if inside:
            self._inside[room_id] = inside
        else:
            self._inside.pop(room_id, None)


def _remembered(holder: Holder) -> tuple[str, ...]:
    """The browsers that sat there, this holder's the latest."""
    before = [browser for browser in holder.before if browser != holder.browser]
    return (*before, *filter(None, [holder.browser]))[-REMEMBERED:]
