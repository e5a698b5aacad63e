"""A script on stdout against ``python -c "import click"``: offline, and from the running service.

``python -m tests.benchmarks.cli`` prints ratios measured in turns in one run; the goal is 2.
"""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.polls import SERVICE, fill, program

TURNS = 30


def seconds(*command: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def compare(ways: dict[str, tuple[str, ...]]) -> None:
    floors: list[float] = []
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(TURNS):
        floors.append(seconds("-c", "import click"))
        for way, command in ways.items():
            times[way].append(seconds(*command))
    print(f'python -c "import click": {statistics.median(floors) * 1000:.0f} ms')
    for way, taken in times.items():
        ratio = statistics.median(ours / floor for ours, floor in zip(taken, floors, strict=True))
        print(f"{way}: {statistics.median(taken) * 1000:.0f} ms, ratio {ratio:.2f} (goal 2)")


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        await fill(data, 1)
        async with program(SERVICE, str(data)):
            show = ("-m", "bridge", "--data", str(data), "scripts", "show", "room-0", "create")
            ways = {"offline": (*show, "--key", "made-up-key"), "from the service": show}
            await asyncio.to_thread(compare, ways)


if __name__ == "__main__":
    asyncio.run(main())
