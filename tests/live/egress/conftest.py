"""Fixtures of the tests of egress: one Redis and one livekit-server for the session, a worker for each test."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.live.egress.binary import install
from tests.live.egress.worker import Redis, Worker, room_on
from tests.live.server import LiveServer
from tests.needs import had
from tests.ports import free_port


@dataclass(frozen=True)
class Studio:
    """``hook`` is where this server tells what happens."""

    server: LiveServer
    redis: Redis
    program: Path
    hook: str


@pytest.fixture(scope="session")
def studio(livekit_binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    program = had("egress worker", install)
    folder = tmp_path_factory.mktemp("egress")
    hook = f"http://127.0.0.1:{free_port()}/livekit/webhook"
    server = LiveServer(livekit_binary, folder)
    with Redis(folder) as redis:
        _outside(server.start(redis=redis.address, webhook=hook))
        yield Studio(server, redis, program, hook)
        _outside(server.stop())


@pytest.fixture
async def worker(studio: Studio) -> AsyncIterator[Worker]:
    async with Worker(studio.program, studio.redis.address, studio.server) as worker:
        yield worker


@pytest.fixture
async def call(studio: Studio) -> AsyncIterator[str]:
    """A running call of this test's own."""
    async with room_on(studio.server, f"call-{secrets.token_hex(4)}") as name:
        yield name


def _outside(work: Coroutine[Any, Any, None]) -> None:
    """Run it in a thread: a session's fixture must not touch the event loop of a test."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
