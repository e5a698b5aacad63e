"""The writer: what callers hand in together goes to the disk together, on one thread of its own.

Memory follows the disk: readers see a change once its bytes are there. A write that fails tells exactly the callers it
carried, leaves memory as it was, and the next one starts from there.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import chain
from queue import Empty, SimpleQueue

from bridge.errors import StoreBroken
from bridge.store.file import SafeFile
from bridge.store.rows import Change, Generation, TextChange, apply, dump, encode

log = logging.getLogger(__name__)

STALLED_SECONDS = 2.0
"""A write that waits for longer is a problem of the disk."""


@dataclass(frozen=True, slots=True)
class _Commit:
    """Changes that reach the disk together or not at all.

    ``drop`` names tables that go first, with all their rows. ``settle`` is told how it went, on ``loop`` or else on the
    writer's thread. It waits since ``since``.
    """

    since: float
    changes: list[TextChange]
    settle: Callable[[StoreBroken | None], None]
    loop: asyncio.AbstractEventLoop | None = None
    drop: frozenset[str] = frozenset()

    @property
    def writes(self) -> bool:
        return bool(self.changes or self.drop)


class Writer:
    """Writes rows to a ``SafeFile``. ``generation`` is what is on the disk. May be used from any thread."""

    def __init__(self, file: SafeFile, generation: Generation, clock: Callable[[], float] = time.monotonic) -> None:
        self.generation = generation
        self._file = file
        self._clock = clock
        self._failure = ""
        self._waiting_since: float | None = None
        self._next_ids = {name: max(texts, default=0) + 1 for name, texts in generation.items()}
        self._queue: SimpleQueue[_Commit | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)
        self._thread.start()

    @property
    def problem(self) -> str:
        """Why a write would not go well now: the oldest waits for too long, or the latest failed. Empty: it would."""
        since = self._waiting_since
        waited = 0.0 if since is None else self._clock() - since
        return f"the disk has not taken a write for {waited:.0f} s" if waited > STALLED_SECONDS else self._failure

    def new_id(self, table: str) -> int:
        """A row id of ``table`` that no row has or had since the store was opened."""
        with self._gate:
            row_id = self._next_ids.get(table, 1)
            self._next_ids[table] = row_id + 1
        return row_id

    def submit(
        self,
        changes: Iterable[Change],
        settle: Callable[[StoreBroken | None], None],
        loop: asyncio.AbstractEventLoop | None = None,
        drop: frozenset[str] = frozenset(),
    ) -> None:
        """Accept a commit: ``settle`` is called exactly once, after all that were accepted before.

        A commit of nothing only waits its turn.
        Raises ``ValueError`` (a row that is no JSON) or ``StoreBroken`` (closed), and nothing was accepted.
        """
        commit = _Commit(self._clock(), [encode(change) for change in changes], settle, loop, drop)
        with self._gate:
            if self._closed:
                raise StoreBroken("the store is closed", "start the bridge again")
            for name, row_id, text in commit.changes:
                if text is not None and row_id >= self._next_ids.get(name, 1):
                    self._next_ids[name] = row_id + 1
            self._queue.put(commit)

    def commit_now(self, changes: Iterable[Change], drop: frozenset[str] = frozenset()) -> None:
        """Commit and block until it is on the disk. Raises as ``submit`` does, and ``StoreBroken``."""
        done: Future[None] = Future()

        def settle(error: StoreBroken | None) -> None:
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

        self.submit(changes, settle, drop=drop)
        done.result()

    def close(self) -> None:
        """Wait until everything accepted is settled; later commits are refused."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        more = True
        while more:
            batch, more = self._take()
            self._waiting_since = batch[0].since if batch else None
            error = self._write_batch([commit for commit in batch if commit.writes])
            self._waiting_since = None
            _report(batch, error)

    def _take(self) -> tuple[list[_Commit], bool]:
        """Everything that waits, at least one; whether more may come."""
        batch: list[_Commit] = []
        item = self._queue.get()
        while item is not None:
            batch.append(item)
            try:
                item = self._queue.get_nowait()
            except Empty:
                return batch, True
        return batch, False

    def _write_batch(self, batch: list[_Commit]) -> StoreBroken | None:
        if not batch:
            return None
        try:
            generation = apply(self.generation, chain.from_iterable((*one.drop, *one.changes) for one in batch))
            self._file.replace(dump(generation))
        except StoreBroken as error:
            self._failure = error.message
            log.error("%s: %s", error.message, error.hint)
            return error
        except Exception as error:  # the writer outlives whatever happens to one batch
            log.exception("the store could not be written")
            self._failure = f"the store could not be written: {type(error).__name__}"
            return StoreBroken(self._failure, "see the bridge's log; nothing was changed")
        self.generation = generation
        self._failure = ""
        return None


def _report(batch: Iterable[_Commit], error: StoreBroken | None) -> None:
    """Tell every caller; those of a loop with one wake-up, so that fifty callers do not cost fifty."""
    waiting: dict[asyncio.AbstractEventLoop, list[_Commit]] = {}
    for commit in batch:
        if commit.loop is None:
            _settle([commit], error)
        else:
            waiting.setdefault(commit.loop, []).append(commit)
    for loop, commits in waiting.items():
        try:
            loop.call_soon_threadsafe(_settle, commits, error)
        except RuntimeError:
            log.debug("a loop ended before its commits did")


def _settle(commits: Iterable[_Commit], error: StoreBroken | None) -> None:
    for commit in commits:
        # Its own exception for each caller: a shared one would collect every caller's traceback.
        own = StoreBroken(error.message, error.hint) if error is not None and commit.writes else None
        try:
            commit.settle(own)
        except Exception:
            log.exception("a caller of the store failed to take its answer")
