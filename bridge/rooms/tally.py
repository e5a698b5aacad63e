"""What is on air, as vMix last said."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bridge.rooms.changes import EVERY_ROOM, Changes
from bridge.rooms.model import Mode, Room
from bridge.rooms.scenes import SCREEN

NAMED = re.compile(r"(?<![a-z0-9.-])([a-z0-9.-]+)@([a-z0-9]+(?:-[a-z0-9]+)*)")
"""A scene and its room, as scripts call inputs: ``guest1@main-stage``."""


class Air(StrEnum):
    """Where somebody is seen. ``UNKNOWN``: no vMix says."""

    PROGRAM = "program"
    PREVIEW = "preview"
    OFF = "off"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Shown:
    """An input of vMix that is seen."""

    number: int
    titles: tuple[str, ...]


Scenes = Mapping[str, frozenset[int]]
"""Those of one room that are seen, each with the numbers of the inputs that show it."""
NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class View:
    """One room in program, say: by which inputs a seat is seen, and by which everybody ``inside``."""

    seats: Scenes
    inside: frozenset[int]

    @classmethod
    def of(cls, room: Room, scenes: Scenes) -> "View":
        seats: dict[str, frozenset[int]] = {}
        inside = NOBODY
        for said, inputs in scenes.items():
            scene = _scene_in(room, said)
            if scene in tuple(Mode):
                inside |= inputs
            else:
                seat = scene.removesuffix(SCREEN)
                seat = seat if seat in room.policy.seats else room.takes.get(scene, "").removesuffix(SCREEN)
                seats[seat] = seats.get(seat, NOBODY) | inputs
        return cls(seats, inside)

    def shows(self, seat: str, *, inside: bool) -> frozenset[int]:
        return (self.seats.get(seat, NOBODY) if seat else NOBODY) | (self.inside if inside else NOBODY)


@dataclass(frozen=True, slots=True)
class OnAir:
    """One room as vMix shows it; both are None where no vMix says."""

    program: View | None = None
    preview: View | None = None

    def of(self, seat: str, *, inside: bool) -> Air:
        """Of ``seat``, empty for none; ``inside``: somebody is there who is seen where the whole room is."""
        for where, view in ((Air.PROGRAM, self.program), (Air.PREVIEW, self.preview)):
            if view is None:
                return Air.UNKNOWN
            if view.shows(seat, inside=inside):
                return where
        return Air.OFF

    def inputs(self, seat: str, *, inside: bool) -> list[int]:
        """The numbers of the inputs that have them on air."""
        return sorted(self.program.shows(seat, inside=inside)) if self.program else []


UNKNOWN = OnAir()
OFF = OnAir(View({}, NOBODY), View({}, NOBODY))


class Tally:
    """``hear`` is called with what vMix shows. ``inputs``: the scene that an input shows, by its number or a title.

    ``preview``: whether that is told, too. ``by_slug`` finds a room.
    """

    def __init__(
        self, by_slug: Callable[[str], Room | None], changes: Changes, inputs: Mapping[str, str], *, preview: bool
    ) -> None:
        self._by_slug, self._changes, self._preview = by_slug, changes, preview
        self._inputs = {name.casefold(): scene for name, scene in inputs.items()}
        self._seen: Mapping[str, tuple[Scenes, Scenes]] | None = None

    def hear(self, program: Collection[Shown], preview: Collection[Shown]) -> None:
        """All that is seen there now. Rooms of which something else is seen than before are told."""
        on_air, next_up = self._scenes(program), self._scenes(preview if self._preview else ())
        before = self._seen
        self._seen = seen = {slug: (on_air.get(slug, {}), next_up.get(slug, {})) for slug in on_air.keys() | next_up}
        if before is None:
            self._changes.tell(EVERY_ROOM)
            return
        for slug in seen.keys() | before:
            if seen.get(slug) != before.get(slug) and (room := self._by_slug(slug)):
                self._changes.tell(room.id)

    def away(self) -> None:
        """vMix does not say any more: what it said is forgotten, since it may have changed meanwhile."""
        if self._seen is not None:
            self._seen = None
            self._changes.tell(EVERY_ROOM)

    @property
    def is_heard(self) -> bool:
        """Whether vMix says what is seen."""
        return self._seen is not None

    def of(self, room: Room) -> OnAir:
        if self._seen is None:
            return UNKNOWN
        seen = self._seen.get(room.slug)
        return OnAir(*(View.of(room, scenes) for scenes in seen)) if seen else OFF

    def _scenes(self, shown: Collection[Shown]) -> dict[str, Scenes]:
        """By the room they are of."""
        rooms: dict[str, dict[str, frozenset[int]]] = {}
        for one in shown:
            names = [name.casefold() for name in (str(one.number), *one.titles)]
            said = next((self._inputs[name] for name in names if name in self._inputs), " ".join(names))
            for scene, slug in NAMED.findall(said):
                scenes = rooms.setdefault(slug, {})
                scenes[scene] = scenes.get(scene, NOBODY) | {one.number}
        return dict(rooms)


def _scene_in(room: Room, said: str) -> str:
    """The scene of the room that stands at the end of what was found before the @, as in ``wide-guest1``."""
    known = {*room.policy.seats, *(seat + SCREEN for seat in room.policy.seats), *Mode, *room.takes}
    scene = said
    while scene and scene not in known:
        scene = re.sub("^[^.-]*[.-]?", "", scene)
    return scene
