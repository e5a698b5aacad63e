"""A server that hangs is replaced, and one that answers never is, however slow it is for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from livekit import api

from bridge.livekit_server import watch
from bridge.livekit_server.config import ServerConfig
from bridge.livekit_server.health import answers
from bridge.livekit_server.process import LocalServer
from bridge.livekit_server.watch import Patience, Silence
from tests.livekit_server.conftest import MakeServer
from tests.livekit_server.test_process import client, enter, orphan, posix_only, until

SHORT = Patience(every=0.1, tries=4)


@contextmanager
def hanging(pid: int | None) -> Iterator[None]:
    """It listens and takes connections, and does nothing with them."""
    process = psutil.Process(pid)
    process.suspend()
    try:
        yield
    finally:
        if process.is_running():
            process.resume()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[bool | None]:
    """What the server answered to each question so far."""
    said: list[bool | None] = []

    async def noted(port: int, timeout: float) -> bool | None:
        said.append(await answers(port, timeout))
        return said[-1]

    monkeypatch.setattr(watch, "answers", noted)
    return said


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]


async def is_replaced(server: LocalServer, caplog: pytest.LogCaptureFixture) -> None:
    """It is ended and started again, and the log says so once."""
    first = server.status.pid
    assert first
    with hanging(first):
        await until(lambda: server.status.restarts == 1)
        assert not psutil.pid_exists(first) or psutil.Process(first).status() == psutil.STATUS_ZOMBIE
    assert (server.status.state, server.status.adopted, server.status.pid == first) == ("running", False, False)
    assert errors(caplog) == [
        f"livekit-server (process {first}) hangs: it runs, but has not answered for 0.4 s; it is ended at once and "
        "started again"
    ]


async def test_a_server_that_hangs_is_replaced_and_its_people_come_back(
    make_server: MakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    server = make_server(patience=SHORT)
    await server.start()
    async with await enter(server) as ann:
        await ann.expect("connected")
        await is_replaced(server, caplog)
        async with client(server) as livekit:
            await livekit.room.create_room(api.CreateRoomRequest(name="main"))
        await ann.expect("reconnected", timeout=30)


async def test_one_that_was_taken_over_counts_as_well(
    make_server: MakeServer,
    livekit_binary: Path,
    tmp_path: Path,
    config: ServerConfig,
    caplog: pytest.LogCaptureFixture,
) -> None:
    pid = orphan(livekit_binary, tmp_path, config.port)
    server = make_server(patience=SHORT)
    await server.start()
    assert (server.status.pid, server.status.adopted) == (pid, True)
    await is_replaced(server, caplog)


async def test_one_that_is_slow_for_a_while_goes_on(
    make_server: MakeServer, heard: list[bool | None], caplog: pytest.LogCaptureFixture
) -> None:
    server = make_server(patience=Patience(every=0.1, tries=100))
    await server.start()
    pid = server.status.pid
    for _ in range(2):
        with hanging(pid):
            heard.clear()
            await until(lambda: heard[-3:] == [None] * 3)
        await until(lambda: heard[-1] is True)
    assert (server.status.pid, server.status.restarts, errors(caplog)) == (pid, 0, [])


@posix_only
async def test_one_that_takes_its_time_to_start_is_not_watched_yet(
    make_server: MakeServer, livekit_binary: Path, tmp_path: Path, heard: list[bool | None]
) -> None:
    slow = tmp_path / "slow-server"
    slow.write_text(f'#!/bin/sh\nsleep 1\nexec "{livekit_binary}" "$@"\n')
    slow.chmod(0o755)
    server = make_server(binary=slow, patience=Patience(every=0.1, tries=2))
    await server.start()
    await until(lambda: True in heard)
    assert server.status.restarts == 0


def silence(*tries: tuple[bool, float]) -> list[bool]:
    """After each try (answered, at which second) whether it is too long, with the patience of every day."""
    now = Silence(Patience(), 0.0)
    verdicts = []
    for answered, at in tries:
        now.note(answered, at)
        verdicts.append(now.too_long)
    return verdicts


def test_ten_seconds_without_an_answer_are_a_hang() -> None:
    assert Patience().seconds == 10
    assert silence((True, 2.5), *((False, 5.0 + 2.5 * n) for n in range(4))) == [False] * 4 + [True]


def test_each_answer_begins_anew() -> None:
    slow = [(n % 4 == 3, 2.5 * n) for n in range(1, 40)]
    assert True not in silence(*slow)


@pytest.mark.parametrize("asleep", [8.0, 60.0, 100_000.0])
@pytest.mark.parametrize("missed", range(4))
def test_a_machine_that_slept_has_missed_no_answer(asleep: float, missed: int) -> None:
    """Whenever it went to sleep, the server then has all the time again, to wake up in."""
    before = [(False, 2.5 * (n + 1)) for n in range(missed)]
    woken = 2.5 * missed + asleep
    after = [(False, woken + 2.5 * n) for n in range(5)]
    assert silence(*before, *after) == [False] * (missed + 4) + [True]
