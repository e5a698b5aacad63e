"""The rules put together as the service does it, over a media server and a store in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bridge.rooms.admission import Admission
from bridge.rooms.capacity import Capacity
from bridge.rooms.converger import Converger
from bridge.rooms.identities import Identities
from bridge.rooms.intent import Intent
from bridge.rooms.locks import Locks
from bridge.rooms.looks import Looks
from bridge.rooms.mint import Mints
from bridge.rooms.model import Room
from bridge.rooms.plan import plan
from bridge.rooms.ports import Person
from bridge.rooms.reality import Reality
from bridge.rooms.watch import Watch
from tests.rooms.fakes import Clock, FakeMedia, FakeStore

MAX_SCENES = 2
TOKEN_MINUTES = 10
TOKEN_SECONDS = 12 * 60.0


@dataclass(frozen=True, slots=True)
class House:
    """The parts; ``watch`` is not started: a test sweeps and looks when it wants to."""

    store: FakeStore
    media: FakeMedia
    clock: Clock
    reality: Reality
    capacity: Capacity
    converger: Converger
    intent: Intent
    watch: Watch
    admission: Admission

    async def idle(self) -> None:
        """Let everything that was woken come to rest."""
        for _ in range(50):
            await asyncio.sleep(0)

    async def opened(self, room: Room) -> Room:
        """The room once its call is there and its sid written down."""
        await self.converger.settled(room.id)
        await self.idle()
        now = self.store.get(room.id)
        assert now is not None
        return now


@asynccontextmanager
async def house_of(*rooms: Room) -> AsyncIterator[House]:
    store, media, clock = FakeStore(*rooms), FakeMedia(), Clock()
    reality, capacity, locks = Reality(), Capacity(clock), Locks()
    identities = Identities(clock, TOKEN_SECONDS)
    call_plan = partial(plan, max_scenes=MAX_SCENES)
    converger = Converger(store, media, reality, capacity, identities, locks, call_plan)
    watch = Watch(store, media, reality, converger, clock, TOKEN_SECONDS)

    def seen(call: str, people: Sequence[Person]) -> None:
        capacity.seen(call, people)
        identities.seen(call, people)

    admission = Admission(
        store,
        media,
        capacity,
        identities,
        Looks(media, clock, seen),
        watch,
        converger,
        locks,
        call_plan,
        Mints(clock.ms),
        token_minutes=TOKEN_MINUTES,
        max_scenes=MAX_SCENES,
    )
    intent = Intent(store, locks, converger.wake, clock.ms)
    try:
        yield House(store, media, clock, reality, capacity, converger, intent, watch, admission)
    finally:
        await watch.stop()
        await converger.aclose()


async def until(true: Callable[[], object], within: float = 2.0) -> None:
    """Wait until it holds. Raises ``TimeoutError``."""
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110 - whatever a test watches has no event
            await asyncio.sleep(0.001)
