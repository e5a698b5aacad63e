"""A press whole: write the intent, wait until LiveKit matches it, answer with the room as it is then."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bridge.errors import MediaServerDown, MediaServerError, MediaServerTimeout, RoomNotFound, RoomStopped
from bridge.rooms.countdown import Countdown
from bridge.rooms.intent import NOTHING, Intent, Written
from bridge.rooms.model import Policy, Room
from bridge.rooms.observed import Observed
from bridge.rooms.people import People
from bridge.rooms.ports import RoomStore
from bridge.rooms.reconciler import Reconciler
from bridge.rooms.roster import Roster

KEPT = "it is kept and done when LiveKit is back"


class Consequence(StrEnum):
    """What somebody who pressed may not think of."""

    ID_OPENS_MICROPHONES = "id_opens_microphones"
    PEOPLE_OVER_MAX = "people_over_max"
    RECORDING_UNAVAILABLE = "recording_unavailable"
    AUTO_CREATE_ON = "auto_create_on"


@dataclass(frozen=True, slots=True)
class Pressed:
    """The room as it is now, whether the press changed it, and what it has for a consequence."""

    room: Room
    changed: bool
    warnings: tuple[Consequence, ...] = ()


class Presses:
    """Both APIs press here. Every press is answered within 3 s.

    Raises what ``Intent`` raises, and what LiveKit met (``MediaServerDown``, ``MediaServerRefused``,
    ``MediaServerTimeout``): the intent is written then. ``open_by_id``: whether a room's id alone lets people in;
    ``cannot_record`` says why nothing can be recorded, where that is so.
    """

    def __init__(
        self,
        store: RoomStore,
        intent: Intent,
        reconciler: Reconciler,
        observed: Observed,
        roster: Roster,
        people: People,
        cannot_record: Callable[[], str],
        *,
        open_by_id: bool,
    ) -> None:
        self._store, self._intent, self._reconciler = store, intent, reconciler
        self._observed, self._roster = observed, roster
        self._people, self._cannot_record, self._open_by_id = people, cannot_record, open_by_id

    async def create(self, owner: str, name: str, policy: Policy, *, active: bool) -> Pressed:
        """A new room, always. LiveKit being away is no error: the room's state says so. Raises ``BadSetting``."""
        time = Countdown()
        room = await self._intent.create(owner, name, policy, active=active, within=time)
        written = Written(room, changed=True)
        return await self._answered(written, time, ("record",), opens=active, may_wait=True)

    async def ensure(
        self, owner: str, slug: str, name: str, policy: Policy, *, active: bool, accept: Callable[[Room], None]
    ) -> Pressed:
        """The room of this slug is there, and open if ``active``. ``accept`` may refuse one that was there before.

        Raises also ``BadSetting`` and ``NameTaken``.
        """
        time = Countdown()
        try:
            return await self._ensured(time, owner, slug, name, policy, active, accept)
        except RoomNotFound:  # it was removed between the two steps
            return await self._ensured(time, owner, slug, name, policy, active, accept)

    async def start(self, room: Room) -> Pressed:
        """The room is open. Raises ``RoomStopped`` where a stop overtook it."""
        time = Countdown()
        return await self._opened(await self._intent.start(room.id, time), time)

    async def stop(self, room: Room, *, if_empty: bool = False) -> Pressed:
        """The room is closed and everybody out. Raises ``NotEmpty`` while people are inside, if asked for."""
        time = Countdown()
        if if_empty:
            await self._people.refuse_unless_empty(room)
        written = await self._intent.stop(room.id, time)
        await self._settled(room.id, time)
        return Pressed(self._store.get(room.id) or written.room, written.changed)

    async def set(
        self,
        room: Room,
        *,
        name: str | None = None,
        policy: Mapping[str, Any] = NOTHING,
        active: bool | None = None,
        may_wait: bool = False,
    ) -> Pressed:
        """Change what is given; it reaches the people inside. ``may_wait``: LiveKit being away is no error."""
        time = Countdown()
        written = await self._intent.set(room.id, name=name, policy=policy, active=active, within=time)
        changed = [field for field in policy if getattr(written.room.policy, field) != getattr(room.policy, field)]
        return await self._answered(written, time, changed, opens=bool(active), may_wait=may_wait)

    async def title(self, room: Room, seat: str, text: str) -> Pressed:
        """What the operator calls the person in a seat. Raises ``BadSetting`` and ``Nobody``."""
        time = Countdown()
        return await self._answered(await self._intent.title(room.id, seat, text, time), time, may_wait=True)

    async def take(self, room: Room, scene: str, seat: str) -> Pressed:
        """What a scene shows: LiveKit has no part in it. Raises ``BadSetting`` and ``Nobody``."""
        written = await self._intent.take(room.id, scene, seat, Countdown())
        return Pressed(written.room, written.changed)

    async def remove(self, room: Room) -> None:
        """The room is gone, its call with it."""
        time = Countdown()
        await self._intent.remove(room.id, time)
        await self._settled(room.id, time)

    async def _ensured(
        self,
        time: Countdown,
        owner: str,
        slug: str,
        name: str,
        policy: Policy,
        active: bool,
        accept: Callable[[Room], None],
    ) -> Pressed:
        written = await self._intent.ensure(owner, slug, name, policy, active=active, within=time)
        if not written.changed:
            accept(written.room)
            if active:
                await self._intent.start(written.room.id, time)
        return await (self._opened(written, time) if active else self._answered(written, time, ("record",)))

    async def _opened(self, written: Written, time: Countdown) -> Pressed:
        pressed = await self._answered(written, time, opens=True)
        if not pressed.room.active:
            raise RoomStopped(f"{pressed.room.slug} was stopped meanwhile")
        return pressed

    async def _answered(
        self,
        written: Written,
        time: Countdown,
        changed: Collection[str] = (),
        *,
        opens: bool = False,
        may_wait: bool = False,
    ) -> Pressed:
        """The end of a press, once LiveKit matches it: the room as it is then, and what that has for a consequence."""
        with suppress(*MediaServerError if may_wait else ()):
            await self._settled(written.room.id, time)
        now = self._store.get(written.room.id)
        if now is None:
            raise RoomNotFound(f"{written.room.slug} was removed meanwhile")
        return Pressed(now, written.changed, self._warnings(now, changed, opens=opens))

    async def _settled(self, room_id: str, time: Countdown) -> None:
        """LiveKit matches what is written. Where it is away, the error says that the press is kept."""
        try:
            await self._reconciler.settled(room_id, time.left())
        except (MediaServerDown, MediaServerTimeout) as error:
            own = error.hint != type(error).hint
            raise type(error)(error.message, f"{error.hint}; {KEPT}" if own else KEPT) from None

    def _warnings(self, room: Room, changed: Collection[str], *, opens: bool) -> tuple[Consequence, ...]:
        """``changed`` are the policy fields they changed."""
        said = {
            Consequence.ID_OPENS_MICROPHONES: "webinar" in changed and not room.policy.webinar and self._open_by_id,
            Consequence.PEOPLE_OVER_MAX: "max" in changed and self._roster.count(room) > room.policy.max,
            Consequence.RECORDING_UNAVAILABLE: room.policy.record
            and (opens or "record" in changed)
            and bool(self._cannot_record()),
            Consequence.AUTO_CREATE_ON: opens and self._observed.auto_creates,
        }
        return tuple(key for key, holds in said.items() if holds)
