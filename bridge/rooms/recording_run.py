"""One recording from its beginning to its end: part after part, each on disk before its recorder is asked."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from bridge.errors import StoreBroken
from bridge.rooms.model import Part, Recorded, RecordingState, Room
from bridge.rooms.names import new_id
from bridge.rooms.ports import Recorder, RecorderFailed, RecordingStore

log = logging.getLogger(__name__)

T = TypeVar("T")
FAILURES = 3
"""So many in a row, and it has failed; it is tried again all the same."""
GRACE_SECONDS = 2.0
"""What is called off may end in that time; what does not is left behind."""
DISK_SECONDS = 5.0
ENDINGS = {"browser": "webm", "egress": "mp4"}
SILENT = "The recorder did not answer."
LONGEST = "It went on for as long as max_hours allows; the next one begins."
DEFECT = "The recorder met a defect; the bridge's log has more."


@dataclass(frozen=True, slots=True)
class Means:
    """What there is to record with. ``missing`` says in a sentence why there is no ``recorder``.

    One that is not asked for by hand ends when nobody is inside for ``empty_seconds``; ``longest`` is how long any
    goes on. ``backoff`` are the seconds before the next try after so many failures, ``patience`` what a recorder has
    to answer in, and one that ran for ``steady`` was none of these failures.
    """

    recorder: Recorder | None = None
    missing: str = "recording is off"
    longest: float = 12 * 3600.0
    empty_seconds: float = 60.0
    backoff: tuple[float, ...] = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
    patience: float = 70.0
    steady: float = 30.0


class Over(Exception):
    """The recording is not wanted any more."""


@dataclass(slots=True)
class Work:
    """One room's task: how its recording stands. ``recorded`` is the one under way, of ``call``; empty for none."""

    room_id: str
    state: RecordingState
    busy: bool = False
    why: str = ""
    recorded: str = ""
    call: str = ""
    failures: int = 0
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


UntilOver = Callable[[Work, str, float], Awaitable[str]]
Ready = Callable[[Work], bool]


class Runner:
    """``tell`` is told of the room where something changed; ``until_over`` returns once a call is not to be recorded
    any more, after so many seconds at most; ``ready``: there is something to be recorded now.
    """

    def __init__(
        self,
        store: RecordingStore,
        means: Means,
        tell: Callable[[str], None],
        until_over: UntilOver,
        ready: Ready,
        clock: Callable[[], float],
        clock_ms: Callable[[], int],
    ) -> None:
        self._store, self._means, self._tell = store, means, tell
        self._until_over, self._ready = until_over, ready
        self._clock, self._clock_ms = clock, clock_ms

    def say(self, work: Work, state: RecordingState, why: str = "", *, busy: bool = False) -> None:
        before = (work.state, work.why, work.busy)
        work.state, work.why, work.busy = state, why, busy
        if before != (state, why, busy):
            self._tell(work.room_id)

    async def record(self, work: Work, room: Room) -> None:
        """A new one, until it is over."""
        bare = Recorded(
            new_id(),
            room.id,
            room.owner,
            room.slug,
            room.name,
            room.call,
            room.policy.mode,
            self._recorder().kind,
            self._clock_ms(),
        )
        recorded = replace(bare, parts=(self._new_part(bare),))
        work.recorded, work.call = recorded.id, recorded.call
        self.say(work, RecordingState.STARTING)
        await self._kept(lambda: self._store.add(recorded))
        await self._go_on(work, recorded, open=True)

    async def resume(self, work: Work, recorded: Recorded) -> None:
        """One that a process before began: the part that still runs goes on, else the next one follows."""
        if self._means.recorder is None or self._means.recorder.kind != recorded.by:
            await self._finish(recorded, "The bridge was started again without its recorder.")
            return
        handle = None
        if recorded.parts:
            with suppress(Exception):
                handle = await self._found(recorded)
            if handle is None:
                recorded = await self._end_part(recorded)
            elif handle != recorded.parts[-1].handle:
                recorded = await self._put(recorded, replace(recorded.parts[-1], handle=handle))
        await self._go_on(work, recorded, open=handle is not None, running=handle is not None)

    async def _go_on(self, work: Work, recorded: Recorded, *, open: bool, running: bool = False) -> None:
        """Until it is over: its last part while that is ``open``, be it ``running`` already, and those after it."""
        work.recorded, work.call, work.failures = recorded.id, recorded.call, 0
        left = self._means.longest - (self._clock_ms() - recorded.started) / 1000
        over = asyncio.ensure_future(self._until_over(work, recorded.call, max(left, 0.0)))
        why = ""
        try:
            await asyncio.sleep(0)  # it may be over already
            while open or not over.done():
                if not open:
                    try:
                        await raced(self._until_ready(work), over)
                    except Over:
                        break
                    parts = (*recorded.parts, self._new_part(recorded))
                    recorded = await self._changed(recorded, partial(_with_parts, parts))
                recorded, why = await self._part(work, recorded, over, running=running)
                open = running = False
            await self._finish(recorded, over.result() or why)
        finally:
            over.cancel()
            work.recorded = work.call = ""

    async def _until_ready(self, work: Work) -> None:
        """After a restart, or while LiveKit is away, nobody knows who is inside; an empty room gets no further part."""
        before = work.state
        while not self._ready(work):
            self.say(work, RecordingState.ARMED, work.why)
            await asyncio.sleep(0)  # whoever else waits for it clears it first
            await work.woken.wait()
        self.say(work, before, work.why)

    async def _part(
        self, work: Work, recorded: Recorded, over: "asyncio.Future[str]", *, running: bool
    ) -> tuple[Recorded, str]:
        """One part; what there is of the recording then, and why it stopped by itself."""
        began, recorder = self._clock(), self._recorder()
        try:
            if not running:
                handle = await raced(recorder.start(recorded), over, self._means.patience)
                recorded = await self._put(recorded, replace(recorded.parts[-1], handle=handle))
            self.say(work, RecordingState.ON)
            why = await raced(recorder.ended(recorded), over)
        except Over:
            why = ""
        except RecorderFailed as error:
            why = str(error)
        except TimeoutError:
            why = SILENT
        except Exception:
            log.exception("recording %s failed", recorded.slug)
            why = DEFECT
        if not over.done():
            self._failed(work, recorded, why, steady=self._clock() - began >= self._means.steady)
        recorded = await self._end_part(recorded)
        if not over.done():
            delay = self._means.backoff[min(work.failures, len(self._means.backoff)) - 1]
            with suppress(Over):
                await raced(asyncio.sleep(delay), over)
        return recorded, why

    def _failed(self, work: Work, recorded: Recorded, why: str, *, steady: bool) -> None:
        work.failures = 1 if steady else work.failures + 1
        log.warning("the recording of %s stopped: %s", recorded.slug, why)
        lost = work.failures >= FAILURES or work.state is RecordingState.FAILED
        self.say(work, RecordingState.FAILED if lost else RecordingState.STARTING, why)

    async def _end_part(self, recorded: Recorded) -> Recorded:
        """The last part is ended and written as it is then; one without a byte is none."""
        try:
            part = await raced(self._recorder().stop(recorded), None, self._means.patience)
        except TimeoutError:
            log.warning("the recorder of %s did not answer; what there is of the part stays", recorded.slug)
            return recorded
        except Exception:
            log.exception("a part of %s could not be ended", recorded.slug)
            return recorded
        parts = recorded.parts[:-1] + ((part,) if part.bytes or part.seconds else ())
        return await self._changed(recorded, partial(_with_parts, parts))

    def _new_part(self, recorded: Recorded) -> Part:
        """The next one, with its number in its name."""
        ending = ENDINGS.get(recorded.by, "mp4")
        if not recorded.parts:
            return Part(f"{recorded.slug}/{self._stem(recorded)}.{ending}")
        stem = recorded.parts[0].file.rpartition(".")[0]
        return Part(f"{stem}-{len(recorded.parts) + 1}.{ending}")

    async def _put(self, recorded: Recorded, part: Part) -> Recorded:
        return await self._changed(recorded, partial(_with_parts, (*recorded.parts[:-1], part)))

    async def _finish(self, recorded: Recorded, why: str) -> None:
        await self._changed(recorded, lambda one: replace(one, ended=self._clock_ms(), reason=why))

    async def _changed(self, recorded: Recorded, change: Callable[[Recorded], Recorded]) -> Recorded:
        """Written, however often it takes: what is on disk is what a restart finds."""
        return await self._kept(lambda: self._store.change(recorded.id, change)) or change(recorded)

    async def _kept(self, write: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                return await write()
            except StoreBroken as error:
                log.warning("a recording is not written down: %s", error.message)
                await asyncio.sleep(DISK_SECONDS)

    async def _found(self, recorded: Recorded) -> str | None:
        return await raced(self._recorder().find(recorded), None, self._means.patience)

    def _recorder(self) -> Recorder:
        if self._means.recorder is None:
            raise RecorderFailed(self._means.missing)
        return self._means.recorder

    def _stem(self, recorded: Recorded) -> str:
        """When it began, in UTC; two of one second differ."""
        stem = datetime.fromtimestamp(recorded.started / 1000, UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
        others = [one for one in self._store.named(recorded.slug) if one.id != recorded.id]
        taken = {part.file.rpartition("/")[2] for one in others for part in one.parts}
        while any(file.startswith((f"{stem}.", f"{stem}-")) for file in taken):
            stem += "b"
        return stem


def _with_parts(parts: tuple[Part, ...], recorded: Recorded) -> Recorded:
    return replace(recorded, parts=parts)


async def raced(work: Awaitable[T], over: "asyncio.Future[str] | None", seconds: float | None = None) -> T:
    """What ``work`` answers. Raises ``Over`` where that comes first, ``TimeoutError`` after ``seconds``; it is called
    off then.
    """
    task = asyncio.ensure_future(work)
    until: set[asyncio.Future[Any]] = {task, over} if over else {task}
    try:
        await asyncio.wait(until, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        task.cancel()
        await asyncio.wait({task}, timeout=GRACE_SECONDS)
        raise Over if over is not None and over.done() else TimeoutError
    finally:
        task.cancel()
