"""Looking at LiveKit: is it there, which calls does it hold, who is inside. A look only marks rooms dirty."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Coroutine

from bridge.errors import BridgeError
from bridge.rooms.converger import Converger
from bridge.rooms.model import Room
from bridge.rooms.ports import CallInfo, MediaServer, RoomStore
from bridge.rooms.reality import Reality

log = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0
PEOPLE_SECONDS = 1.0
LOOKS_AT_ONCE = 32
EXPECTED_MS = 10_000
REJOIN_MS = 60_000
"""LiveKit's own count of people lags 5 s; after a crash of LiveKit people find back within the minute."""
RETURN_SECONDS = 0.05
PATIENT_SECONDS = 0.5
PATIENT_AFTER = 60.0
"""Browsers give up at their first 404, so LiveKit's return is noticed in 50 ms; after a minute away, in 0.5 s."""


class Watch:
    """Three loops: LiveKit's return, the calls it holds, the people inside."""

    def __init__(
        self,
        store: RoomStore,
        media: MediaServer,
        reality: Reality,
        converger: Converger,
        clock_ms: Callable[[], int],
    ) -> None:
        self._store, self._media, self._reality = store, media, reality
        self._converger, self._clock_ms = converger, clock_ms
        self._expected: dict[str, int] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._sweeping = asyncio.Lock()

    async def start(self) -> None:
        loops = (
            self._every(RETURN_SECONDS, self._watch_return),
            self._every(SWEEP_SECONDS, self.sweep),
            self._every(PEOPLE_SECONDS, self.look),
        )
        self._tasks = [asyncio.create_task(loop()) for loop in loops]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def expect(self, room_id: str, until_ms: int) -> None:
        """Somebody may come in until then: they hold a token."""
        self._expected[room_id] = max(until_ms, self._expected.get(room_id, 0))

    async def sweep(self) -> None:
        """Compare every call on the server with every intent, and wake the rooms that differ.

        What was listed is older than what the converger did meanwhile: those rooms wait for the next sweep.
        """
        async with self._sweeping:
            self._converger.worked_on()
            try:
                calls = await self._media.calls()
            except BridgeError as error:
                self._note_outage(error)
                return
            self._note_outage(None)
            changing = self._converger.worked_on()
        for room in self._store.all():
            if room.active and room.id not in changing:
                self._compare(room, calls.get(room.call))
        for room_id in self._reality.troubled():
            self._converger.wake(room_id)
        await self._sweep_ended(calls.keys(), changing)

    async def look(self) -> None:
        """Ask who is inside wherever somebody is or may be."""
        now = self._clock_ms()
        self._expected = {room_id: until for room_id, until in self._expected.items() if until > now}
        gate = asyncio.Semaphore(LOOKS_AT_ONCE)

        async def one(room: Room) -> None:
            async with gate:
                await self._look_into(room)

        rooms = [room for room in self._store.all() if room.active and self._may_hold_people(room)]
        await asyncio.gather(*(one(room) for room in rooms))

    def _compare(self, room: Room, call: CallInfo | None) -> None:
        now, known_sid = self._clock_ms(), self._reality.sid(room)
        if call is None:
            self._reality.lost(room.id)
        if call is None or not self._reality.agrees(room, call):
            self._converger.wake(room.id)
        if call is None or call.sid != known_sid:
            self.expect(room.id, now + REJOIN_MS)
        elif call.people:
            self.expect(room.id, now + EXPECTED_MS)

    async def _sweep_ended(self, alive: Collection[str], changing: Collection[str]) -> None:
        now = self._clock_ms()
        over = []
        for ended in list(self._store.ended().values()):
            if ended.room_id in changing:
                continue
            is_alive = ended.call in alive
            if is_alive or not self._converger.is_ended(ended.call):
                self._converger.saw_ended(ended.call, is_alive)
                self._converger.wake(ended.room_id)
            elif ended.until < now:
                over.append(ended.call)
        if over:
            await self._store.forget_ended(over)
            self._converger.forget_ended(over)

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
        if self._converger.wrong_rights(room, people) or self._converger.uninvited(room, people):
            self._converger.wake(room.id)
        else:
            self._reality.admit(room.id)

    def _note_outage(self, error: BridgeError | None) -> None:
        before = self._reality.outage
        self._reality.outage, self._reality.asked = error, True
        if error and (before is None or before.key != error.key):
            log.warning("LiveKit: %s", error.message)
        elif before and not error:
            log.info("LiveKit is back")

    async def _watch_return(self) -> None:
        await self._media.lost()
        await self.sweep()  # buttons show at once that it is away
        await self._until_it_answers()
        await self.sweep()

    async def _until_it_answers(self) -> None:
        began = time.monotonic()
        while not await self._media.answers():
            patient = time.monotonic() - began > PATIENT_AFTER
            await asyncio.sleep(PATIENT_SECONDS if patient else RETURN_SECONDS)

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
