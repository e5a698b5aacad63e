"""Who was blocked or promoted stays so when the bridge is killed, also who goes past our pages and past the bridge."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.live.machine import Machine
from tests.live.participant import Participant

MICROPHONE = "microphone"
ROOM = "show"


@pytest.fixture
async def machine(tmp_path: Path, livekit_binary: Path) -> AsyncIterator[Machine]:
    async with Machine(tmp_path, livekit_binary) as machine:
        await pressed(machine, "create", webinar="1")
        yield machine


@asynccontextmanager
async def inside(machine: Machine, token: str) -> AsyncIterator[Participant]:
    """A client that speaks to LiveKit itself, and never to the bridge."""
    async with Participant(machine.server_url, token) as person:
        await person.expect("connected")
        yield person


async def pressed(machine: Machine, verb: str, **params: str) -> None:
    status, line = await machine.press(f"{ROOM}/{verb}", **params)
    assert status == 200, line


async def told(person: Participant, *, microphone: bool) -> None:
    """LiveKit says what they may send now. Events of before do not count."""
    while (MICROPHONE in (await person.expect("permissions"))["sources"]) is not microphone:
        pass


async def the_next_bridge(machine: Machine) -> None:
    await machine.kill()
    await machine.start()


async def test_who_is_blocked_stays_so_after_a_kill_whatever_token_they_come_by(machine: Machine) -> None:
    old = (await machine.join(ROOM, "ann", owner=True))[1]
    async with inside(machine, old) as ann:
        assert await ann.publish(MICROPHONE)
        await pressed(machine, "block", who="ann", what="mic")
        await told(ann, microphone=False)
        await machine.kill()
        assert not await ann.publish(MICROPHONE)
    async with inside(machine, old) as ann:
        assert await ann.publish(MICROPHONE)  # nobody is there who would mind
        await machine.start()
        await told(ann, microphone=False)
        assert not await ann.publish(MICROPHONE)
        assert await ann.publish("camera")
    async with inside(machine, old) as ann:  # the right that its token gives is taken when it is seen
        await told(ann, microphone=False)
        assert not await ann.publish(MICROPHONE)
    async with inside(machine, (await machine.join(ROOM, "ann", owner=True))[1]) as ann:
        assert not await ann.publish(MICROPHONE)
        await pressed(machine, "allow", who="ann", what="mic")
        assert await ann.publish(MICROPHONE)


async def test_who_is_promoted_stays_so_after_a_kill_whatever_token_they_come_by(machine: Machine) -> None:
    old = (await machine.join(ROOM, "guest"))[1]
    async with inside(machine, old) as guest:
        assert not await guest.publish(MICROPHONE)
        await pressed(machine, "promote", who="guest")
        await told(guest, microphone=True)
        await machine.kill()
        assert await guest.publish(MICROPHONE)
    async with inside(machine, old) as guest:
        await machine.start()
        await told(guest, microphone=True)
        assert await guest.publish(MICROPHONE)
    async with inside(machine, (await machine.join(ROOM, "guest"))[1]) as guest:
        assert await guest.publish(MICROPHONE)
        await pressed(machine, "demote", who="guest")
        await told(guest, microphone=False)
        assert not await guest.publish(MICROPHONE)
