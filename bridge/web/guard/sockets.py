"""How many WebSockets may be open: until they have shown a code per address, then per code, and all together."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import WSMsgType, web

from bridge.errors import TooManyRequests
from bridge.web.guard.descriptors import ceiling
from bridge.web.guard.limits import network

UNPROVEN = 8
PER_CODE = 2000
"""A webinar's audience comes by one link."""
IN_ALL = 8000
"""Or half of what callers may have, where that is less: pages keep nobody from the controls."""


async def first_text(socket: web.WebSocketResponse, seconds: float) -> str:
    """What it says first, by which it is known; empty where that is no text. Raises ``TimeoutError``."""
    async with asyncio.timeout(seconds):
        message = await socket.receive()
    return str(message.data) if message.type is WSMsgType.TEXT else ""


class Sockets:
    """Counts them."""

    def __init__(self) -> None:
        self._open = 0
        self._unproven: Counter[str] = Counter()
        self._by_code: Counter[str] = Counter()

    @contextmanager
    def one(self, address: str) -> Iterator["Socket"]:
        """One from this address, for as long as the block lasts. Raises ``TooManyRequests``."""
        place = network(address)
        if self._open >= min(IN_ALL, ceiling() // 2):
            raise TooManyRequests("too many pages are open", "try again in a minute")
        if self._unproven[place] >= UNPROVEN:
            raise TooManyRequests("too many connections from this address have not said yet what they want")
        socket = Socket(self._unproven, self._by_code, place)
        self._open += 1
        try:
            yield socket
        finally:
            self._open -= 1
            socket.gone()


class Socket:
    """One of them."""

    def __init__(self, unproven: Counter[str], by_code: Counter[str], place: str) -> None:
        self._unproven, self._by_code = unproven, by_code
        self._counted: tuple[Counter[str], str] | None = None
        self._count(unproven, place)

    def proven(self, code: str, most: int = PER_CODE) -> None:
        """It has shown a code that opens something, which ``most`` may at once. Raises ``TooManyRequests``."""
        if self._by_code[code] >= most:
            raise TooManyRequests("too many pages are open by this link", "try again in a minute")
        self.gone()
        self._count(self._by_code, code)

    def gone(self) -> None:
        if self._counted is not None:
            counter, key = self._counted
            counter[key] -= 1
            if not counter[key]:
                del counter[key]
            self._counted = None

    def _count(self, counter: Counter[str], key: str) -> None:
        counter[key] += 1
        self._counted = (counter, key)
