"""What an operator's machine lives through: crashes of the bridge, of its server, and an antivirus."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.live.machine import Machine
from tests.live.participant import Participant
from tests.live.storm import storm
from tests.live.studio import eventually

STORM_SECONDS = 20


@pytest.fixture
async def machine(tmp_path: Path, livekit_binary: Path) -> AsyncIterator[Machine]:
    async with Machine(tmp_path, livekit_binary) as machine:
        yield machine


async def test_a_killed_bridge_leaves_the_call_and_the_next_start_takes_it_over(machine: Machine) -> None:
    await machine.press("main-stage/create")
    server = machine.server_pid
    async with Participant(*await machine.join("main-stage", "jane")) as jane:
        await jane.expect("connected")
        await machine.kill()
        await machine.start()
        assert machine.server_pid == server
        await eventually(lambda: _is_live(machine))
        status, line = await machine.press("main-stage/stop")
        assert (status, "stopped" in line) == (200, True), line


async def test_a_killed_server_is_back_with_its_rooms_and_the_press_works(machine: Machine) -> None:
    await machine.press("main-stage/create")
    before = await machine.calls()
    server = machine.server_pid
    machine.kill_server()

    async def healed() -> bool:
        return await machine.calls() == before and machine.server_pid != server

    print(f"\nlivekit-server killed: its rooms are back after {await eventually(healed):.2f} s")
    await eventually(lambda: _healthy(machine))
    assert (await machine.press("main-stage/start"))[0] == 200


async def test_a_binary_taken_away_is_said_in_words(machine: Machine, tmp_path: Path) -> None:
    await machine.press("main-stage/create")
    await machine.stop()
    quarantine = tmp_path / "config.toml"
    quarantine.write_text(quarantine.read_text().replace(str(machine.binary), str(tmp_path / "gone")))
    await machine.start(health=503)
    assert (await machine.press("main-stage/state"))[1] == "check"
    status, line = await machine.press("main-stage/start")
    assert status == 502
    assert "vmix-bridge livekit install" in line


async def test_intent_and_livekit_agree_after_a_storm_of_presses_and_crashes(machine: Machine) -> None:
    answered = await storm(machine, STORM_SECONDS)
    assert answered[200] > 0
    print(f"\nstorm: {answered.total()} presses answered {dict(answered)}")


async def _is_live(machine: Machine) -> bool:
    return (await machine.press("main-stage/state"))[1] == "live"


async def _healthy(machine: Machine) -> bool:
    return await machine.health() == 200
