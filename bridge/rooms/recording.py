"""Which room is recorded: what is wanted, a task of its own for each room that is, and how it stands.

Nobody waits for a recorder. What is wanted is on disk, so that a restart goes on with it.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from bridge.errors import NoRecorder, RoomStopped
from bridge.rooms.changes import EVERY_ROOM, Changes
from bridge.rooms.countdown import Countdown
from bridge.rooms.grants import role_in
from bridge.rooms.model import Recorded, RecordingState, Role, Room, Wanted
from bridge.rooms.notes import Noted, Notes
from bridge.rooms.observed import Observed
from bridge.rooms.ports import RecordingStore, RoomStore
from bridge.rooms.recording_run import LONGEST, Means, Over, Runner, Work, raced
from bridge.rooms.roster import Roster
from bridge.rooms.slots import Slots

log = logging.getLogger(__name__)

CLOSE_SECONDS = 5.0
MISSING_SECONDS = 5.0
"""Looking for a browser takes a while, and buttons ask every second."""
BUSY, FAILED = "recorder_busy", "recorder_failed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the recording of a room stands. ``reason`` is one word for it, where one is needed, ``why`` a sentence."""

    state: RecordingState
    reason: str = ""
    why: str = ""

    @property
    def runs(self) -> bool:
        """Whether something of the room is on its way to a file."""
        return self.state in (RecordingState.STARTING, RecordingState.ON, RecordingState.STOPPING)


class Recording:
    """``start`` it once; ``wake`` is told by ``Changes`` of each room that changed."""

    def __init__(
        self,
        store: RoomStore,
        recordings: RecordingStore,
        means: Means,
        notes: Notes,
        observed: Observed,
        roster: Roster,
        changes: Changes,
        clock: Callable[[], float],
        clock_ms: Callable[[], int],
    ) -> None:
        self._store, self._recordings, self._means = store, recordings, means
        self._notes, self._observed, self._roster, self._changes = notes, observed, roster, changes
        self._clock = clock
        self._slots = Slots(means.recorder.at_once if means.recorder else 0)
        self._works: dict[str, Work] = {}
        self._missing: tuple[float, str] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._runner = Runner(recordings, means, changes.tell, self._until_over, self._is_ready, clock, clock_ms)

    def start(self) -> None:
        """Go on with what a process before began, and hear of changes from now on."""
        left: dict[str, list[Recorded]] = {}
        for recorded in self._recordings.unfinished():
            left.setdefault(recorded.room_id, []).append(recorded)
        for room_id, recordings in left.items():
            self._begin(room_id, recordings)
        self._unsubscribe = self._changes.subscribe(self.wake)
        self.wake(EVERY_ROOM)

    async def aclose(self) -> None:
        """Stop where we are: what is wanted and what runs is on disk. A recorder that hangs is left behind."""
        self._unsubscribe()
        tasks = [work.task for work in self._works.values() if work.task]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSE_SECONDS)

    def missing(self) -> str:
        """Why nothing can be recorded now, in a sentence; empty where it can."""
        if self._means.recorder is None:
            return self._means.missing
        now = self._clock()
        if self._missing is None or now >= self._missing[0]:
            self._missing = (now + MISSING_SECONDS, self._means.recorder.missing())
        return self._missing[1]

    def of(self, room: Room) -> Standing:
        """How it stands; what nobody wants any more and still runs is stopping."""
        work, wanted = self._works.get(room.id), self._is_wanted(room)
        if work is not None and work.recorded and not (wanted and work.call == room.call):
            return Standing(RecordingState.STOPPING)
        if not wanted:
            return Standing(RecordingState.OFF)
        if work is not None:
            reason = BUSY if work.busy else FAILED if work.state is RecordingState.FAILED else ""
            return Standing(work.state, reason, work.why)
        missing = self.missing()
        return Standing(RecordingState.UNAVAILABLE, why=missing) if missing else Standing(RecordingState.ARMED)

    async def ask(self, room: Room) -> bool:
        """Record from now on, whatever the policy says, until it is stopped by hand or the room is.

        Answers whether it was not going on already. Raises ``NoRecorder`` and ``RoomStopped``.
        """
        if missing := self.missing():
            raise NoRecorder(f"nothing can be recorded: {missing}")
        if not room.active:
            raise RoomStopped(f"{room.slug} is stopped")
        before = self.of(room)
        changed = await self._hand(room, Wanted.ASKED)
        return changed and not (before.runs and before.state is not RecordingState.STOPPING)

    async def stop(self, room: Room) -> bool:
        """Record no longer, until it is asked for or the room is started again. Answers whether one was wanted.

        Raises ``NoRecorder`` where there is nothing that could go on.
        """
        before = self.of(room)
        if before.state is RecordingState.UNAVAILABLE or (before.state is RecordingState.OFF and self.missing()):
            raise NoRecorder(f"nothing can be recorded: {self.missing()}")
        if not room.active or not self._is_wanted(room):
            return False
        return await self._hand(room, Wanted.STOPPED)

    def wake(self, room_id: str) -> None:
        """Something changed there. What is to be recorded begins, in a task of its own."""
        if room_id == EVERY_ROOM:
            for one in {*self._works, *(room.id for room in self._store.all())}:
                self.wake(one)
        elif work := self._works.get(room_id):
            work.woken.set()
        elif self._due(room_id):
            self._begin(room_id)

    async def _hand(self, room: Room, wanted: Wanted) -> bool:
        def by_hand(noted: Noted) -> Noted:
            return replace(noted, call=replace(noted.call, record=wanted))

        changed = await self._notes.write(room, by_hand, within=Countdown())
        if changed:
            self._changes.tell(room.id)
        self.wake(room.id)
        return changed

    def _wanted(self, room: Room) -> Wanted:
        call = self._store.calls().get(room.call)
        return call.record if call else Wanted.POLICY

    def _is_wanted(self, room: Room) -> bool:
        wanted = self._wanted(room)
        return wanted is Wanted.ASKED or (wanted is Wanted.POLICY and room.policy.record)

    def _due(self, room_id: str) -> Room | None:
        """The room, where a recording is to begin there: open, and with a speaker inside or asked for by hand."""
        room = self._store.get(room_id)
        if room is None or not room.active or not self._is_wanted(room) or not self._observed.holds(room):
            return None
        if self.missing():
            return None
        return room if self._wanted(room) is Wanted.ASKED or self._has_speaker(room) else None

    def _is_ready(self, work: Work) -> bool:
        """Whether what was begun there can go on: the call is there, and somebody inside or a hand behind it."""
        room = self._store.get(work.room_id)
        if room is None or room.call != work.call or not self._observed.holds(room):
            return False
        return self._wanted(room) is Wanted.ASKED or self._roster.count(room) > 0

    def _has_speaker(self, room: Room) -> bool:
        call = self._store.calls().get(room.call)
        people = self._roster.of(room.id, room.call)
        return any(role_in(call, one.identity, one.role) is Role.SPEAKER for one in people)

    def _begin(self, room_id: str, left: Iterable[Recorded] = ()) -> None:
        free = self._slots.free or bool(left)
        state = RecordingState.STARTING if free else RecordingState.ARMED
        work = self._works[room_id] = Work(room_id, state, busy=not free)
        work.task = asyncio.create_task(self._record(work, left), name=f"recording of {room_id}")
        self._changes.tell(room_id)

    async def _record(self, work: Work, left: Iterable[Recorded]) -> None:
        """What was left by a process before, and then one recording after the other, for as long as one is due."""
        try:
            for recorded in left:
                self._slots.take()
                try:
                    await self._runner.resume(work, recorded)
                finally:
                    self._slots.give()
            while room := self._due(work.room_id):
                with suppress(Over):
                    await self._one(work, room)
        except Exception:
            log.exception("the recording of a room met a defect")
        finally:
            del self._works[work.room_id]
            self._changes.tell(work.room_id)

    async def _one(self, work: Work, room: Room) -> None:
        """Raises ``Over`` where it is not wanted any more before its turn comes."""
        over = asyncio.create_task(self._until_over(work, room.call))
        try:
            if not self._slots.free:
                self._runner.say(work, RecordingState.ARMED, busy=True)
            await raced(self._slots.wait(), over)
        finally:
            over.cancel()
        try:
            if now := self._due(room.id):
                await self._runner.record(work, now)
        finally:
            self._slots.give()

    async def _until_over(self, work: Work, call: str, seconds: float = float("inf")) -> str:
        """Returns once the call is to be recorded no longer; says in a sentence why, where nobody asked for that."""
        end, empty = self._clock() + seconds, None
        while True:
            room, now = self._store.get(work.room_id), self._clock()
            if room is None or room.call != call or not self._is_wanted(room):
                return ""
            if now >= end:
                return LONGEST
            left = end - now
            if self._wanted(room) is Wanted.ASKED or self._roster.count(room):
                empty = None
            else:
                empty = now if empty is None else empty
                left = min(left, empty + self._means.empty_seconds - now)
                if left <= 0:
                    return ""
            work.woken.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(None if left == float("inf") else left):
                    await work.woken.wait()
