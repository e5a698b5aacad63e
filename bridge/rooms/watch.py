"""Looking at LiveKit: is it there, which calls does it hold, who is inside. A look only marks rooms dirty."""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Collection, Coroutine

from bridge.errors import BridgeError, Internal, MediaServerDown, MediaServerTimeout
from bridge.rooms.model import Room
from bridge.rooms.ports import CallInfo, MediaServer, RoomStore
from bridge.rooms.reality import Reality
from bridge.rooms.reconciler import Reconciler

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
        reality: Reality,
        reconciler: Reconciler,
        clock: Callable[[], float],
        token_seconds: float,
    ) -> None:
        """``clock`` never goes back; ``token_seconds`` is how long a token of an ended call may live on."""
        self._store, self._media, self._reality = store, media, reality
        self._reconciler, self._clock, self._token_seconds = reconciler, clock, token_seconds
        self._expected: dict[str, float] = {}
        self._gone_since: dict[str, float] = {}
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
        for room_id in self._reality.troubled():
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
        if self._reality.outage:
            return
        before = self._reality.auto_creates
        now = self._reality.auto_creates = await self._media.auto_creates()
        if now and not before:
            log.warning(
                "LiveKit makes rooms by itself (room.auto_create is on): whoever holds a token can open a stopped room "
                "again; that is undone within 1 s and cannot be prevented until it is switched off there"
            )

    def _compare(self, room: Room, call: CallInfo | None) -> None:
        known_sid = self._reality.sid(room)
        if call is None:
            self._reality.lost(room.id)
        if call is None or not self._reality.agrees(room, call):
            self._reconciler.wake(room.id)
        if call is None or call.sid != known_sid:
            self.expect(room.id, REJOIN_SECONDS)
        elif call.people:
            self.expect(room.id, EXPECTED_SECONDS)

    async def _sweep_ended(self, alive: Collection[str], changing: Collection[str]) -> None:
        """Who was in an ended call may revive it with a token that LiveKit handed out last: a whole token life after
        it was last seen it is forgotten, by a clock that nobody sets and anew after each start."""
        now, over = self._clock(), []
        for call in [call for call in self._store.calls().values() if call.ended and call.room_id not in changing]:
            is_alive = call.name in alive
            if is_alive or not self._reconciler.is_ended(call.name):
                self._gone_since.pop(call.name, None)
                self._reconciler.saw_ended(call.name, is_alive)
                self._reconciler.wake(call.room_id)
            elif now - self._gone_since.setdefault(call.name, now) >= self._token_seconds:
                over.append(call.name)
        if over:
            await self._store.forget_calls(over)
            self._reconciler.forget_ended(over)
            for name in over:
                self._gone_since.pop(name, None)

    def _may_hold_people(self, room: Room) -> bool:
        seen = self._reality.of(room.id)
        return seen.call == room.call and bool(seen.people or room.id in self._expected)

    async def _look_into(self, room: Room) -> None:
        try:
            people = await self._media.people(room.call)
        except BridgeError:
            return  # the sweep says so
        seen = self._reality.of(room.id)
        if seen.call != room.call:
            return
        self._reality.looked(room.id, people)
        if self._reconciler.wrong_permissions(room, people) or self._reconciler.uninvited(room, people):
            self._reconciler.wake(room.id)
        else:
            self._reconciler.let_in(room)

    def _defect(self, error: Exception) -> BridgeError:
        if not isinstance(self._reality.outage, Internal):
            log.error("a look at LiveKit met a defect", exc_info=error)
        return Internal("the bridge cannot make out what LiveKit says")

    def _note_outage(self, error: BridgeError | None) -> None:
        before = self._reality.outage
        self._reality.outage, self._reality.asked = error, True
        if error and (before is None or before.key != error.key):
            log.warning("LiveKit: %s", error.message)
        elif before and not error:
            log.info("LiveKit is back")

    async def _watch_return(self) -> None:
        """The first sweep shows on buttons that it is away; the one that finds it again is what heals the rooms."""
        await self._media.lost()
        began = time.monotonic()
        await self.sweep()
        while isinstance(self._reality.outage, MediaServerDown | MediaServerTimeout):
            away = time.monotonic() - began
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
