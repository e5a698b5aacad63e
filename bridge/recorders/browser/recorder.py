"""Implements ``Recorder`` with a browser of this machine: each part is one browser, whose page records itself."""

import asyncio
import logging
import time
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bridge.recorders.browser import files
from bridge.recorders.browser.ffmpeg import index
from bridge.recorders.browser.files import LEAST_FREE, DiskFull, Growing
from bridge.recorders.browser.find import NoBrowser, browser, ffmpeg
from bridge.recorders.browser.process import START, BrowserProcess, end_orphans
from bridge.recorders.browser.takes import SILENCE_SECONDS, Take, Takes, sentence
from bridge.rooms.model import Part, Recorded
from bridge.rooms.ports import RecorderFailed

log = logging.getLogger(__name__)

START_SECONDS = 40.0
BROWSER_ENDED = "Its browser ended by itself."
GOODBYE_SECONDS = 5.0
INDEX_SECONDS = 30.0
"""A long recording is indexed on after that, and can be played meanwhile."""


@dataclass(frozen=True, slots=True)
class _Run:
    take: Take
    process: BrowserProcess
    watch: asyncio.Task[None]


class BrowserRecorder:
    """``configured`` is the browser that the settings name, empty: the one that is found. ``folder`` is where the files
    lie, ``work`` where browsers have their profiles, ``page`` the address of the recording page. ``flags`` are further
    ones for the browser. ``takes`` is what that page talks to, ``patience`` how many seconds it may be silent.
    """

    kind = "browser"

    def __init__(
        self,
        configured: str,
        folder: Path,
        work: Path,
        page: str,
        *,
        at_once: int = 1,
        least_free: int = LEAST_FREE,
        flags: Iterable[str] = (),
        takes: Takes | None = None,
        patience: float = SILENCE_SECONDS,
    ) -> None:
        self.at_once = at_once
        self.takes = takes or Takes(time.monotonic)
        self._configured, self._folder, self._work, self.page = configured, folder, work.absolute(), page
        self._least_free, self._flags, self._patience = least_free, tuple(flags), patience
        self._runs: dict[str, _Run] = {}
        self._indexing: set[asyncio.Task[float]] = set()
        self._ending: set[asyncio.Task[None]] = set()

    def missing(self) -> str:
        try:
            browser(self._configured)
        except NoBrowser as problem:
            return str(problem)
        return ""

    async def start(self, recorded: Recorded) -> str:
        run = await self._launch(recorded)
        try:
            await _first(run.take.begun.wait(), run.take.over(), timeout=START_SECONDS)
        except BaseException:
            await self._drop(recorded)
            raise
        if run.take.begun.is_set():
            return str(run.process.pid)
        run.take.fail(f"Its browser recorded nothing within {START_SECONDS:g} s.")
        await self._drop(recorded)
        raise RecorderFailed(await run.take.over())

    async def find(self, recorded: Recorded) -> str | None:
        run = self._runs.get(recorded.id)
        if run is not None:
            return str(run.process.pid)
        await asyncio.to_thread(end_orphans, self._work, frozenset(self._runs))
        return None

    async def ended(self, recorded: Recorded) -> str:
        run = self._runs.get(recorded.id)
        return await run.take.over() if run else "Its browser does not run."

    async def stop(self, recorded: Recorded) -> Part:
        part, run = recorded.parts[-1], self._runs.get(recorded.id)
        if run is not None:
            await self._goodbye(run.take)
            await self._drop(recorded)
        file = self._file(part)
        size = await asyncio.to_thread(files.finish, file)
        seconds = await self._indexed(file) if size else 0.0
        if seconds:
            size = file.stat().st_size
        return replace(part, bytes=size, seconds=round(seconds or (run.take.seconds if run else part.seconds), 1))

    def path(self, part: Part) -> Path | None:
        file = self._file(part)
        raw = files.unfinished(file)
        return raw if raw.exists() and not file.exists() else file

    async def erase(self, recorded: Recorded) -> None:
        for part in recorded.parts:
            await asyncio.to_thread(files.erase, self._file(part), self._folder)

    async def aclose(self) -> None:
        for run in list(self._runs.values()):
            await self._drop(run.take.recorded)
            await asyncio.to_thread(files.finish, self._file(run.take.recorded.parts[-1]))
        for task in self._indexing:
            task.cancel()
        await asyncio.gather(*self._indexing, *self._ending, return_exceptions=True)

    async def _launch(self, recorded: Recorded) -> _Run:
        """Raises ``RecorderFailed``."""
        file = Growing(self._file(recorded.parts[-1]), self._least_free)
        work = self._work / recorded.id
        try:
            program = await asyncio.to_thread(browser, self._configured)
            await asyncio.to_thread(file.prepare)
            take = Take(recorded, file, self._patience)
            key = self.takes.expect(take, lambda: (work / START).unlink(missing_ok=True))
            process = await self._started(program, work, f"{self.page}#{key}")
        except (NoBrowser, DiskFull) as problem:
            raise RecorderFailed(sentence(str(problem))) from None
        except OSError as problem:
            raise RecorderFailed(f"It cannot be begun: {problem.strerror or problem}.") from None
        watch = asyncio.create_task(_watch(take, process), name=f"recording {recorded.id}")
        self._runs[recorded.id] = run = _Run(take, process, watch)
        return run

    async def _started(self, program: Path, work: Path, address: str) -> BrowserProcess:
        """One that nobody waits for any longer ends as soon as it runs."""
        starting = asyncio.create_task(BrowserProcess.start(program, work, address, self._flags))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            self._end_later(_end_started(starting))
            raise

    async def _drop(self, recorded: Recorded) -> None:
        """Nothing of it runs any more, and its file is closed, also where nobody waits for that any longer."""
        run = self._runs.pop(recorded.id, None)
        if run is None:
            return
        self.takes.forget(run.take)
        await asyncio.shield(self._end_later(_end(run)))

    def _end_later(self, end: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        ending = asyncio.create_task(end)
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        return ending

    async def _goodbye(self, take: Take) -> None:
        """The page hands over what it has."""
        take.stopping.set()
        if take.ended.done() or not take.begun.is_set():
            return
        await _first(take.finished.wait(), take.over(), timeout=GOODBYE_SECONDS)

    async def _indexed(self, file: Path) -> float:
        """The seconds that it plays, where ffmpeg is there and says it soon."""
        program = ffmpeg()
        if not program:
            return 0.0
        task = asyncio.create_task(index(program, file, self._least_free))
        self._indexing.add(task)
        task.add_done_callback(self._indexing.discard)
        done, _ = await asyncio.wait({task}, timeout=INDEX_SECONDS)
        return task.result() if done else 0.0

    def _file(self, part: Part) -> Path:
        return self._folder / part.file


async def _end_started(starting: "asyncio.Task[BrowserProcess]") -> None:
    with suppress(OSError):
        await (await starting).end()


async def _end(run: _Run) -> None:
    run.watch.cancel()
    await run.process.end()
    await run.take.close()


async def _watch(take: Take, process: BrowserProcess) -> None:
    """See how it ends by itself, and end its browser then."""
    await _first(process.ended(), take.silence(), take.over())
    take.fail(f"Its browser sent nothing for {take.patience:g} seconds." if process.alive() else BROWSER_ENDED)
    log.warning("a recording stopped: %s", await take.over())
    await process.end()


async def _first(*ways: Coroutine[Any, Any, object], timeout: float | None = None) -> None:
    """Return when one of them does."""
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
