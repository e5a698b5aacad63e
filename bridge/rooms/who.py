"""Whom a press means: ``who`` is a seat, an identity, or a word for several."""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.errors import Nobody
from bridge.rooms.grants import role_in
from bridge.rooms.lobby import Lobby, key_of
from bridge.rooms.model import Role, Room
from bridge.rooms.notes import Notes
from bridge.rooms.ports import Participant
from bridge.rooms.roster import Roster
from bridge.rooms.seats import Seats


@dataclass(frozen=True, slots=True)
class Somebody:
    """Whom a hand is laid on: ``identity`` is empty for who waits in the lobby."""

    key: str
    identity: str
    seat: str
    role: Role


class Who:
    """Finds them. Scenes are nobody, and so is the program."""

    def __init__(self, roster: Roster, seats: Seats, lobby: Lobby, notes: Notes) -> None:
        self._roster, self._seats, self._lobby, self._notes = roster, seats, lobby, notes

    def found(self, room: Room, who: str, people: Sequence[Somebody]) -> Sequence[Somebody]:
        """Who of ``people`` is meant: by seat, identity or key, or by ``all``, ``speakers``, ``viewers``, ``seats``,
        ``next``, which is whoever waits longest. Raises ``Nobody``.
        """
        match who:
            case "all":
                found = list(people)
            case "next":
                found = list(self.waiting(room)[:1])
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

    def inside(self, room: Room) -> list[Somebody]:
        """The people inside, as what the studio made of them."""
        return [self._somebody(room, one) for one in self._roster.of(room.id, room.call) if one.counts]

    def away(self, room: Room) -> list[Somebody]:
        """Whose seat is kept for them."""
        holders = [(seat, self._seats.holder(room, seat)) for seat in room.policy.seats]
        return [
            Somebody(holder.browser, holder.identity, seat, self._role(room, holder.identity, Role.SPEAKER))
            for seat, holder in holders
            if holder and self._seats.is_held(room, holder) and not self._seats.is_inside(room, holder)
        ]

    def waiting(self, room: Room) -> list[Somebody]:
        return [Somebody(one.key, "", one.seat, one.role) for one in self._lobby.waiting(room)]

    def _somebody(self, room: Room, one: Participant) -> Somebody:
        holder = self._seats.holder(room, one.seat) if one.seat else None
        sits = holder is not None and holder.identity == one.identity
        key = holder.browser if holder and sits else key_of(one.identity)
        return Somebody(key, one.identity, one.seat if sits else "", self._role(room, one.identity, one.role))

    def _role(self, room: Room, identity: str, role: Role) -> Role:
        return role_in(self._notes.of(room).call, identity, role)
