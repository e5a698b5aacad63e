"""Presses and crashes at once, and then peace: ``python -m tests.live.storm [seconds]``.

Four rooms are started, stopped and changed twenty times a second while the machine's livekit-server is killed once a
second. Afterwards LiveKit must hold exactly the calls that the store says are open.
"""

import asyncio
import json
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil

from bridge.livekit_server.install import install
from tests.live.binary import FOLDER
from tests.live.machine import Machine
from tests.live.studio import eventually

SLUGS = [f"room-{number}" for number in range(4)]
VERBS = ("start", "stop", "start", "set")
PRESS_EVERY, CRASH_EVERY = 0.05, 1.0


async def storm(machine: Machine, seconds: float) -> Counter[int]:
    """How many presses were answered with which status. Raises ``AssertionError`` for any other than the promised."""
    for slug in SLUGS:
        await machine.press(f"{slug}/create")
    answered: Counter[int] = Counter()
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as both:
            both.create_task(_presses(machine, answered))
            both.create_task(_crashes(machine))
    await eventually(lambda: _agrees(machine))
    return answered


async def _presses(machine: Machine, answered: Counter[int]) -> None:
    for count in range(10**9):
        slug, verb = SLUGS[count % len(SLUGS)], VERBS[count // len(SLUGS) % len(VERBS)]
        policy = {"max": str(5 + count % 9)} if verb == "set" else {}
        pause = asyncio.create_task(asyncio.sleep(PRESS_EVERY))
        status, line = await machine.press(f"{slug}/{verb}", **policy)
        assert status in (200, 502, 504), line
        answered[status] += 1
        await pause


async def _crashes(machine: Machine) -> None:
    while True:
        await asyncio.sleep(CRASH_EVERY)
        with suppress(psutil.Error, OSError, ValueError):  # it is dead already
            machine.kill_server()


async def _agrees(machine: Machine) -> bool:
    rooms = json.loads((machine.data / "store.json").read_text())["rooms"].values()
    wanted = {room["call"] for room in rooms if room["active"]}
    return await machine.health() == 200 and await machine.calls() == wanted


async def main(seconds: float) -> None:
    binary = await install(FOLDER)
    with tempfile.TemporaryDirectory() as folder:
        async with Machine(Path(folder), binary) as machine:
            answered = await storm(machine, seconds)
    print(f"{answered.total()} presses in {seconds:.0f} s, answered {dict(answered)}; LiveKit and the store agree")


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 600))
