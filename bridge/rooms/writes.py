"""Writing down what somebody wants, whether they still wait for it or not."""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from typing import Any, TypeVar

from bridge.errors import StoreStalled
from bridge.rooms.countdown import Countdown

T = TypeVar("T")


class Writes:
    """Each one runs in a task of its own: it keeps the room's lock until its write has settled, and goes on to its end
    whether its caller still waits or not. ``wake`` is told of the rooms it changed.
    """

    def __init__(self, wake: Callable[[str], None]) -> None:
        self._wake = wake
        self._under_way: set[asyncio.Task[Any]] = set()

    async def aclose(self) -> None:
        """Build on nothing any more. What the store accepted is written all the same."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def carried_out(
        self, work: Coroutine[Any, Any, T], within: Countdown | None, rooms_of: Callable[[T], Collection[str]]
    ) -> T:
        """What ``work`` answers. Raises what it met, and ``StoreStalled`` when ``within`` (one press if left out) is
        over: it is carried out all the same.
        """
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        seconds = (within or Countdown()).left()
        try:
            await asyncio.wait([task], timeout=seconds)
            if not task.done():
                raise StoreStalled(seconds)
        except BaseException:
            task.add_done_callback(lambda task: self._landed(task, rooms_of))
            raise
        written = task.result()
        for room_id in rooms_of(written):  # here, so that the caller who waits for the reconciler next shares its run
            self._wake(room_id)
        return written

    def _landed(self, task: asyncio.Task[T], rooms_of: Callable[[T], Collection[str]]) -> None:
        """Nobody waited for it any more. Why it failed, if it did, stands in the log of the store."""
        if not task.cancelled() and task.exception() is None:
            for room_id in rooms_of(task.result()):
                self._wake(room_id)
