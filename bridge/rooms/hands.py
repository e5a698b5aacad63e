"""The studio's hand on whoever is there: free a seat, put somebody out, let somebody in or send them away."""

from collections.abc import Callable

from bridge.rooms.countdown import Countdown
from bridge.rooms.lobby import Lobby
from bridge.rooms.mint import Mints, Strength
from bridge.rooms.model import Role, Room
from bridge.rooms.notes import Noted, Notes
from bridge.rooms.reconciler import Reconciler
from bridge.rooms.seats import Seats, no_seat
from bridge.rooms.who import Somebody, Who

REPEAT_SECONDS = 10.0
"""A button that repeats itself within this time means whoever it meant first, and never the successor."""


class Hands:
    """Each is noted first, as a press is, and then carried out. ``who`` is as ``Who`` finds them.

    Answers whether anything changed. Raises ``Nobody``, and what a press raises.
    """

    def __init__(
        self,
        who: Who,
        seats: Seats,
        lobby: Lobby,
        notes: Notes,
        reconciler: Reconciler,
        mints: Mints,
        clock: Callable[[], float],
    ) -> None:
        self._who, self._seats, self._lobby, self._notes = who, seats, lobby, notes
        self._reconciler, self._mints, self._clock = reconciler, mints, clock
        self._done: dict[tuple[str, str, str], float] = {}

    async def free(self, room: Room, seat: str) -> bool:
        """Whoever holds the seat is put out, and the next one with its link gets in; nobody is barred from it."""
        if seat not in room.policy.seats:
            raise no_seat(room, seat)
        if self._is_repeated(room, "free", seat):
            return False
        return await self._carry_out(room, lambda noted: self._freed(room, seat, noted).unbarred(seat), ("free", seat))

    async def remove(self, room: Room, who: str) -> bool:
        """They are put out, and their browser or client stays out until ``free`` or ``admit``."""
        if self._is_repeated(room, "remove", who):
            return False
        people = self._who.found(room, who, [*self._who.inside(room), *self._who.waiting(room)])

        def change(noted: Noted) -> Noted:
            for one in people:
                noted = noted.barred(one.key, one.seat)
                if one.seat:
                    noted = self._freed(room, one.seat, noted)
                elif one.identity:
                    noted = noted.taken(one.identity, self._mints.new(Strength.STUDIO).text)
            return noted

        changed = await self._carry_out(room, change, ("remove", who))
        for one in people:
            self._lobby.left(room, one.key)
        return changed

    async def admit(self, room: Room, who: str) -> bool:
        """Whoever waits may come in, and so may whoever was barred, for as long as this call lasts."""
        call = self._notes.of(room).call
        barred = [Somebody(key, "", seat, Role.SPEAKER) for key, seat in call.barred.items()]
        refused = [Somebody(who, "", "", Role.SPEAKER)] if self._lobby.was_refused(room, who) else []
        people = self._who.found(room, who, [*self._who.waiting(room), *barred, *refused])
        changed = await self._carry_out(room, lambda noted: noted.admitted(*(one.key for one in people)))
        for one in people:
            self._lobby.let_in(room, one.key)
        return changed

    async def refuse(self, room: Room, who: str) -> bool:
        """Whoever waits is not let in."""
        if self._is_repeated(room, "refuse", who):
            return False
        for one in self._who.found(room, who, self._who.waiting(room)):
            self._lobby.turn_away(room, one.key)
        self._keep(room, "refuse", who)
        return True

    def _freed(self, room: Room, seat: str, noted: Noted) -> Noted:
        before, freed = self._seats.holder(room, seat), self._seats.freed(room, seat)
        if before is None or freed is None:
            return noted
        return noted.taken(before.identity, self._mints.new(Strength.STUDIO).text).seated(freed)

    async def _carry_out(self, room: Room, change: Callable[[Noted], Noted], what: tuple[str, str] = ("", "")) -> bool:
        time = Countdown()
        changed = await self._notes.write(room, change, within=time)
        self._keep(room, *what)
        await self._reconciler.settled(room.id, time.left())
        return changed

    def _is_repeated(self, room: Room, what: str, who: str) -> bool:
        now = self._clock()
        self._done = {done: until for done, until in self._done.items() if until > now}
        return (room.id, what, who) in self._done

    def _keep(self, room: Room, what: str, who: str) -> None:
        self._done[room.id, what, who] = self._clock() + REPEAT_SECONDS
