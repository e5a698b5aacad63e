"""A scene page beside a bare page of livekit-client: how soon each shows its first frame, and what each costs.

``python -m tests.benchmarks.scene [MINUTES]`` prints them, and how the memory of eight open scenes grows meanwhile
(10 minutes where none are given). The guest is at a join page in a Chromium that is not measured, with a made-up camera
of 30 frames a second.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

import psutil
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, CDPSession, Page

from bridge.rooms.model import Link, Role, Room
from bridge.web.pages import FOLDER
from tests.bridges import Bridge, bridge_on
from tests.live.binary import PROGRAM
from tests.live.server import LiveServer
from tests.pages.browser import LIKE_VMIX, browser_on, chromium, person

ROUNDS, SCENES = 9, 8
CPU_ROUNDS, SECONDS = 3, 10.0
WARM_SECONDS, LOOK_SECONDS = 60.0, 15.0
CAMERA = "--use-fake-device-for-media-stream=device-count=2,fps=30"
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


class Watcher:
    """The Chromium in which pages are measured: all of its processes, and nobody else's."""

    def __init__(self, browser: Browser, others: set[psutil.Process]) -> None:
        self.browser = browser
        (self._root,) = _chromiums() - others

    def spent(self) -> float:
        """CPU seconds so far."""
        return sum(sum(one.cpu_times()[:2]) for one in self._processes())

    def resident(self) -> float:
        """MB."""
        return sum(float(one.memory_info().rss) for one in self._processes()) / 2**20

    def _processes(self) -> list[psutil.Process]:
        return [self._root, *self._root.children(recursive=True)]


def _chromiums() -> set[psutil.Process]:
    """Of each the process that started the others."""
    below = {one for one in psutil.Process().children(recursive=True) if "chrom" in one.name()}
    return {one for one in below if one.parent() not in below}


async def shown(page: Page, url: str) -> float:
    """Milliseconds from the navigation to the first frame."""
    await page.goto(url)
    await page.wait_for_function("() => globalThis.firstFrame", polling=20)
    return float(await page.evaluate("() => firstFrame"))


async def in_turns(at: Addresses, rounds: int, measure: Callable[[str], Awaitable[float]]) -> tuple[float, ...]:
    """The medians of scene and bare page, and of their ratio. Who is first changes; the first turn, which fills caches,
    is left out.
    """
    took = []
    for number in range(rounds + 1):
        one = {}
        for kind in (("scene", "bare"), ("bare", "scene"))[number % 2]:
            one[kind] = await measure(await (at.scene() if kind == "scene" else at.bare()))
        took.append((one["scene"], one["bare"], one["scene"] / one["bare"]))
    return tuple(statistics.median(column) for column in zip(*took[1:], strict=True))


async def first_frames(watcher: Watcher, at: Addresses) -> None:
    async with person(watcher.browser, ()) as someone:
        await someone.context.add_init_script(FIRST_FRAME)

        async def opened(url: str) -> float:
            page = await someone.context.new_page()
            milliseconds = await shown(page, url)
            await page.close()
            return milliseconds

        scene, bare, ratio = await in_turns(at, ROUNDS, opened)
    print(f"first frame: scene {scene:.0f} ms, bare {bare:.0f} ms, ratio {ratio:.2f} (goal 1.1)", flush=True)


async def cpu(watcher: Watcher, at: Addresses) -> None:
    async def cores(url: str) -> float:
        async with person(watcher.browser, ()) as someone:
            await someone.context.add_init_script(FIRST_FRAME)
            await shown(someone.page, url)
            await asyncio.sleep(2)
            before = watcher.spent()
            await asyncio.sleep(SECONDS)
            return (watcher.spent() - before) / SECONDS

    scene, bare, ratio = await in_turns(at, CPU_ROUNDS, cores)
    print(f"CPU of Chromium: scene {scene:.3f} cores, bare {bare:.3f}, ratio {ratio:.2f}", flush=True)


async def memory(watcher: Watcher, at: Addresses, minutes: float) -> None:
    async with person(watcher.browser, ()) as someone:
        await someone.context.add_init_script(FIRST_FRAME)
        pages = [await someone.context.new_page() for _ in range(SCENES)]
        for page in pages:
            await shown(page, await at.scene())
        tools = [await someone.context.new_cdp_session(page) for page in pages]
        await asyncio.sleep(WARM_SECONDS)
        began = time.monotonic()
        hours: list[float] = []
        heaps, residents = [], []
        while not hours or hours[-1] < minutes / 60:
            heaps.append(sum([await _heap(tool) for tool in tools]))
            residents.append(watcher.resident())
            hours.append((time.monotonic() - began) / 3600)
            await asyncio.sleep(LOOK_SECONDS)
    for what, sizes in (("JavaScript heap", heaps), ("resident", residents)):
        slope = statistics.linear_regression(hours, sizes).slope
        print(
            f"{SCENES} scenes over {minutes:g} minutes, {what}: {sizes[0]:.1f} to {sizes[-1]:.1f} MB, "
            f"{slope:+.1f} MB an hour (goal under 10)"
        )


async def _heap(tool: CDPSession) -> float:
    """MB of what is not garbage."""
    await tool.send("HeapProfiler.collectGarbage")
    return float((await tool.send("Runtime.getHeapUsage"))["usedSize"]) / 2**20


async def main(minutes: float) -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        livekit = await stack.enter_async_context(LiveServer(PROGRAM, folder))
        key = {"url": livekit.url, "api_key": livekit.api_key, "api_secret": livekit.api_secret}
        bridge = await stack.enter_async_context(bridge_on(folder / "data", media="livekit", livekit=key))
        await bridge.get("/r/show/create?seats=guest1")
        room = bridge.running.parts.store.by_slug("show")
        assert room
        code = bridge.running.parts.links.of(room)[Link(Role.SPEAKER, "guest1")]
        guest = await stack.enter_async_context(person(await stack.enter_async_context(browser_on(chromium(), CAMERA))))
        await guest.join(f"{bridge.url}/j/{code}", "Anna")
        await guest.is_inside()
        others = _chromiums()
        watcher = Watcher(await stack.enter_async_context(browser_on(chromium(), LIKE_VMIX)), others)
        at = Addresses(bridge, room, livekit, await stack.enter_async_context(bare_pages()))
        await first_frames(watcher, at)
        await cpu(watcher, at)
        await memory(watcher, at, minutes)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0))
