"""The join page in a real Chromium on a real bridge: its bytes, how soon somebody is seen and known, and 16 tiles.

``python -m tests.benchmarks.page`` prints them. Cameras are made up: 320x180 at 10 frames a second, and 160x90 at 5 for
the 15 others.
"""

import asyncio
import gzip
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
from playwright.async_api import Browser

from bridge.rooms.model import Link, Role, Room
from bridge.web.pages import FOLDER, PageFiles
from tests.bridges import Bridge, bridge_on
from tests.live.binary import PROGRAM
from tests.live.participant import Participant
from tests.live.server import LiveServer
from tests.pages.browser import Person, browser_on, chromium, person
from tests.rooms.house import until

CLICKS, OTHERS, SECONDS = 7, 15, 10.0
DRAWN = """() => [...document.querySelectorAll("video")].reduce(
  (sum, video) => sum + video.getVideoPlaybackQuality().totalVideoFrames, 0)"""
SEEN = """() => [...document.querySelectorAll("[role=listitem], li")].some(
  (tile) => tile.textContent.includes("Ben") && tile.querySelector("video")?.videoWidth > 0)"""


def transferred() -> int:
    """Bytes of the page's files as the wheel holds them for browsers, compressed."""
    return sum(len(gzip.compress(file.read_bytes())) for file in PageFiles.of(FOLDER).files.values())


def link(bridge: Bridge, room: Room) -> str:
    return f"{bridge.url}/j/{bridge.running.parts.links.of(room)[Link(Role.SPEAKER)]}"


async def clicks(bridge: Bridge, browser: Browser, room: Room) -> None:
    seen, known = [], []
    async with person(browser) as anna:
        await anna.join(link(bridge, room), "Anna")
        await anna.is_inside()
        for _ in range(CLICKS):
            async with person(browser) as ben:
                await ben.open(link(bridge, room))
                await ben.page.get_by_label("Your name").fill("Ben")
                await ben.page.wait_for_timeout(1500)  # camera and microphone are there, as with people
                watched = asyncio.create_task(anna.page.wait_for_function(SEEN, polling=20))
                began = time.perf_counter()
                await ben.page.evaluate("document.querySelector('button.main, form button[type=submit]').click()")
                known.append(await _known(bridge, began))
                await watched
                seen.append(time.perf_counter() - began)
            await until(lambda: not _is_known(bridge))
            await anna.page.wait_for_function(f"!({SEEN})()")
    to_roster, to_seen = statistics.median(known), statistics.median(seen)
    print(f"click to roster {to_roster:.2f} s (goal 1), to being seen {to_seen:.2f} s (goal 1)")


async def _known(bridge: Bridge, began: float) -> float:
    await until(lambda: _is_known(bridge))
    return time.perf_counter() - began


def _is_known(bridge: Bridge) -> bool:
    room = bridge.running.parts.store.by_slug("show")
    return room is not None and any(row.typed == "Ben" for row in bridge.running.parts.attendance.of(room))


async def tiles(bridge: Bridge, browser: Browser, room: Room, server: LiveServer) -> None:
    async with AsyncExitStack() as stack:
        for number in range(OTHERS):
            body = {"room_id": room.id, "LKRoomName": room.call, "participant_id": f"other-{number}"}
            answer = await bridge.api("conferences-public/createToken", body)
            other = await stack.enter_async_context(Participant(server.url, answer.json["participant_token"]))
            await other.publish("camera")
        anna: Person = await stack.enter_async_context(person(browser))
        await anna.join(link(bridge, room), "Anna")
        await anna.is_inside()
        await anna.page.wait_for_function("document.querySelectorAll('video').length >= 16")
        await anna.page.wait_for_timeout(3000)
        frames, before = await anna.page.evaluate(DRAWN), spent()
        await anna.page.wait_for_timeout(SECONDS * 1000)
        drawn = await anna.page.evaluate(DRAWN) - frames
        rate, cores = drawn / SECONDS / 16, (spent() - before) / SECONDS
        print(f"16 tiles: {rate:.1f} frames a second each, Chromium takes {cores:.2f} cores")


def spent() -> float:
    """CPU seconds of every Chromium below this process."""
    spent = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            if "chrom" in process.name():
                times = process.cpu_times()
                spent += times.user + times.system
        except psutil.Error:
            continue
    return spent


async def main() -> None:
    print(f"the join page: {transferred():,} bytes in {len(PageFiles.of(FOLDER).files)} files (goal 250 KB)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with LiveServer(PROGRAM, folder) as server, browser_on(chromium()) as browser:
            livekit = {"url": server.url, "api_key": server.api_key, "api_secret": server.api_secret}
            async with bridge_on(folder / "data", media="livekit", livekit=livekit) as bridge:
                await bridge.get("/r/show/create?max=40")
                room = bridge.running.parts.store.by_slug("show")
                assert room
                await clicks(bridge, browser, room)
                await tiles(bridge, browser, room, server)


if __name__ == "__main__":
    asyncio.run(main())
