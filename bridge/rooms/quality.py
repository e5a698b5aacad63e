"""How the people inside are doing: what their pages measure becomes a traffic light and the worst reason in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bridge.rooms.changes import Changes

SILENT_SECONDS = 10.0
"""A page reports every two."""


class Light(StrEnum):
    """``unknown``: nobody says, since they have no page of ours, or it is silent."""

    OK = "ok"
    WATCH = "watch"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a page measured since it last did: zeros for what it does not send.

    ``sent`` and ``wanted`` are kbit/s, ``frames`` and ``full`` frames a second, ``lost`` percent, ``far`` ms there and
    back, ``battery`` percent where it is not being charged (0: it is, or nobody knows), ``quiet`` seconds since its
    microphone, being on, heard anything.
    """

    sent: float = 0
    wanted: float = 0
    frames: float = 0
    full: float = 0
    lost: float = 0
    far: float = 0
    busy: bool = False
    battery: float = 0
    quiet: float = 0


@dataclass(frozen=True, slots=True)
class Health:
    """The light, and why."""

    light: Light
    words: str


GOOD, NOTHING = Health(Light.OK, "good"), Health(Light.UNKNOWN, "")


class Quality:
    """By room and identity, in memory. ``clock`` never goes back."""

    def __init__(self, changes: Changes, clock: Callable[[], float]) -> None:
        self._changes, self._clock = changes, clock
        self._known: dict[str, dict[str, tuple[float, Health]]] = {}

    def measured(self, room_id: str, identity: str, what: Measured) -> None:
        health, known = judge(what), self._known.setdefault(room_id, {})
        before = self.of(room_id, identity)
        known[identity] = (self._clock(), health)
        if before.light is not health.light or _reason(before) != _reason(health):
            self._changes.tell(room_id)

    def gone(self, room_id: str, identity: str) -> None:
        """Its page reports no longer."""
        known = self._known.get(room_id, {})
        if known.pop(identity, None):
            self._changes.tell(room_id)
        if not known:
            self._known.pop(room_id, None)

    def of(self, room_id: str, identity: str) -> Health:
        at, health = self._known.get(room_id, {}).get(identity, (0.0, NOTHING))
        if health is NOTHING or self._clock() - at <= SILENT_SECONDS:
            return health
        return Health(Light.UNKNOWN, "its page is silent")


def judge(what: Measured) -> Health:
    """The worst of what is wrong."""
    found = list(_problems(what))
    return next((health for light in (Light.BAD, Light.WATCH) for health in found if health.light is light), GOOD)


def _problems(what: Measured) -> Iterator[Health]:
    """Worst reason first."""
    if what.wanted and what.sent < 0.7 * what.wanted:
        words = f"upload too slow ({what.sent:,.0f} of {what.wanted:,.0f} kbit/s)"
        yield Health(Light.BAD if what.sent < 0.35 * what.wanted else Light.WATCH, words)
    if what.full and what.frames < 0.75 * what.full:
        words = f"picture stutters ({what.frames:.0f} of {what.full:.0f} fps)"
        yield Health(Light.BAD if what.frames < 0.5 * what.full else Light.WATCH, words)
    if what.lost > 3:
        yield Health(Light.BAD if what.lost > 10 else Light.WATCH, f"losing packets ({what.lost:.0f} %)")
    if what.busy:
        yield Health(Light.WATCH, "computer too busy")
    if what.far > 400:
        yield Health(Light.BAD if what.far > 1000 else Light.WATCH, f"far away ({what.far:.0f} ms)")
    if 0 < what.battery < 15:
        yield Health(Light.BAD if what.battery < 5 else Light.WATCH, f"battery {what.battery:.0f} %")
    if what.quiet >= 60:
        yield Health(Light.WATCH, "silent for a minute")


def _reason(health: Health) -> str:
    """Without its figures, which change all the time."""
    return health.words.partition(" (")[0]
