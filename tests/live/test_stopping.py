"""Ctrl+C on an operator's machine: with people inside it ends the bridge alone, unless it is meant to end the calls."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
import pytest
from livekit import api

from bridge.livekit_server.config import own_keys
from tests.live.machine import Machine
from tests.live.participant import Participant
from tests.live.studio import eventually

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process there is sent no Ctrl+C of its own")
TALK = "stopping with people inside:"
AGAIN = "To end their calls, press Ctrl+C again"


@pytest.fixture
async def machine(tmp_path: Path, livekit_binary: Path) -> AsyncIterator[Machine]:
    async with Machine(tmp_path, livekit_binary) as machine:
        yield machine


async def enter(machine: Machine, stack: AsyncExitStack, slug: str, *identities: str) -> list[Participant]:
    """Make the room, and have these people inside."""
    await machine.press(f"{slug}/create")
    people = []
    for identity in identities:
        people.append(await stack.enter_async_context(Participant(*await machine.join(slug, identity))))
        await people[-1].expect("connected")
    return people


async def inside(machine: Machine) -> dict[tuple[str, str], str]:
    """Who is in which call of the machine's server, by its own word: call and identity, and their session."""
    keys = own_keys(machine.data)
    connections = psutil.Process(machine.server_pid).net_connections()
    port = next(found.laddr.port for found in connections if found.status == "LISTEN")
    found: dict[tuple[str, str], str] = {}
    async with api.LiveKitAPI(f"http://127.0.0.1:{port}", keys.api_key, keys.api_secret) as livekit:
        for room in (await livekit.room.list_rooms(api.ListRoomsRequest())).rooms:
            people = (await livekit.room.list_participants(api.ListParticipantsRequest(room=room.name))).participants
            found |= {(room.sid, person.identity): person.sid for person in people}
    return found


def runs(pid: int) -> bool:
    """One whose bridge was killed may have no parent to take note of its end."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_with_people_inside_the_call_goes_on_and_the_next_up_takes_it_over(machine: Machine, number: int) -> None:
    async with AsyncExitStack() as stack:
        jane, bob = await enter(machine, stack, "main-stage", "jane", "bob")
        await machine.press("empty/create")
        server, before = machine.server_pid, await inside(machine)
        machine.interrupt(number)
        await machine.ended()
        said = machine.log.read_text()
        assert f"{TALK}\n  main-stage: jane, bob\nTheir calls go on without the bridge" in said
        assert (AGAIN in said) is (number == signal.SIGINT)
        assert await machine.health() == 0
        assert await inside(machine) == before
        await machine.start()
        assert machine.server_pid == server
        for person in (jane, bob):  # the SDK of these two comes back with a new session, in the same call
            await person.expect("reconnected")
            assert "disconnected" not in [event["event"] for event in person.events]
        assert set(await inside(machine)) == set(before)
        await eventually(lambda: is_live(machine))
        status, line = await machine.press("main-stage/stop")
        assert (status, "stopped" in line) == (200, True), line
        assert not await inside(machine)


async def test_a_second_ctrl_c_ends_the_calls_and_a_third_breaks_nothing(machine: Machine) -> None:
    async with AsyncExitStack() as stack:
        await enter(machine, stack, "main-stage", "jane")
        server = machine.server_pid
        machine.interrupt()
        await machine.said(AGAIN)
        assert await machine.health() == 200
        machine.interrupt()
        await machine.said("ending the calls")
        machine.interrupt()
        await machine.ended()
        assert not runs(server)


async def test_a_second_signal_while_it_ends_ends_the_calls(machine: Machine) -> None:
    """SIGTERM waits for nobody, but the end of the bridge waits for a request whose body never comes."""
    async with AsyncExitStack() as stack:
        await enter(machine, stack, "main-stage", "jane")
        server = machine.server_pid
        _, halfway = await asyncio.open_connection("127.0.0.1", int(machine.url.rpartition(":")[2]))
        stack.callback(halfway.transport.abort)
        head = f"POST /r/main-stage/start HTTP/1.1\r\nHost: localhost\r\nx-access-token: {machine.token}\r\n"
        halfway.write(f"{head}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{{".encode())
        await halfway.drain()
        assert await machine.health() == 200
        machine.interrupt(signal.SIGTERM)
        await machine.said("takes them over")
        assert AGAIN not in machine.log.read_text()
        machine.interrupt(signal.SIGTERM)
        await machine.said("ending the calls")
        await machine.ended()
        assert not runs(server)


async def test_told_to_end_the_calls_one_ctrl_c_ends_them(tmp_path: Path, livekit_binary: Path) -> None:
    async with Machine(tmp_path, livekit_binary, "--end-calls") as machine, AsyncExitStack() as stack:
        await enter(machine, stack, "main-stage", "jane")
        server = machine.server_pid
        await machine.stop()
        assert TALK not in machine.log.read_text()
        assert not runs(server)


async def test_with_nobody_inside_the_server_ends_too(machine: Machine) -> None:
    async with AsyncExitStack() as stack:
        (jane,) = await enter(machine, stack, "main-stage", "jane")
        await machine.kill()
        await machine.start()  # a server that was taken over is no other
        await jane.expect("reconnected")
        await jane.leave()
    server = machine.server_pid
    await machine.stop()
    assert TALK not in machine.log.read_text()
    assert not runs(server)


async def is_live(machine: Machine) -> bool:
    return (await machine.press("main-stage/state"))[1] == "live"
