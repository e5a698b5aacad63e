"""State polls against a bare aiohttp handler, with 10 and with 10,000 rooms; and the memory of 1,000 rooms.

``python -m tests.benchmarks.polls`` prints ratios measured in turns in one run.
"""

import asyncio
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import psutil

from bridge.folder import STORE
from bridge.rooms.model import PRESETS, Room
from bridge.rooms.names import new_id
from bridge.store.database import Database
from bridge.store.rooms import Rooms
from tests.benchmarks.load import answers_per_second

TURNS, SECONDS = 5, 1.5
BARE = """
import asyncio
from aiohttp import web

async def state(request):
    return web.Response(text="ready\\n")

async def main():
    app = web.Application()
    app.router.add_get("/r/{room}/state", state)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
SERVICE = """
import asyncio, sys
from pathlib import Path
from bridge.service import running
from bridge.settings import load

async def main():
    data = Path(sys.argv[1])
    loaded = load(None, data, {"listen": "127.0.0.1:0", "media": "rehearsal"})
    async with running(loaded, data) as bridge:
        user = bridge.parts.accounts.first()
        print(bridge.url, bridge.parts.keys.key(user.id), user.id, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@asynccontextmanager
async def program(code: str, *arguments: str) -> AsyncIterator[tuple[list[str], int]]:
    """A Python program in its own process: the words of its first line, and its pid."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        yield (await process.stdout.readline()).decode().split(), process.pid
    finally:
        process.kill()
        await process.wait()


async def fill(data: Path, rooms: int) -> None:
    """Give a data folder that was started once this many open rooms."""
    async with program(SERVICE, str(data)) as (words, _):
        owner = words[2]
    database = Database(data / STORE)
    store = Rooms(database, lambda room: {})
    first = Room(new_id(), "room-0", "Room 0", owner, PRESETS["team"], False, "", "", 1, 1, 1)
    many = (replace(first, id=new_id(), slug=f"room-{n}", name=f"Room {n}") for n in range(rooms))
    await asyncio.gather(*(store.save(room) for room in many))
    await database.aclose()


async def compare(rooms: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        await fill(data, rooms)
        async with program(BARE) as (bare, _), program(SERVICE, str(data)) as (words, pid):
            url, key = words[0], words[1]
            pairs = []
            for _ in range(TURNS):
                floor = await answers_per_second(f"{bare[0]}/r/room-1/state", {}, SECONDS)
                ours = await answers_per_second(f"{url}/r/room-1/state", {"X-Bridge-Key": key}, SECONDS)
                pairs.append((ours, floor))
            ratio = statistics.median(ours / floor for ours, floor in pairs)
            memory = psutil.Process(pid).memory_info().rss / 2**20
            ours, floor = (statistics.median(side) for side in zip(*pairs, strict=True))
            print(
                f"{rooms:>6} rooms: {ours:,.0f} polls/s, bare aiohttp {floor:,.0f}/s, ratio {ratio:.2f} (goal 0.80); "
                f"memory {memory:.0f} MB" + (" (goal 80)" if rooms == 1000 else "")
            )


async def main() -> None:
    for rooms in (10, 1000, 10_000):
        await compare(rooms)


if __name__ == "__main__":
    asyncio.run(main())
