"""Looking at LiveKit: is it there, which calls does it hold, who is inside. A look only marks rooms dirty."""

import asyncio
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
        self._sweeping = asyncio.Lock()

    async def start(self) -> None:
        loops = (
            self._every(RETURN_SECONDS, self._watch_return),
            self._every(SWEEP_SECONDS, self.sweep),
            self._every(PEOPLE_SECONDS, self.look),
            self._every(SETTINGS_SECONDS, self.look_at_settings),
        )
        self._tasks = [asyncio.create_task(loop()) for loop in loops]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

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

        rooms = [room for room in self._store.all() if room.active and self._may_hold_people(room)]
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

    async def _look_into(self, room: Room) -> None:
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
