"""Fixtures of the live tests: a real livekit-server, installed once per user by the bridge's own installer.

Where it cannot be had the tests are skipped with the reason, and fail in CI.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bridge.livekit_server.install import install
from bridge.livekit_server.release import InstallFailed
from tests.live.binary import FOLDER, PROGRAM
from tests.live.server import LiveServer
from tests.needs import alone

T = TypeVar("T")
NewServer = Callable[..., Awaitable[LiveServer]]


@pytest.fixture(scope="session")
def livekit_binary() -> Path:
    """The pinned livekit-server; the first run on a machine may take some minutes."""
    if not PROGRAM.exists():
        print("a livekit-server is made for the tests", file=sys.__stderr__, flush=True)
    try:
        with alone("livekit"):
            return _outside(install(FOLDER))
    except InstallFailed as error:
        reason = f"{error.message}; {error.hint}"
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"no livekit-server for the live tests: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def live_server(livekit_binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The server of the whole session (``auto_create`` off): leave it running, and use room names of your own."""
    server = LiveServer(livekit_binary, tmp_path_factory.mktemp("livekit"))
    _outside(server.start())
    yield server
    _outside(server.stop())


@pytest.fixture
async def new_live_server(livekit_binary: Path, tmp_path: Path) -> AsyncIterator[NewServer]:
    """``await new_live_server(auto_create=True, …)``: a server of the test's own, to kill and restart."""
    servers: list[LiveServer] = []

    async def new(**options: Any) -> LiveServer:
        server = LiveServer(livekit_binary, tmp_path)
        servers.append(server)
        await server.start(**options)
        return server

    yield new
    for server in servers:
        await server.stop()


def _outside(work: Coroutine[Any, Any, T]) -> T:
    """Run it in a thread: a session's fixture must not touch the event loop of a test."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
