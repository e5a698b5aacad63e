"""A scene page beside a bare page of livekit-client: how soon each shows its first frame, and what each costs.

``python -m tests.benchmarks.scene [MINUTES]`` prints them, and how the memory of eight open scenes grows meanwhile
(10 minutes where none are given). The guest is a client that sends 160x90 at 5 frames a second.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

import psutil
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page

from bridge.rooms.model import Link, Role, Room
from bridge.web.pages import FOLDER
from tests.benchmarks.page import spent
from tests.bridges import Bridge, bridge_on
from tests.live.binary import PROGRAM
from tests.live.participant import Participant
from tests.live.server import LiveServer
from tests.pages.browser import LIKE_VMIX, browser_on, chromium, person

ROUNDS, SECONDS, SCENES, LOOKS = 9, 20.0, 8, 10
BARE = """<!doctype html><body><script type="module">
import { Room, RoomEvent } from "/vendor/livekit-client.js";
const said = new URLSearchParams(location.search);
const room = new Room();
room.on(RoomEvent.TrackSubscribed, (track) => document.body.append(track.attach()));
room.connect(said.get("url"), said.get("token"));
</script>"""
FIRST_FRAME = """
const look = setInterval(() => {
  const video = document.querySelector(location.pathname === "/bare" ? "video" : "video[data-shown]");
  if (!video?.videoWidth || video.readyState < 2) return;
  globalThis.firstFrame = performance.now();
  clearInterval(look);
}, 2);
"""


@asynccontextmanager
async def bare_pages() -> AsyncIterator[TestServer]:
    async def bare(request: web.Request) -> web.Response:
        return web.Response(text=BARE, content_type="text/html")

    app = web.Application()
    app.router.add_get("/bare", bare)
    app.router.add_static("/vendor", FOLDER / "vendor")
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    yield server
    await server.close()


class Addresses:
    """Of both kinds of pages, for one more of them."""

    def __init__(self, bridge: Bridge, room: Room, livekit: LiveServer, bare: TestServer) -> None:
        self._bridge, self._room, self._livekit, self._bare = bridge, room, livekit, bare
        self._code = bridge.running.parts.links.of(room)[Link(Role.SCENE, "guest1")]
        self._made = 0

    async def scene(self) -> str:
        return f"{self._bridge.url}/scene/{self._code}"

    async def bare(self) -> str:
        self._made += 1
        who = {"room_id": self._room.id, "LKRoomName": self._room.call, "participant_id": f"bare-{self._made}"}
        answer = await self._bridge.api("conferences-public/createToken", {**who, "hidden": True})
        said = urlencode({"url": self._livekit.url, "token": answer.json["participant_token"]})
        return f"{self._bare.make_url('/bare')}?{said}"


async def shown(page: Page, url: str) -> float:
    """Milliseconds from the navigation to the first frame."""
    await page.goto(url)
    await page.wait_for_function("globalThis.firstFrame", polling=20)
    return float(await page.evaluate("firstFrame"))


async def first_frames(browser: Browser, at: Addresses) -> None:
    took: dict[str, list[float]] = {"scene": [], "bare": []}
    async with person(browser, ()) as someone:
        await someone.context.add_init_script(FIRST_FRAME)
        for number in range(ROUNDS + 1):
            for kind, url in (("scene", await at.scene()), ("bare", await at.bare())):
                page = await someone.context.new_page()
                milliseconds = await shown(page, url)
                await page.close()
                if number:  # the first of each fills the browser's cache
                    took[kind].append(milliseconds)
    scene, bare = (statistics.median(took[kind]) for kind in ("scene", "bare"))
    print(f"first frame: scene {scene:.0f} ms, bare {bare:.0f} ms, ratio {scene / bare:.2f} (goal 1.1)")


async def cpu(browser: Browser, at: Addresses) -> None:
    cost = {}
    for kind, url in (("scene", await at.scene()), ("bare", await at.bare())):
        async with person(browser, ()) as someone:
            await someone.context.add_init_script(FIRST_FRAME)
            await shown(someone.page, url)
            await asyncio.sleep(2)
            before = spent()
            await asyncio.sleep(SECONDS)
            cost[kind] = (spent() - before) / SECONDS
    scene, bare = cost["scene"], cost["bare"]
    print(f"CPU of Chromium: scene {scene:.3f} cores, bare {bare:.3f}, ratio {scene / bare:.2f}")


async def memory(browser: Browser, at: Addresses, minutes: float) -> None:
    async with person(browser, ()) as someone:
        await someone.context.add_init_script(FIRST_FRAME)
        pages = [await someone.context.new_page() for _ in range(SCENES)]
        for page in pages:
            await shown(page, await at.scene())
        tools = [await someone.context.new_cdp_session(page) for page in pages]
        for tool in tools:
            await tool.send("Performance.enable")
        times, heaps, residents = [], [], []
        began = time.monotonic()
        for _ in range(LOOKS + 1):
            heap = 0.0
            for tool in tools:
                await tool.send("HeapProfiler.collectGarbage")
                metrics = (await tool.send("Performance.getMetrics"))["metrics"]
                heap += next(metric["value"] for metric in metrics if metric["name"] == "JSHeapUsedSize")
            times.append((time.monotonic() - began) / 3600)
            heaps.append(heap / 2**20)
            residents.append(_resident())
            await asyncio.sleep(minutes * 60 / LOOKS)
    heap_slope, resident_slope = (statistics.linear_regression(times, sizes).slope for sizes in (heaps, residents))
    print(
        f"{SCENES} scenes over {minutes:g} minutes: heap {heaps[0]:.1f} to {heaps[-1]:.1f} MB, {heap_slope:+.1f} MB an "
        f"hour (goal under 10); resident {residents[0]:.0f} to {residents[-1]:.0f} MB, {resident_slope:+.0f} MB an hour"
    )


def _resident() -> float:
    """MB of every Chromium below this process."""
    found = [one for one in psutil.Process().children(recursive=True) if "chrom" in one.name()]
    return sum(one.memory_info().rss for one in found) / 2**20


async def main(minutes: float) -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        livekit = await stack.enter_async_context(LiveServer(PROGRAM, folder))
        browser = await stack.enter_async_context(browser_on(chromium(), LIKE_VMIX))
        key = {"url": livekit.url, "api_key": livekit.api_key, "api_secret": livekit.api_secret}
        bridge = await stack.enter_async_context(bridge_on(folder / "data", media="livekit", livekit=key))
        await bridge.get("/r/show/create?seats=guest1")
        room = bridge.running.parts.store.by_slug("show")
        assert room
        body = {"code": bridge.running.parts.links.of(room)[Link(Role.SPEAKER, "guest1")], "secret": "s" * 20}
        async with bridge.http.post(f"{bridge.url}/pages/join", json=body) as answer:
            token = (await answer.json())["participant_token"]
        guest = await stack.enter_async_context(Participant(livekit.url, token))
        await guest.publish("camera")
        at = Addresses(bridge, room, livekit, await stack.enter_async_context(bare_pages()))
        await first_frames(browser, at)
        await cpu(browser, at)
        await memory(browser, at, minutes)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0))
