"""A thousand rooms with people inside, and LiveKit telling of 200 changes a second, on a media server of the tests.

``python -m tests.benchmarks.live_rooms`` prints what that costs the bridge, and how old what it says is: for a program
that listens, for one that asks at once, and for one that asks every second. The people have no pages of the bridge.
"""

import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil

from tests.benchmarks.crowd import KEY, SECRET
from tests.benchmarks.polls import program

ROOMS, PEOPLE, PER_SECOND, SECONDS = 1000, 5, 200, 60
POLLED = 10
"""Rooms that the polling client asks for every second."""
ASK_SECONDS = 0.05
LATE_SECONDS = 3
STUB = "import asyncio, sys; from tests.benchmarks.crowd import main; asyncio.run(main(int(sys.argv[1])))"
SERVICE = """
import asyncio, sys
from pathlib import Path
from bridge.service import running
from bridge.settings import load

async def main():
    data, url, key, secret = Path(sys.argv[1]), *sys.argv[2:]
    livekit = {"url": url, "api_key": key, "api_secret": secret}
    async with running(load(None, data, {"listen": "127.0.0.1:0", "livekit": livekit}), data) as bridge:
        user = bridge.parts.accounts.first()
        print(bridge.url, bridge.parts.keys.key(user.id), flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


Seen = list[tuple[str, int, float]]
"""A room, the number of the latest change that was shown of it, and when."""


@dataclass(slots=True)
class Client:
    """A program with the studio's key."""

    http: aiohttp.ClientSession
    url: str
    key: str

    async def get(self, path: str) -> bytes:
        async with self.http.get(self.url + path, headers={"X-Bridge-Key": self.key}) as response:
            assert response.status == 200, await response.text()
            return await response.read()

    async def begin(self, stub: str, per_second: float) -> None:
        """So much happens from now on."""
        query = {"url": self.url, "per_second": str(per_second)}
        async with self.http.post(f"{stub}/begin", params=query) as response:
            assert response.status == 200

    async def press(self, path: str) -> None:
        """It is done, or will be: so many at once may take their time."""
        async with self.http.get(self.url + path, headers={"X-Bridge-Key": self.key}) as response:
            assert response.status in (200, 504), await response.text()

    async def look(self, slug: str, seen: Seen) -> None:
        began = time.time()
        seen.append((slug, _number(json.loads(await self.get(f"/r/{slug}/people.json"))), began))

    async def listen(self, seen: Seen, everywhere: asyncio.Event) -> None:
        """To every room; ``everywhere`` is set once people were in each."""
        rooms: set[str] = set()
        async with self.http.get(f"{self.url}/events", headers={"X-Bridge-Key": self.key}) as response:
            async for line in response.content:
                if line.startswith(b'data: {"slug":') and b'"people":[{' in line:
                    said = json.loads(line[6:])
                    seen.append((said["slug"], _number(said["people"]), time.time()))
                    rooms.add(said["slug"])
                    if len(rooms) == ROOMS:
                        everywhere.set()


def _number(people: list[dict[str, str]]) -> int:
    return next((int(one["name"]) for one in people if one["who"] == "person-0"), -1)


async def open_rooms(client: Client, stub: str) -> None:
    """Of a LiveKit that has told something: else each room would be looked into every second."""
    await client.press("/r/room-0/create")
    await client.begin(stub, 1)
    gate = asyncio.Semaphore(4)

    async def one(number: int) -> None:
        async with gate:
            await client.press(f"/r/room-{number}/create")

    await asyncio.gather(*map(one, range(1, ROOMS)))


async def measure(client: Client, stub: str, pid: int) -> None:
    heard: Seen = []
    polled: Seen = []
    read: Seen = []
    everywhere = asyncio.Event()

    async def poll() -> None:
        for number in range(POLLED):
            await client.look(f"room-{number}", polled)

    async def ask() -> None:
        await client.look(f"room-{random.randrange(ROOMS)}", read)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(client.listen(heard, everywhere))]
        await everywhere.wait()
        await client.begin(stub, PER_SECOND)
        tasks += [group.create_task(every(1.0, poll)), group.create_task(every(ASK_SECONDS, ask))]
        what = f"{ROOMS} rooms of {PEOPLE}, {PER_SECOND} changes a second are told (goals 25 %, 200 MB)"
        changes = await costs(client, stub, pid, what, SECONDS)
        await asyncio.sleep(LATE_SECONDS)
        for task in tasks:
            task.cancel()
    print(f"  until a program that listens to /events hears of a change: {shown(changes, heard)} (goal 250)")
    print(f"  until one that reads /r/x/people every second does: {shown(changes, polled)}")
    print(f"  how long /r/x/people was behind at some moment: {spread(behind(changes, read))} (goal 250)")


def shown(changes: Seen, seen: Seen) -> str:
    """Milliseconds from each change of a room that was watched until it was seen; never is ``LATE_SECONDS``."""
    rooms: dict[str, list[tuple[int, float]]] = {}
    for slug, number, when in seen:
        rooms.setdefault(slug, []).append((number, when))
    return spread(
        [
            min((at - when for shown, at in rooms[slug] if shown >= number), default=LATE_SECONDS)
            for slug, number, when in changes
            if slug in rooms
        ]
    )


def behind(changes: Seen, read: Seen) -> list[float]:
    """How old the first change was that an answer did not tell of; 0 where it told of all."""
    return [
        max((asked - when for where, change, when in changes if where == slug and change > number), default=0.0)
        for slug, number, asked in read
    ]


def spread(seconds: list[float]) -> str:
    taken = sorted(max(0.0, age * 1000) for age in seconds)
    p95, p99 = (statistics.quantiles(taken, n=100)[at] for at in (94, 98))
    p50, most = statistics.median(taken), taken[-1]
    return f"p50 {p50:.0f}, p95 {p95:.0f}, p99 {p99:.0f}, most {most:.0f} ms, of {len(taken)}"


async def costs(client: Client, stub: str, pid: int, what: str, seconds: float) -> Seen:
    """Print what it costs for so long; answers what happened."""
    process = psutil.Process(pid)
    await told(client, stub)
    began, before = time.perf_counter(), sum(process.cpu_times()[:2])
    await asyncio.sleep(seconds)
    took = time.perf_counter() - began
    cpu = (sum(process.cpu_times()[:2]) - before) / took
    asked, changes = await told(client, stub)
    words = ", ".join(f"{count / took:.0f} {method}" for method, count in sorted(asked.items()))
    print(f"{what}: {cpu:.1%} of a core, {process.memory_info().rss / 2**20:.0f} MB; it asks LiveKit {words} a second")
    return changes


async def told(client: Client, stub: str) -> tuple[dict[str, int], Seen]:
    async with client.http.get(f"{stub}/told") as response:
        said = await response.json()
    return said["asked"], said["changes"]


async def every(seconds: float, act: Callable[[], Awaitable[object]]) -> None:
    while True:
        pause = asyncio.create_task(asyncio.sleep(seconds))
        await act()
        await pause


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            program(STUB, str(PEOPLE)) as ((stub,), _),
            aiohttp.ClientSession() as http,
            program(SERVICE, str(Path(folder) / "data"), stub, KEY, SECRET) as (words, pid),
        ):
            client = Client(http, *words)
            await open_rooms(client, stub)
            await measure(client, stub, pid)


if __name__ == "__main__":
    asyncio.run(main())
