"""Looking at LiveKit: is it there, which calls does it hold, who is inside. A look only marks rooms dirty."""

import asyncio
import heapq
import logging
import math
from collections.abc import Callable, Collection, Coroutine

from bridge.errors import BridgeError, Internal, MediaServerDown, MediaServerTimeout
from bridge.rooms.model import Room
from bridge.rooms.observed import Observed
from bridge.rooms.ports import CallInfo, MediaServer, RoomStore
from bridge.rooms.reconciler import Reconciler
from bridge.rooms.roster import Roster

log = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0
PEOPLE_SECONDS = 1.0
SETTINGS_SECONDS = 60.0
LOOKS_AT_ONCE = 32
TOLD_SECONDS = 15.0
"""Where webhooks and pages tell of everything, a look is only the repair."""
LOOKS_A_TURN = 25
"""Where LiveKit tells who comes, goes and sends, what is left is a muting without a page of ours: of a thousand rooms
those wait their turn that were looked into last."""
COUNT_SECONDS = 5.0
"""LiveKit's own count of people lags so much."""
LOOK_STEP = 0.05
"""Between two looks into one room, however much happens there."""
EXPECTED_SECONDS = 10.0
REJOIN_SECONDS = 60.0
"""LiveKit's own count of people lags 5 s; after a crash of LiveKit people find back within the minute."""
RETURN_SECONDS = 0.05
PATIENCE = ((2.0, 0.01), (60.0, 0.05), (math.inf, 0.5))
"""Browsers give up at their first 404, so LiveKit's return is noticed at once: up to so many seconds away, every so
many."""


class Watch:
    """Four loops: LiveKit's return, the calls it holds, the people inside, its settings."""

    def __init__(
        self,
        store: RoomStore,
        media: MediaServer,
        observed: Observed,
        roster: Roster,
        reconciler: Reconciler,
        clock: Callable[[], float],
        token_seconds: float,
    ) -> None:
        """``clock`` never goes back; ``token_seconds`` is how long a token of an ended call may live on."""
        self._store, self._media, self._observed, self._roster = store, media, observed, roster
        self._reconciler, self._clock, self._token_seconds = reconciler, clock, token_seconds
        self._expected: dict[str, float] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._soon: set[asyncio.Task[None]] = set()
        self._sweeping = asyncio.Lock()
        self._looking: dict[str, bool] = {}
        self._looked: dict[str, float] = {}
        self._reporting: dict[str, set[str]] = {}
        self._hears = False

    async def start(self) -> None:
        loops = (
            self._every(RETURN_SECONDS, self._watch_return),
            self._every(SWEEP_SECONDS, self.sweep),
            self._every(PEOPLE_SECONDS, self.look),
            self._every(SETTINGS_SECONDS, self.look_at_settings),
        )
        self._tasks = [asyncio.create_task(loop()) for loop in loops]

    async def stop(self) -> None:
        tasks = [*self._tasks, *self._soon]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def heard(self, call: str, alive: bool) -> None:
        """LiveKit says that something happened in a call; ``alive`` if it would not have in one that has ended."""
        self._hears = True
        known = self._store.calls().get(call)
        if known is not None and known.ended:
            if alive:
                self._observed.revived(call)
                self._reconciler.wake(known.room_id)
            return
        room = self._store.by_call(call)
        if room is not None:
            self.look_soon(room.id)

    def reports(self, room_id: str, identity: str, *, reports: bool = True) -> None:
        """A page tells how it is doing, or does so no longer."""
        if reports:
            self._reporting.setdefault(room_id, set()).add(identity)
        else:
            left = self._reporting.pop(room_id, set()) - {identity}
            if left:
                self._reporting[room_id] = left
        self.look_soon(room_id)

    def look_soon(self, room_id: str) -> None:
        """Look into a room now; what happens while a look is under way brings another one after it."""
        if room_id in self._looking:
            self._looking[room_id] = True
            return
        self._looking[room_id] = True
        task = asyncio.create_task(self._look_while_told(room_id))
        self._soon.add(task)
        task.add_done_callback(self._soon.discard)

    def expect(self, room_id: str, seconds: float) -> None:
        """Somebody may come in within that time: they hold a token."""
        self._expected[room_id] = max(self._clock() + seconds, self._expected.get(room_id, 0))

    async def sweep(self) -> None:
        """Compare every call on the server with every intent, and wake the rooms that differ.

        What was listed is older than what the reconciler did meanwhile: those rooms wait for the next sweep.
        """
        async with self._sweeping:
            self._reconciler.worked_on()
            try:
                calls = await self._media.calls()
            except Exception as error:
                self._note_outage(error if isinstance(error, BridgeError) else self._defect(error))
                return
            self._note_outage(None)
            changing = self._reconciler.worked_on()
        for room in self._store.all():
            if room.active and room.id not in changing:
                self._compare(room, calls.get(room.call))
        for room_id in self._observed.troubled():
            self._reconciler.wake(room_id)
        await self._sweep_ended(calls.keys(), changing)

    async def look(self) -> None:
        """Ask who is inside wherever somebody is or may be."""
        now = self._clock()
        self._expected = {room_id: until for room_id, until in self._expected.items() if until > now}
        gate = asyncio.Semaphore(LOOKS_AT_ONCE)

        async def one(room: Room) -> None:
            async with gate:
                await self._look_into(room)

        rooms = [
            room
            for room in self._store.all()
            if room.active and self._may_hold_people(room) and not self._is_told_of(room)
        ]
        if self._hears:
            rooms = heapq.nsmallest(LOOKS_A_TURN, rooms, key=self._looked_at)
        await asyncio.gather(*(one(room) for room in rooms))

    async def look_at_settings(self) -> None:
        """Whether a stop can be undone there by whoever holds a token."""
        if self._observed.outage:
            return
        before = self._observed.auto_creates
        now = self._observed.auto_creates = await self._media.auto_creates()
        if now and not before:
            log.warning(
                "LiveKit makes rooms by itself (room.auto_create is on): whoever holds a token can open a stopped room "
                "again; that is undone within 1 s and cannot be prevented until it is switched off there"
            )

    def _compare(self, room: Room, call: CallInfo | None) -> None:
        known_sid = self._observed.sid(room)
        if call is None:
            self._observed.lost(room.id)
        if call is None or not self._observed.agrees(room, call):
            self._reconciler.wake(room.id)
        if call is None or call.sid != known_sid:
            self.expect(room.id, REJOIN_SECONDS)
        elif call.people:
            self.expect(room.id, EXPECTED_SECONDS)
            late = self._clock() - self._looked_at(room) > COUNT_SECONDS
            if self._hears and late and call.people != len(self._roster.of(room.id, room.call)):
                self.look_soon(room.id)

    async def _sweep_ended(self, alive: Collection[str], changing: Collection[str]) -> None:
        """Who was in an ended call may revive it with a token that LiveKit handed out last: a whole token life after
        it was last seen it is forgotten, by a clock that nobody sets and anew after each start."""
        over = []
        for call in [call for call in self._store.calls().values() if call.ended and call.room_id not in changing]:
            if call.name in alive:
                self._observed.revived(call.name)
                self._reconciler.wake(call.room_id)
            elif not self._observed.has_ended(call.name):
                self._observed.ended(call.name)
                self._reconciler.wake(call.room_id)
            elif self._observed.gone_for(call.name) >= self._token_seconds:
                over.append(call.name)
        if over:
            await self._store.forget_calls(over)
            self._observed.forget_ended(over)

    def _may_hold_people(self, room: Room) -> bool:
        expected = room.id in self._expected
        return self._observed.holds(room) and bool(self._roster.of(room.id) or expected)

    def _is_told_of(self, room: Room) -> bool:
        """Whether no look is needed yet, since LiveKit and everybody inside tell by themselves what happens."""
        if not self._hears or self._clock() - self._looked_at(room) >= TOLD_SECONDS:
            return False
        inside = {person.identity for person in self._roster.of(room.id, room.call)}
        return inside <= self._reporting.get(room.id, set())

    def _looked_at(self, room: Room) -> float:
        return self._looked.get(room.id, -math.inf)

    async def _look_while_told(self, room_id: str) -> None:
        try:
            while self._looking[room_id]:
                self._looking[room_id] = False
                room = self._store.get(room_id)
                if room is not None and room.active:
                    await self._look_into(room)
                await asyncio.sleep(LOOK_STEP)
        finally:
            del self._looking[room_id]

    async def _look_into(self, room: Room) -> None:
        self._looked[room.id] = self._clock()
        try:
            people = await self._media.participants(room.call)
        except BridgeError:
            return  # the sweep says so
        if not self._observed.holds(room):
            return
        self._roster.apply(room.id, room.call, people)
        if self._reconciler.wrong_permissions(room, people) or self._reconciler.uninvited(room, people):
            self._reconciler.wake(room.id)
        else:
            self._reconciler.let_in(room)

    def _defect(self, error: Exception) -> BridgeError:
        if not isinstance(self._observed.outage, Internal):
            log.error("a look at LiveKit met a defect", exc_info=error)
        return Internal("the bridge cannot make out what LiveKit says")

    def _note_outage(self, error: BridgeError | None) -> None:
        before = self._observed.outage
        self._observed.asked_server(error)
        if error and (before is None or before.key != error.key):
            log.warning("LiveKit: %s", error.message)
        elif before and not error:
            log.info("LiveKit is back")

    async def _watch_return(self) -> None:
        """The first sweep shows on buttons that it is away; the one that finds it again is what heals the rooms."""
        await self._media.lost()
        began = self._clock()
        await self.sweep()
        while isinstance(self._observed.outage, MediaServerDown | MediaServerTimeout):
            away = self._clock() - began
            await asyncio.sleep(next(step for limit, step in PATIENCE if away < limit))
            await self.sweep()

    def _every(
        self, seconds: float, look: Callable[[], Coroutine[None, None, None]]
    ) -> Callable[[], Coroutine[None, None, None]]:
        async def loop() -> None:
            while True:
                try:
                    await look()
                except Exception:
                    log.exception("a look at LiveKit failed; the next one follows")
                await asyncio.sleep(seconds)

        return loop
