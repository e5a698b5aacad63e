"""The studio's hand on whoever is there: free a seat, put somebody out, let somebody in or send them away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bridge.errors import Nobody
from bridge.rooms.countdown import Countdown
from bridge.rooms.lobby import Lobby, key_of
from bridge.rooms.mint import Mints, Strength
from bridge.rooms.model import Role, Room
from bridge.rooms.notes import Noted, Notes
from bridge.rooms.ports import Participant
from bridge.rooms.reconciler import Reconciler
from bridge.rooms.roster import Roster
from bridge.rooms.seats import Seats

REPEAT_SECONDS = 10.0
"""A button that repeats itself within this time means whoever it meant first, and never the successor."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """Whom a hand is laid on: ``identity`` is empty for who waits in the lobby."""

    key: str
    identity: str
    seat: str
    role: Role


class Hands:
    """Each is noted first, as a press is, and then carried out. ``who`` is a seat, an identity, or ``all``,
    ``speakers``, ``viewers``, ``seats``; ``next`` is whoever waits longest. Scenes are nobody.

    Answers whether anything changed. Raises ``Nobody``, and what a press raises.
    """

    def __init__(
        self,
        roster: Roster,
        seats: Seats,
        lobby: Lobby,
        notes: Notes,
        reconciler: Reconciler,
        mints: Mints,
        clock: Callable[[], float],
    ) -> None:
        self._roster, self._seats, self._lobby, self._notes = roster, seats, lobby, notes
        self._reconciler, self._mints, self._clock = reconciler, mints, clock
        self._done: dict[tuple[str, str, str], float] = {}

    async def free(self, room: Room, seat: str) -> bool:
        """Whoever holds the seat is put out, and the next one with its link gets in; nobody is barred from it."""
        if seat not in room.policy.seats:
            raise Nobody(f"{room.slug} has no seat {seat}", f"its seats are: {', '.join(room.policy.seats) or 'none'}")
        if self._is_repeated(room, "free", seat):
            return False
        return await self._carry_out(room, lambda noted: self._freed(room, seat, noted).unbarred(seat), ("free", seat))

    async def remove(self, room: Room, who: str) -> bool:
        """They are put out, and their browser or client stays out until ``free`` or ``admit``."""
        if self._is_repeated(room, "remove", who):
            return False
        people = self._found(room, who, [*self._inside(room), *self._waiting(room)])

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
        people = self._found(room, who, [*self._waiting(room), *barred, *refused])
        changed = await self._carry_out(room, lambda noted: noted.admitted(*(one.key for one in people)))
        for one in people:
            self._lobby.let_in(room, one.key)
        return changed

    async def refuse(self, room: Room, who: str) -> bool:
        """Whoever waits is not let in."""
        if self._is_repeated(room, "refuse", who):
            return False
        for one in self._found(room, who, self._waiting(room)):
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

    def _found(self, room: Room, who: str, people: Sequence[Somebody]) -> Sequence[Somebody]:
        match who:
            case "all":
                found = list(people)
            case "next":
                found = list(self._waiting(room)[:1])
            case "speakers" | "viewers":
                role = Role.SPEAKER if who == "speakers" else Role.GUEST
                found = [one for one in people if one.role is role]
            case "seats":
                found = [one for one in people if one.seat]
            case _:
                found = [one for one in people if who in (one.seat, one.identity, one.key)]
        if not found:
            raise Nobody(f"nobody in {room.slug} is {who}")
        return found

    def _inside(self, room: Room) -> list[Somebody]:
        return [self._somebody(room, one) for one in self._roster.of(room.id, room.call) if one.counts]

    def _somebody(self, room: Room, one: Participant) -> Somebody:
        holder = self._seats.holder(room, one.seat) if one.seat else None
        sits = holder is not None and holder.identity == one.identity
        key = holder.browser if holder and sits else key_of(one.identity)
        return Somebody(key, one.identity, one.seat if sits else "", one.role)

    def _waiting(self, room: Room) -> list[Somebody]:
        return [Somebody(one.key, "", one.seat, one.role) for one in self._lobby.waiting(room)]

    def _is_repeated(self, room: Room, what: str, who: str) -> bool:
        now = self._clock()
        self._done = {done: until for done, until in self._done.items() if until > now}
        return (room.id, what, who) in self._done

    def _keep(self, room: Room, what: str, who: str) -> None:
        self._done[room.id, what, who] = self._clock() + REPEAT_SECONDS
