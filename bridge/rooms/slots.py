"""Places for what may go on at the same time: whoever waits longest gets the next one."""

import asyncio
from collections import deque


class Slots:
    """``most`` of them; 0 for as many as are asked for."""

    def __init__(self, most: int) -> None:
        self._most, self._taken = most, 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def free(self) -> bool:
        return not self._most or self._taken < self._most

    def take(self) -> None:
        """One that goes on already, whether there is a place or not."""
        self._taken += 1

    def give(self) -> None:
        self._taken -= 1
        while self._waiting and self.free:
            turn = self._waiting.popleft()
            if not turn.done():
                self.take()
                turn.set_result(None)

    async def wait(self) -> None:
        """Take one once it is our turn."""
        if self.free:
            self.take()
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.give()
            raise
