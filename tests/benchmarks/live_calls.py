"""Four rooms of twelve people and twelve scenes on a real livekit-server, and five hundred programs that listen.

``python -m tests.benchmarks.live_calls`` prints what they cost the bridge, and how soon it tells what LiveKit told its
own clients; each beside programs that ask every second. The people are clients of LiveKit's SDK that send no media and
have no pages, so that the machine is left to the bridge; nor do the scenes have any.
"""

import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import aiohttp
import psutil
from livekit import rtc

from bridge.livekit_server.install import install
from tests.benchmarks.live_rooms import every
from tests.benchmarks.polls import program
from tests.live.binary import FOLDER
from tests.live.server import LiveServer
from tests.ports import free_port

ROOMS, PEOPLE, SCENES, LISTENERS = 4, 12, 3, 500
SECONDS, MOVES = 20, 20
SERVICE = """
import asyncio, sys
from pathlib import Path
from bridge.service import running
from bridge.settings import load

async def main():
    data, listen, url, key, secret = Path(sys.argv[1]), *sys.argv[2:]
    livekit = {"url": url, "api_key": key, "api_secret": secret}
    async with running(load(None, data, {"listen": listen, "livekit": livekit}), data) as bridge:
        user = bridge.parts.accounts.first()
        print(bridge.url, bridge.parts.keys.key(user.id), flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


class Bridge:
    """With the studio's key, and the owner's token."""

    def __init__(self, http: aiohttp.ClientSession, words: list[str], pid: int, token: str, livekit: str) -> None:
        self.url, key = words
        self.http, self.pid, self._livekit = http, pid, livekit
        self.key, self._token = {"X-Bridge-Key": key}, {"x-access-token": token}

    async def get(self, path: str) -> str:
        async with self.http.get(f"{self.url}/r/{path}", headers=self.key) as response:
            text = await response.text()
            assert response.status == 200, text
            return text

    async def comes(self, slug: str, who: str, *, scene: bool = False) -> rtc.Room:
        """Into the room, as the API lets a client in."""
        room = json.loads(await self.get(f"{slug}.json"))
        found = await self._ask("findLKRoomNameById", {"id": room["id"]})
        body = {"room_id": room["id"], "LKRoomName": found["LKRoomName"], "participant_id": who, "hidden": scene}
        token = (await self._ask("createToken", body))["participant_token"]
        person = rtc.Room()
        await person.connect(self._livekit, token, rtc.RoomOptions(auto_subscribe=False))
        return person

    async def people(self, slug: str) -> set[str]:
        return {one["who"] for one in json.loads(await self.get(f"{slug}/people.json"))}

    @asynccontextmanager
    async def listening(self, slug: str) -> AsyncIterator["Heard"]:
        async with self.http.get(f"{self.url}/r/{slug}/events", headers=self.key) as response:
            heard = Heard(response)
            task = asyncio.create_task(heard.listen())
            try:
                await heard.until(lambda _: True)
                yield heard
            finally:
                task.cancel()

    async def _ask(self, helper: str, body: dict[str, object]) -> dict[str, str]:
        url = f"{self.url}/api/conferences-public/{helper}"
        async with self.http.post(url, json=body, headers=self._token) as response:
            answer: dict[str, str] = await response.json()
            assert response.status == 200, answer
            return answer


class Heard:
    """What a program that listens knows of who is in a room, and since when."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response, self._told = response, asyncio.Condition()
        self.people: list[dict[str, str]] | None = None
        self.at = 0.0

    async def listen(self) -> None:
        async for line in self._response.content:
            if line.startswith(b"data: ") and b'"people":[' in line:
                self.people, self.at = json.loads(line[6:])["people"], time.perf_counter()
                async with self._told:
                    self._told.notify_all()

    async def until(self, true: Callable[[list[dict[str, str]]], bool]) -> float:
        """When it knew."""
        async with self._told:
            await self._told.wait_for(lambda: self.people is not None and true(self.people))
        return self.at


async def filled(bridge: Bridge) -> list[rtc.Room]:
    """The rooms, with everybody inside: first the people of each, then its scenes."""
    inside = []
    for number in range(ROOMS):
        slug = f"room-{number}"
        await bridge.get(f"{slug}/create?seats=host")
        inside += [await bridge.comes(slug, f"person-{n}") for n in range(PEOPLE)]
        inside += [await bridge.comes(slug, f"scene-{n}", scene=True) for n in range(SCENES)]
    return inside


async def costs(bridge: Bridge, what: str, seconds: float = SECONDS) -> None:
    process = psutil.Process(bridge.pid)
    began, before = time.perf_counter(), sum(process.cpu_times()[:2])
    await asyncio.sleep(seconds)
    cpu = (sum(process.cpu_times()[:2]) - before) / (time.perf_counter() - began)
    print(f"{what}: {cpu:.1%} of a core, {process.memory_info().rss / 2**20:.0f} MB")


async def told(bridge: Bridge, witness: rtc.Room) -> None:
    """Somebody comes and goes: from when LiveKit told those inside until a program heard of it."""
    heard_after: list[float] = []
    read_after: list[float] = []
    moved: asyncio.Queue[tuple[str, bool, float]] = asyncio.Queue()

    def came_or_went(who: rtc.RemoteParticipant, *, came: bool) -> None:
        moved.put_nowait((who.identity, came, time.perf_counter()))

    witness.on("participant_connected", partial(came_or_went, came=True))
    witness.on("participant_disconnected", partial(came_or_went, came=False))
    async with bridge.listening("room-0") as heard:
        for number in range(MOVES):
            await asyncio.sleep(random.uniform(0, 1))
            guest = await bridge.comes("room-0", f"guest-{number}")
            for leaves in (False, True):
                if leaves:
                    await guest.disconnect()
                who, came, at = await moved.get()
                read = asyncio.create_task(_read(bridge, who, came, at))
                known = await heard.until(partial(_is_so, who, came))
                heard_after.append(known - at)
                read_after.append(await read)
    print(f"LiveKit told somebody came or went, a listener hears of it: {_spread(heard_after)} (goal p50 20 ms)")
    print(f"  who reads /r/x/people every second: {_spread(read_after)}")


async def _read(bridge: Bridge, who: str, came: bool, at: float) -> float:
    await asyncio.sleep(random.uniform(0, 1))  # it asks at any moment
    while came is not (who in await bridge.people("room-0")):  # noqa: ASYNC110 - what a program without events does
        await asyncio.sleep(1)
    return time.perf_counter() - at


def _is_so(who: str, inside: bool, people: list[dict[str, str]]) -> bool:
    return inside is (who in {one["who"] for one in people})


def _spread(seconds: list[float]) -> str:
    taken = sorted(one * 1000 for one in seconds)
    p95 = statistics.quantiles(taken, n=20)[-1]
    return f"p50 {statistics.median(taken):.0f}, p95 {p95:.0f}, most {taken[-1]:.0f} ms, of {len(taken)}"


async def crowd_listens(bridge: Bridge) -> None:
    """Five hundred programs hear of one change; and then ask every second instead."""
    async with AsyncExitStack() as stack:
        listeners = [await stack.enter_async_context(bridge.listening("room-0")) for _ in range(LISTENERS)]
        await costs(bridge, f"{LISTENERS} listen", SECONDS / 2)
        began = time.perf_counter()
        title = f"Anna {random.random()}".replace(" ", "%20")
        pressed = asyncio.create_task(bridge.get(f"room-0/title?seat=host&text={title}"))
        words = title.replace("%20", " ")
        wanted = [one.until(lambda people: any(row["title"] == words for row in people)) for one in listeners]
        after = sorted((at - began) * 1000 for at in await asyncio.gather(*wanted))
        await pressed
        median = statistics.median(after)
        print(f"  they hear of a press after: first {after[0]:.0f}, half {median:.0f}, last {after[-1]:.0f} ms")
    tasks = [asyncio.create_task(every(1.0, lambda: bridge.people("room-0"))) for _ in range(LISTENERS)]
    await asyncio.sleep(1)
    await costs(bridge, f"{LISTENERS} ask for /r/x/people every second", SECONDS / 2)
    for task in tasks:
        task.cancel()


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, listen = Path(name), f"127.0.0.1:{free_port()}"
        server = LiveServer(await install(FOLDER), folder)
        await server.start(webhook=f"http://{listen}/livekit/webhook")
        try:
            await measure(server, folder / "data", listen)
        finally:
            await server.stop()


async def measure(server: LiveServer, data: Path, listen: str) -> None:
    arguments = (str(data), listen, server.url, server.api_key, server.api_secret)
    async with (
        program(SERVICE, *arguments) as (words, pid),
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http,
    ):
        bridge = Bridge(http, words, pid, (data / "token").read_text().strip(), server.url)
        inside = await filled(bridge)
        what = f"{ROOMS} rooms of {PEOPLE} people and {SCENES} scenes"
        async with bridge.listening("room-0"):
            await costs(bridge, f"{what}, one program listens (goal 5 %)")
        asks = asyncio.create_task(
            every(1.0, lambda: asyncio.gather(*(bridge.people(f"room-{n}") for n in range(ROOMS))))
        )
        await costs(bridge, "  one program asks for who is in each every second")
        asks.cancel()
        await told(bridge, inside[0])
        await crowd_listens(bridge)
        for person in inside:
            await person.disconnect()


if __name__ == "__main__":
    asyncio.run(main())
