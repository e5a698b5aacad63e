"""Connections: how long one is kept, and which one gives way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.bridges import Bridge


@asynccontextmanager
async def connected(bridge: Bridge) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A bare connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(bridge.url.rpartition(":")[2]))
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """One request on a connection that is kept, and its status line."""
    writer.write(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
    return head.partition(b"\r\n")[0]


async def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """So much time passes for the event loop; what was due in it is done on return."""
    loop = asyncio.get_running_loop()
    now = loop.time
    monkeypatch.setattr(loop, "time", lambda: now() + seconds)
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_connection_that_asks_once_a_minute_is_kept(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    async with connected(bridge) as (reader, writer):
        for _ in range(3):
            assert await ask(reader, writer) == b"HTTP/1.1 200 OK"
            await later(monkeypatch, 61)
        assert await ask(reader, writer) == b"HTTP/1.1 200 OK"
        await later(monkeypatch, 80)
        async with asyncio.timeout(5):
            assert await reader.read() == b""
