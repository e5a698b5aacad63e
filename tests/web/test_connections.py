"""Connections: how long one is kept, and which one gives way."""

import asyncio
import logging
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import psutil
import pytest

from bridge.web import connections
from tests.bridges import Bridge

OK = b"HTTP/1.1 200 OK"
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Ends]:
    """A bare connection."""
    async with asyncio.timeout(5):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str = "/health", key: str = ""
) -> bytes:
    """One request on a connection that is kept, and its status line."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Bridge-Key: {key}\r\n\r\n".encode())
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
    return head.partition(b"\r\n")[0]


async def hung_up(reader: asyncio.StreamReader) -> bool:
    """The bridge closed the connection without a word."""
    try:
        async with asyncio.timeout(5):
            return await reader.read() == b""
    except ConnectionResetError:
        return True


async def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """So much time passes for the event loop; what was due in it is done on return."""
    loop = asyncio.get_running_loop()
    now = loop.time
    monkeypatch.setattr(loop, "time", lambda: now() + seconds)
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_connection_that_asks_once_a_minute_is_kept(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    async with connected(bridge.url) as (reader, writer):
        for _ in range(3):
            assert await ask(reader, writer) == OK
            await later(monkeypatch, 61)
        assert await ask(reader, writer) == OK
        await later(monkeypatch, 80)
        assert await hung_up(reader)


async def test_a_connection_that_sends_nothing_is_closed_after_10_s(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(bridge.url) as (silent, _), connected(bridge.url) as (reader, writer):
        await later(monkeypatch, 9)
        assert await ask(reader, writer) == OK
        await later(monkeypatch, 2)
        assert await hung_up(silent)
        assert await ask(reader, writer) == OK


async def test_a_head_that_drips_is_not_waited_for(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the first one of a connection nor a later one."""
    async with connected(bridge.url) as (fresh, fresh_writer), connected(bridge.url) as (kept, kept_writer):
        for writer in (fresh_writer, kept_writer):
            assert writer is fresh_writer or await ask(kept, kept_writer) == OK
            writer.write(b"GET /health HTTP/1.1\r\n")
        for number in range(4):
            for writer in (fresh_writer, kept_writer):
                writer.write(f"X-{number}: x\r\n".encode())
            assert await bridge_has_read(bridge)
            await later(monkeypatch, 3)
        assert await hung_up(fresh)
        assert await hung_up(kept)


async def test_a_head_in_pieces_is_taken_within_10_s(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    async with connected(bridge.url) as (reader, writer):
        for _ in range(3):
            for piece in (b"GET /hea", b"lth HTTP/1.1\r\nHost: loc"):
                writer.write(piece)
                assert await bridge_has_read(bridge)
                await later(monkeypatch, 4)
            writer.write(b"alhost\r\n\r\n")
            async with asyncio.timeout(5):
                assert b"200 OK" in await reader.readuntil(b"version=0.1.0\n")
            await later(monkeypatch, 20)


async def bridge_has_read(bridge: Bridge) -> bool:
    """What was sent before is read: a later caller was answered."""
    return (await bridge.get("/health")).status == 200


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Connected, and no more."""


async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"GET /health HTTP/1.1\r\nHost: local")


async def kept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    assert await ask(reader, writer) == OK


async def without_a_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"POST /api/conferences-public/createToken HTTP/1.1\r\nHost: localhost\r\n")
    writer.write(b"Content-Type: application/json\r\nContent-Length: 99\r\n\r\n")


@asynccontextmanager
async def up(folder: Path, limits: str) -> AsyncIterator[tuple[str, psutil.Process, Path]]:
    """``vmix-bridge up`` under these limits of a shell: its url, itself and its log."""
    words = f"{limits}; exec {sys.executable} -m bridge up --listen 127.0.0.1:0 --media rehearsal --data {folder}"
    process = await asyncio.create_subprocess_exec("sh", "-c", words, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE)
    assert process.stderr
    try:
        async with asyncio.timeout(20):
            said = await process.stderr.readuntil(b", media:")
        yield (
            said.decode().partition(" on ")[2].partition(",")[0],
            psutil.Process(process.pid),
            folder / "logs/bridge.log",
        )
    finally:
        process.terminate()
        await process.communicate()


posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows counts no descriptors")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the limits of another process")
async def test_the_soft_limit_is_raised_to_the_hard_one(tmp_path: Path) -> None:
    async with up(tmp_path, "ulimit -Sn 64; ulimit -Hn 512") as (_, process, _):
        if sys.platform == "linux":
            assert process.rlimit(psutil.RLIMIT_NOFILE) == (512, 512)


@posix
@pytest.mark.parametrize("begin", [silent, dripping, kept, without_a_body])
async def test_a_press_goes_through_while_more_connections_stand_than_there_are_descriptors(
    tmp_path: Path, begin: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
) -> None:
    """All from one address; the oldest give way, and the log says so once."""
    async with up(tmp_path, "ulimit -n 256") as (url, _, log), AsyncExitStack() as stack:
        token = (tmp_path / "token").read_text().strip()
        ends = []
        for _ in range(400):
            ends.append(await stack.enter_async_context(connected(url)))
            await begin(*ends[-1])
        for path in ("/r/main/create", "/r/main/stop", "/r/main/start", "/r/main/state"):
            async with connected(url) as pressing:
                assert await ask(*pressing, path, token) == OK
        assert await hung_up(ends[0][0])
        if begin is kept:
            assert await ask(*ends[-1]) == OK
        said = log.read_text()
    assert said.count("descriptors run short") == 1
    assert "out of system resource" not in said
    assert "Traceback" not in said


async def test_an_accept_that_fails_is_said_once_a_minute_and_idle_connections_give_way(
    bridge: Bridge, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """asyncio says it a hundred times a second, and only a machine in need can bring it about."""
    loop = asyncio.get_running_loop()
    failed = {"message": connections.ACCEPT_FAILED, "exception": OSError(24, "Too many open files")}
    async with connected(bridge.url) as (idle, _), connected(bridge.url) as (reader, writer):
        assert await ask(reader, writer) == OK
        await later(monkeypatch, 1)
        for _ in range(3):
            loop.call_exception_handler(failed)
            await asyncio.sleep(0)
        assert await hung_up(idle)
        for _ in range(300):
            loop.call_exception_handler(failed)
        await later(monkeypatch, 50)
        loop.call_exception_handler(failed)
        await later(monkeypatch, 0)
        lines = [record for record in caplog.records if record.levelno >= logging.WARNING]
        assert [record.name for record in lines] == ["bridge.web.connections"]
        await later(monkeypatch, 15)
        loop.call_exception_handler(failed)
        await later(monkeypatch, 0)
    assert [record.name for record in caplog.records if record.levelno >= logging.WARNING] == [lines[0].name] * 2


async def test_anything_else_that_goes_wrong_in_the_loop_is_said_as_ever(
    bridge: Bridge, caplog: pytest.LogCaptureFixture
) -> None:
    asyncio.get_running_loop().call_exception_handler({"message": "something else"})
    assert ("asyncio", logging.ERROR, "something else") in caplog.record_tuples
