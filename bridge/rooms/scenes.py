"""Scenes: what vMix takes in as inputs. Which there are, which are open in a page, and how those are doing."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bridge.errors import BadSetting
from bridge.rooms.model import Mode, Room
from bridge.rooms.names import is_scene
from bridge.rooms.seats import no_seat

GONE_SECONDS = 5.0
"""A scene whose page is gone for so long gives way to another one."""
GRACE_SECONDS = 15.0
"""After a start pages come back within seconds: until then none counts as gone."""
SPARE = 16
"""Scenes a room may have beyond two for each seat."""
MOST_TAKES = 64
KEPT_SECONDS = 3600.0
"""So long one remembers a page that is gone; no token of it lives longer."""
SCREEN = ".screen"
PAGE = "scene:"
"""Identities of our own pages begin so, and nobody else's do."""


class Kind(StrEnum):
    """What a scene shows: a seat's camera or screen, the whole room in a layout, or what was taken last."""

    SEAT = "seat"
    SCREEN = "screen"
    ROOM = "room"
    TAKE = "take"


class Sound(StrEnum):
    """``blocked``: its browser holds the sound back; ``off``: the scene was asked for without."""

    ON = "on"
    BLOCKED = "blocked"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Row:
    """One scene. ``shows`` is what was taken, ``pages`` how many show it, ``silent`` how many seconds ago the last of
    them said how it is doing; since the start where none did.
    """

    name: str
    kind: Kind
    shows: str
    pages: int
    silent: float
    sound: Sound | None


@dataclass(slots=True, eq=False)
class Page:
    """One page that shows a scene. ``identity`` is its own in LiveKit."""

    room_id: str
    scene: str
    identity: str


@dataclass(frozen=True, slots=True)
class _Said:
    at: float
    sound: Sound | None


class Scenes:
    """``most`` scenes a room, None: two for each seat and 16. ``clock`` never goes back."""

    def __init__(self, clock: Callable[[], float], most: int | None = None) -> None:
        self._clock, self._most, self._began = clock, most, clock()
        self._open: dict[str, list[Page]] = {}
        self._said: dict[str, dict[str, _Said]] = {}
        self._left: dict[str, dict[str, float]] = {}
        self._out: dict[str, set[str]] = {}

    def limit(self, room: Room) -> int:
        """How many scenes it may have at once."""
        return 2 * len(room.policy.seats) + SPARE if self._most is None else self._most

    def opened(self, room_id: str, scene: str, identity: str) -> Page:
        """A page shows ``scene`` now; ``closed`` says that it does no longer."""
        page = Page(room_id, scene, identity)
        self._open.setdefault(room_id, []).append(page)
        self.said(page)
        return page

    def said(self, page: Page, sound: Sound | None = None) -> None:
        """It is there, and this is how its sound is."""
        self._said.setdefault(page.room_id, {})[page.scene] = _Said(self._clock(), sound)

    def closed(self, page: Page) -> None:
        pages, left, now = self._open[page.room_id], self._left.setdefault(page.room_id, {}), self._clock()
        pages.remove(page)
        for identity in [identity for identity, at in left.items() if now - at > KEPT_SECONDS]:
            del left[identity]
        left[page.identity] = now

    def rows(self, room: Room, scene: str = "") -> tuple[Row, ...]:
        """Seats in their order, their screens, layouts of the room, takes; with ``scene`` that one alone.

        Raises ``BadSetting``.
        """
        names = [scene] if scene else dict.fromkeys(self._names(room))
        return tuple(self._row(room, name) for name in names)

    def gone(self, room: Room, inside: Collection[str]) -> list[str]:
        """Which of these identities are what is left of a page that is gone."""
        now, left = self._clock(), self._left.get(room.id, {})
        if now - self._began < GRACE_SECONDS:
            return []
        shown = {page.identity for page in self._open.get(room.id, ())}
        away = [identity for identity in inside if identity.startswith(PAGE) and identity not in shown]
        return [identity for identity in away if now - left.get(identity, self._began) >= GONE_SECONDS]

    def give_way(self, room: Room, identities: Collection[str]) -> None:
        """These are to be put out."""
        if identities:
            self._out.setdefault(room.id, set()).update(identities)

    def comes(self, room: Room, identity: str) -> None:
        """It has a place, again."""
        self._out.get(room.id, set()).discard(identity)

    def is_out(self, room: Room, identity: str) -> bool:
        return identity in self._out.get(room.id, ())

    def forget(self, room_id: str) -> None:
        """The room is gone."""
        for known in (self._said, self._left, self._out):
            known.pop(room_id, None)

    def _names(self, room: Room) -> Iterator[str]:
        yield from room.policy.seats
        yield from (seat + SCREEN for seat in room.policy.seats)
        yield from Mode
        yield from sorted({*room.takes, *(page.scene for page in self._open.get(room.id, ()) if is_scene(page.scene))})

    def _row(self, room: Room, name: str) -> Row:
        kind, said = kind_of(room, name), self._said.get(room.id, {}).get(name)
        pages = sum(page.scene == name for page in self._open.get(room.id, ()))
        silent = self._clock() - (said.at if said else self._began)
        shows = room.takes.get(name, "") if kind is Kind.TAKE else ""
        return Row(str(name), kind, shows, pages, silent, said.sound if said else None)


def kind_of(room: Room, name: str) -> Kind:
    """Which kind of scene that is: whatever is nothing else may be taken to. Raises ``BadSetting``."""
    if name in room.policy.seats:
        return Kind.SEAT
    if name.removesuffix(SCREEN) in room.policy.seats:
        return Kind.SCREEN
    if name in tuple(Mode):
        return Kind.ROOM
    if is_scene(name):
        return Kind.TAKE
    raise BadSetting(
        "scene names none", f"use a seat, {', '.join(Mode)}, or up to 24 lower-case letters, digits and dashes"
    )


def checked_take(room: Room, scene: str, seat: str) -> None:
    """Raises ``BadSetting`` where ``scene`` is none to take to, or one too many, and ``Nobody`` for an unknown seat."""
    if kind_of(room, scene) is not Kind.TAKE:
        raise BadSetting(f"scene is {scene}, which always shows the same", "use a name that is no seat, as in main")
    if seat and seat.removesuffix(SCREEN) not in room.policy.seats:
        raise no_seat(room, seat)
    if scene not in room.takes and len(room.takes) >= MOST_TAKES:
        raise BadSetting(f"{room.slug} has {MOST_TAKES} scenes to take to", f"use one of them: {', '.join(room.takes)}")
