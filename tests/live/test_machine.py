"""What an operator's machine lives through: crashes of the bridge, of its server, and an antivirus."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from livekit import api

from bridge.livekit_server.config import own_keys
from tests.live.machine import Machine
from tests.live.participant import Participant
from tests.live.studio import eventually

STORM_SECONDS = float(os.environ.get("STORM_SECONDS", "60"))
PRESSES_PER_SECOND = 20


@pytest.fixture
async def machine(tmp_path: Path, livekit_binary: Path) -> AsyncIterator[Machine]:
    async with Machine(tmp_path, livekit_binary) as machine:
        yield machine


async def livekit_rooms(machine: Machine) -> set[str]:
    """The rooms of the machine's server, by its own word."""
    keys = own_keys(machine.data / "livekit")
    url = f"http://127.0.0.1:{_port(machine)}"
    async with api.LiveKitAPI(url, keys.api_key, keys.api_secret) as livekit, asyncio.timeout(5):
        return {room.name for room in (await livekit.room.list_rooms(api.ListRoomsRequest())).rooms}


def _port(machine: Machine) -> int:
    return next(c.laddr.port for c in psutil.Process(machine.server_pid).net_connections() if c.status == "LISTEN")


async def test_a_killed_bridge_leaves_the_call_and_the_next_start_takes_it_over(machine: Machine) -> None:
    await machine.press("main-stage/create")
    server = machine.server_pid
    async with Participant(*await machine.join("main-stage", "jane")) as jane:
        await jane.expect("connected")
        await machine.kill()
        async with asyncio.timeout(10):
            await machine.start()
        assert machine.server_pid == server
        await eventually(lambda: _is_live(machine), within=30)
        status, line = await machine.press("main-stage/stop")
        assert (status, "stopped" in line) == (200, True), line


async def test_a_killed_server_is_back_with_its_rooms_and_the_press_works(machine: Machine) -> None:
    await machine.press("main-stage/create")
    before = await livekit_rooms(machine)
    server = machine.server_pid
    machine.kill_server()
    began = time.monotonic()

    async def healed() -> bool:
        try:
            return machine.server_pid != server and await livekit_rooms(machine) == before
        except Exception:  # the server is on its way
            return False

    await eventually(healed, within=10)
    print(f"\nlivekit-server killed: its rooms are back after {time.monotonic() - began:.2f} s")
    await eventually(lambda: _healthy(machine), within=5)
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
    slugs = [f"room-{number}" for number in range(4)]
    for slug in slugs:
        await machine.press(f"{slug}/create")
    ends = time.monotonic() + STORM_SECONDS
    statuses: list[int] = []

    async def presses() -> None:
        count = 0
        while time.monotonic() < ends:
            slug, verb = slugs[count % len(slugs)], ("start", "stop", "start", "set")[(count // len(slugs)) % 4]
            began = time.monotonic()
            status, line = await machine.press(
                f"{slug}/{verb}", **({"max": str(5 + count % 9)} if verb == "set" else {})
            )
            assert status in (200, 502, 504), line
            assert time.monotonic() - began < 3.5
            statuses.append(status)
            count += 1
            await asyncio.sleep(max(0.0, 1 / PRESSES_PER_SECOND - (time.monotonic() - began)))

    async def crashes() -> None:
        while time.monotonic() < ends:
            await asyncio.sleep(1)
            try:
                machine.kill_server()
            except (psutil.Error, OSError, ValueError):
                continue

    await asyncio.gather(presses(), crashes())
    kept = {status: statuses.count(status) for status in sorted(set(statuses))}
    print(f"\nstorm: {len(statuses)} presses answered {kept}")

    async def agree() -> bool:
        try:
            wanted = await _calls_wanted(machine)
            return await machine.health() == 200 and await livekit_rooms(machine) == wanted
        except Exception:  # the server is on its way
            return False

    await eventually(agree, within=30)


async def _calls_wanted(machine: Machine) -> set[str]:
    """The LiveKit names of the rooms that the store says are open."""
    tables = json.loads((machine.data / "store.json").read_text())
    return {room["call"] for room in tables["rooms"].values() if room["active"]}


async def _is_live(machine: Machine) -> bool:
    return (await machine.press("main-stage/state"))[1] == "live"


async def _healthy(machine: Machine) -> bool:
    return await machine.health() == 200
