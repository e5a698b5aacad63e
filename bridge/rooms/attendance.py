"""Who is there, a row each: the seats first, whether somebody sits in them or not, then everybody else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from bridge.rooms.grants import CAMERA, MICROPHONE, SCREEN, What, role_in
from bridge.rooms.lobby import Lobby, Waiting
from bridge.rooms.model import Holder, Role, Room
from bridge.rooms.notes import Notes
from bridge.rooms.ports import Participant
from bridge.rooms.quality import Light, Quality
from bridge.rooms.roster import Roster
from bridge.rooms.seats import Seats


class Presence(StrEnum):
    """``away``: the seat is kept for somebody who is not inside; ``waiting``: before the door."""

    INSIDE = "inside"
    AWAY = "away"
    EMPTY = "empty"
    WAITING = "waiting"


class Sends(StrEnum):
    """What somebody makes of a microphone, a camera or their screen."""

    ON = "on"
    MUTED = "muted"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Row:
    """One person, or one empty seat. ``who`` is what a press may call them.

    ``name`` is the title of the seat, else ``typed``, the name they gave. ``new_browser`` never sat there before.
    ``since`` is ms since 1970: when they came in or began to wait; 0 where they did neither. ``identity`` is theirs in
    LiveKit, ``blocked`` what they may not send: ``mic``, ``camera``, ``screen``. ``light`` is how their line does, and
    ``quality`` says it in words; both empty where nobody is.
    """

    seat: str
    who: str
    presence: Presence
    role: Role
    name: str
    title: str = ""
    typed: str = ""
    mic: Sends = Sends.OFF
    camera: Sends = Sends.OFF
    screen: Sends = Sends.OFF
    new_browser: bool = False
    since: int = 0
    identity: str = ""
    blocked: tuple[str, ...] = ()
    light: Light | None = None
    quality: str = ""


class Attendance:
    """Made of what is known already: nobody is asked, so that it may be read ten times a second."""

    def __init__(self, roster: Roster, seats: Seats, lobby: Lobby, notes: Notes, quality: Quality) -> None:
        self._roster, self._seats, self._lobby = roster, seats, lobby
        self._notes, self._quality = notes, quality

    def of(self, room: Room) -> tuple[Row, ...]:
        """Seats in their order, then those inside by the time they came, then those who wait."""
        inside = [one for one in self._roster.of(room.id, room.call) if one.counts] if room.active else []
        waiting = self._lobby.waiting(room)
        seats = [self._seat(room, seat, inside, waiting) for seat in room.policy.seats]
        rows = (*seats, *self._others(room, inside, waiting))
        return tuple(self._measured(room, self._as_made(room, row)) for row in rows)

    def role(self, room: Room, identity: str, role: Role) -> Role:
        """What somebody is who came in as ``role``: the studio may have made them something else."""
        return role_in(self._notes.of(room).call, identity, role)

    def _as_made(self, room: Room, row: Row) -> Row:
        """With what the studio made of them."""
        call = self._notes.of(room).call
        if not row.identity or not (call.roles or call.blocked):
            return row
        taken = frozenset(call.blocked.get(row.identity, ()))
        blocked = tuple(what for what in (What.MIC, What.CAMERA, What.SCREEN) if what.sources <= taken)
        return replace(row, role=role_in(call, row.identity, row.role), blocked=blocked)

    def _measured(self, room: Room, row: Row) -> Row:
        """With how their line does."""
        if row.presence is not Presence.INSIDE:
            return row
        health = self._quality.of(room.id, row.identity)
        return replace(row, light=health.light, quality=health.words)

    def _seat(self, room: Room, seat: str, inside: Iterable[Participant], waiting: Iterable[Waiting]) -> Row:
        holder, title = self._seats.holder(room, seat), room.titles.get(seat, "")
        for one in inside:
            if holder and one.identity == holder.identity:
                return _inside(one, seat, title, holder.name, new=_is_new(holder))
        for somebody in waiting:
            if somebody.seat == seat:
                return _waiting(somebody, seat, title)
        away = holder is not None and self._seats.is_held(room, holder)
        typed = holder.name if holder and away else ""
        presence = Presence.AWAY if away else Presence.EMPTY
        new = bool(holder and away and _is_new(holder))
        identity = holder.identity if holder and away else ""
        role, name = Role.SPEAKER, title or typed
        return Row(seat, seat, presence, role, name, title, typed, new_browser=new, identity=identity)

    def _others(self, room: Room, inside: Iterable[Participant], waiting: Iterable[Waiting]) -> Iterator[Row]:
        holders = {holder.identity for seat in room.policy.seats if (holder := self._seats.holder(room, seat))}
        for one in sorted(inside, key=lambda one: one.joined):
            if one.identity not in holders:
                yield _inside(one, "", "", one.name)
        seated = {seat for seat in room.policy.seats if not self._is_inside(room, seat)}
        for somebody in waiting:
            if somebody.seat in seated:
                seated.discard(somebody.seat)  # who waits for it longest stands in its row
            else:
                yield _waiting(somebody, "", "")

    def _is_inside(self, room: Room, seat: str) -> bool:
        holder = self._seats.holder(room, seat)
        return holder is not None and self._seats.is_inside(room, holder)


def _is_new(holder: Holder) -> bool:
    return holder.browser not in holder.before


def _inside(one: Participant, seat: str, title: str, typed: str, *, new: bool = False) -> Row:
    return Row(
        seat,
        seat or one.identity,
        Presence.INSIDE,
        one.role,
        title or typed,
        title,
        typed,
        _sends(one, MICROPHONE),
        _sends(one, CAMERA),
        _sends(one, SCREEN),
        new_browser=new,
        since=one.joined,
        identity=one.identity,
    )


def _waiting(one: Waiting, seat: str, title: str) -> Row:
    return Row(seat, seat or one.key, Presence.WAITING, one.role, title or one.name, title, one.name, since=one.since)


def _sends(one: Participant, source: str) -> Sends:
    tracks = [track for track in one.tracks if track.source == source]
    if not tracks:
        return Sends.OFF
    return Sends.MUTED if all(track.muted for track in tracks) else Sends.ON
