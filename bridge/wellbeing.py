"""Whether the bridge is well, for as long as somebody looks; while nobody does, nothing is done for it."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

log = logging.getLogger(__name__)

KNOWN_SECONDS = 2.0
EXAMINED_SECONDS = 30.0
PAUSE_SECONDS = 5.0
"""Between two examinations, however much changes meanwhile."""

State = Literal["ok", "warn", "bad"]
WORST: tuple[State, ...] = ("ok", "warn", "bad")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is well or not: in a sentence, and what to do about it."""

    name: str
    state: State
    text: str
    fix: str = ""


class Wellbeing:
    """``known`` says what is in memory, every two seconds; ``examine`` takes its time, in a thread, every thirty.

    Of two checks of one name the worse one counts. Where what is known changes, what was examined before that is no
    longer true: it is left out, and examined anew. ``checks`` is how it is.
    """

    def __init__(self, known: Callable[[], Iterable[Check]], examine: Callable[[], Iterable[Check]]) -> None:
        self._known, self._examine = known, examine
        self.checks: tuple[Check, ...] = ()
        self._now: dict[str, Check] = {}
        self._found: tuple[Check, ...] = ()
        self._changed: set[str] = set()
        self._due = 0.0
        self._examining = False
        self._listeners: list[Callable[[], None]] = []
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def looking(self, listener: Callable[[], None]) -> Iterator[None]:
        """Somebody looks meanwhile; ``listener`` is called when ``checks`` are others."""
        self._listeners.append(listener)
        if self._task is None:
            self._look()
            self._task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self._listeners.remove(listener)
            if not self._listeners and self._task:
                self._task.cancel()
                self._task = None

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._look()
            if loop.time() >= self._due and not self._examining:
                self._examining, self._due = True, loop.time() + EXAMINED_SECONDS
                self._changed.clear()
                threading.Thread(target=self._search, args=(loop,), daemon=True).start()
            await asyncio.sleep(KNOWN_SECONDS)

    def _look(self) -> None:
        now = {check.name: check for check in self._known()}
        changed = {name for name in now.keys() & self._now if now[name] != self._now[name]}
        self._now = now
        if changed:
            self._changed |= changed
            self._found = tuple(check for check in self._found if check.name not in changed)
            self._due = min(self._due, asyncio.get_running_loop().time() + PAUSE_SECONDS)
        self._tell()

    def _search(self, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread of its own, which keeps nobody from ending the bridge."""
        found: Iterable[Check] = ()
        try:
            found = tuple(self._examine())
        except Exception:
            log.exception("the bridge cannot be examined")
        with suppress(RuntimeError):  # the bridge has ended
            loop.call_soon_threadsafe(self._came, found)

    def _came(self, found: Iterable[Check]) -> None:
        self._examining = False
        self._found = tuple(check for check in found if check.name not in self._changed)
        self._tell()

    def _tell(self) -> None:
        found = [check for check in self._found if check.name not in self._now]
        checks = (*(max((*self._of(name), one), key=_how_bad) for name, one in self._now.items()), *found)
        if checks != self.checks:
            self.checks = checks
            for listener in tuple(self._listeners):
                listener()

    def _of(self, name: str) -> list[Check]:
        """Where both are as bad, what was examined says more."""
        return [check for check in self._found if check.name == name]


def _how_bad(check: Check) -> int:
    return WORST.index(check.state)
