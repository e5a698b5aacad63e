"""A part while it is recorded: what its page hands over, and how it ends."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bridge.recorders.browser.files import DiskFull, Growing
from bridge.rooms.model import Recorded

LAUNCH_SECONDS = 30.0
SILENCE_SECONDS = 5.0
"""A page hands over a piece each second; without one for so long it is dead."""


class Take:
    """One part. Its page may come back on another connection at any time."""

    def __init__(self, recorded: Recorded, file: Growing, patience: float = SILENCE_SECONDS) -> None:
        """``patience`` is how many seconds it may be silent."""
        self.recorded, self.patience = recorded, patience
        self.next = 0
        """The number of the piece that is wanted next: those before are on the disk."""
        self.begun = asyncio.Event()
        self.stopping = asyncio.Event()
        """The page is to say goodbye."""
        self.finished = asyncio.Event()
        """It has, and everything is here."""
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.seconds = 0.0
        self._file, self._writing = file, asyncio.Lock()
        self._clock = asyncio.get_running_loop().time
        self._came = asyncio.Event()
        self._first = 0.0

    async def put(self, number: int, data: bytes) -> int:
        """A piece of it; answers which is wanted next, once this one is on the disk. One that is there is fine."""
        async with self._writing:
            if number > self.next:
                self.fail("A piece of it got lost on the way from its browser.")
            if number == self.next and not self.ended.done():
                await self._append(data)
            return self.next

    async def over(self) -> str:
        """Return when it has ended by itself, and say why in a sentence."""
        return await asyncio.shield(self.ended)

    def fail(self, why: str) -> None:
        if not self.ended.done():
            self.ended.set_result(why)

    async def silence(self) -> None:
        """Return when the page has been silent for too long."""
        await self.begun.wait()
        with suppress(TimeoutError):
            while True:
                self._came.clear()
                async with asyncio.timeout(self.patience):
                    await self._came.wait()

    async def close(self) -> None:
        """Nothing is put into it any more."""
        self.fail("It was ended.")
        async with self._writing:
            await asyncio.to_thread(self._file.close)

    async def _append(self, data: bytes) -> None:
        try:
            await asyncio.to_thread(self._file.append, data)
        except DiskFull as problem:
            self.fail(sentence(str(problem)))
        except OSError as problem:
            self.fail(f"Its file cannot be written: {problem.strerror or problem}.")
        else:
            self.next += 1
            now = self._clock()
            self._first = self._first or now
            self.seconds = now - self._first + 1  # it holds what came before
            self.begun.set()
            self._came.set()


@dataclass(frozen=True, slots=True)
class _Launch:
    take: Take
    until: float
    opened: Callable[[], None]


class Takes:
    """Those that are recorded now, by what their pages know: a launch key good once, and the secret it was given for.

    Only hashes of both are kept.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._launches: dict[bytes, _Launch] = {}
        self._by_secret: dict[bytes, Take] = {}

    def expect(self, take: Take, opened: Callable[[], None]) -> str:
        """A launch key for its page; ``opened`` is called when it is spent."""
        key = secrets.token_urlsafe(32)
        self._launches[_hash(key)] = _Launch(take, self._clock() + LAUNCH_SECONDS, opened)
        return key

    def launched(self, key: str) -> tuple[str, Take] | None:
        """The take that a page was launched for, and the secret that it keeps; None for a key that is not good."""
        launch = self._launches.pop(_hash(key), None)
        if launch is None or self._clock() > launch.until or launch.take.ended.done():
            return None
        launch.opened()
        secret = secrets.token_urlsafe(32)
        self._by_secret[_hash(secret)] = launch.take
        return secret, launch.take

    def of(self, secret: str) -> Take | None:
        return self._by_secret.get(_hash(secret))

    def forget(self, take: Take) -> None:
        """Its page is nobody any more."""
        self._launches = {key: launch for key, launch in self._launches.items() if launch.take is not take}
        self._by_secret = {key: one for key, one in self._by_secret.items() if one is not take}


def sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode(errors="replace")).digest()
