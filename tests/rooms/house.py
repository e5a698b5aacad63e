"""The rules put together as the service does it, over a media server and a store in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bridge.rooms.admission import Admission
from bridge.rooms.attendance import Attendance
from bridge.rooms.capacity import Capacity
from bridge.rooms.changes import Changes
from bridge.rooms.floor import Floor
from bridge.rooms.hands import Hands
from bridge.rooms.intent import Intent
from bridge.rooms.lobby import Lobby
from bridge.rooms.messages import Messages
from bridge.rooms.model import Room
from bridge.rooms.observed import Observed
from bridge.rooms.presses import Presses
from bridge.rooms.reconciler import Reconciler
from bridge.rooms.recording import Recording
from bridge.rooms.recording_run import Means
from bridge.rooms.roster import Roster
from bridge.rooms.rules import compose
from bridge.rooms.scenes import Scenes
from bridge.rooms.seats import Seats
from bridge.rooms.tally import Tally
from bridge.rooms.watch import Watch
from tests.rooms.fakes import Clock, FakeMedia, FakeRecordings, FakeStore

MAX_SCENES = 2
TOKEN_MINUTES = 10
TOKEN_SECONDS = 12 * 60.0


@dataclass(frozen=True, slots=True)
class House:
    """The parts; ``watch`` is not started: a test sweeps and looks when it wants to."""

    store: FakeStore
    media: FakeMedia
    clock: Clock
    observed: Observed
    roster: Roster
    capacity: Capacity
    reconciler: Reconciler
    intent: Intent
    presses: Presses
    watch: Watch
    admission: Admission
    seats: Seats
    lobby: Lobby
    scenes: Scenes
    hands: Hands
    floor: Floor
    messages: Messages
    attendance: Attendance
    tally: Tally
    changes: Changes
    recording: Recording
    recordings: FakeRecordings

    async def idle(self) -> None:
        """Let everything that was woken come to rest."""
        for _ in range(50):
            await asyncio.sleep(0)

    async def opened(self, room: Room) -> Room:
        """The room once its call is there."""
        await self.reconciler.settled(room.id)
        await self.idle()
        now = self.store.get(room.id)
        assert now is not None
        return now


@asynccontextmanager
async def house_of(
    *rooms: Room, means: Means | None = None, recordings: FakeRecordings | None = None, store: FakeStore | None = None
) -> AsyncIterator[House]:
    """``recordings`` and ``store`` are those of a house before, where it is to go on there."""
    store, media, clock = store or FakeStore(*rooms), FakeMedia(), Clock()
    recordings = recordings or FakeRecordings()
    rules = compose(
        store,
        media,
        recordings,
        clock,
        clock.ms,
        token_minutes=TOKEN_MINUTES,
        max_scenes=MAX_SCENES,
        open_by_id=True,
        means=means,
    )
    try:
        yield House(
            store,
            media,
            clock,
            rules.observed,
            rules.roster,
            rules.capacity,
            rules.reconciler,
            rules.intent,
            rules.presses,
            rules.watch,
            rules.admission,
            rules.seats,
            rules.lobby,
            rules.scenes,
            rules.hands,
            rules.floor,
            rules.messages,
            rules.attendance,
            rules.tally,
            rules.changes,
            rules.recording,
            recordings,
        )
    finally:
        await rules.aclose()


async def until(true: Callable[[], object], within: float = 30.0) -> None:
    """Wait until it holds. Raises ``TimeoutError``."""
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110 - whatever a test watches has no event
            await asyncio.sleep(0.001)
