"""One lock per room, for as long as somebody holds or awaits it."""

import asyncio
from weakref import WeakValueDictionary


class Locks:
    """``async with locks.of(room_id)``: intent writes of one room follow each other, other rooms are not held up."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, name: str) -> asyncio.Lock:
        lock = self._locks.get(name)
        if lock is None:
            lock = self._locks[name] = asyncio.Lock()
        return lock

    def busy(self, name: str) -> bool:
        lock = self._locks.get(name)
        return lock is not None and lock.locked()
