"""The console's page in a real Chromium with a thousand rooms: its bytes, how soon the rooms are seen, and how long its
scripts and its layout take while a room changes each frame.

``python -m tests.benchmarks.console_page`` prints them.
"""

import asyncio
import gzip
import tempfile
import time
from functools import partial
from pathlib import Path

from playwright.async_api import Browser, Response

from bridge.rooms.model import PRESETS
from bridge.web.pages import FOLDER
from tests.bridges import Bridge, bridge_on
from tests.pages.browser import Person, browser_on, chromium, person
from tests.web.consoles import a_ticket

ROOMS, SECONDS, TIMES = 1000, 10.0, 5
MEASURED = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration", "TaskDuration")
KEEPS = """() => {
  globalThis.WebSocket = class extends WebSocket {
    constructor(...of) {
      super(...of);
      globalThis.feed = this;
      this.addEventListener("message", ({ data }) => {
        if (data.startsWith('{"type":"rooms"')) globalThis.told = data;
      });
    }
  };
}"""
"""The page's line stays in reach, and the rooms that it told."""
CHANGES = """async (seconds) => {
  const rooms = JSON.parse(globalThis.told).rooms;
  const until = performance.now() + seconds * 1000;
  let frames = 0;
  while (performance.now() < until) {
    await new Promise(requestAnimationFrame);
    const room = { ...rooms[frames++ % rooms.length], people: frames, state: "live" };
    globalThis.feed.onmessage({ data: JSON.stringify({ type: "room", room }) });
  }
  return frames;
}"""
"""Each frame the page hears of another room, as its line would say it."""


async def fill(bridge: Bridge) -> None:
    ensure = bridge.running.parts.presses.ensure
    names = [f"room-{number}" for number in range(ROOMS)]
    await asyncio.gather(
        *(ensure(bridge.owner, name, name, PRESETS["team"], active=False, accept=lambda _: None) for name in names)
    )


async def first_rooms(bridge: Bridge, browser: Browser) -> None:
    """With nothing in the browser's cache."""
    waits, loaded = [], []
    for _ in range(TIMES):
        async with person(browser, ()) as anna:
            responses: list[Response] = []
            anna.page.on("response", partial(_keep, responses))
            address = f"{bridge.url}/#ticket={await a_ticket(bridge)}"
            began = time.perf_counter()
            await anna.open(address)
            await anna.page.locator("[role=option]").first.wait_for()
            waits.append(time.perf_counter() - began)
            loaded = [len(gzip.compress(await one.body())) for one in responses if one.status == 200]
    print(f"{len(loaded)} files, {sum(loaded):,} bytes compressed; first rooms after {min(waits):.2f} s at best")


def _keep(responses: list[Response], one: Response) -> None:
    responses.append(one)


async def frames(anna: Person) -> None:
    tools = await anna.context.new_cdp_session(anna.page)
    await tools.send("Performance.enable")

    async def now() -> dict[str, float]:
        listed = (await tools.send("Performance.getMetrics"))["metrics"]
        return {one["name"]: one["value"] for one in listed if one["name"] in MEASURED}

    before = await now()
    drawn = await anna.page.evaluate(CHANGES, SECONDS)
    after = await now()
    took = {name: 1000 * (after[name] - before[name]) / drawn for name in MEASURED}
    print(
        f"{ROOMS} rooms, a change a frame, {drawn / SECONDS:.0f} frames a second; of each "
        + ", ".join(f"{name.removesuffix('Duration').lower()} {took[name]:.2f} ms" for name in MEASURED)
    )


async def main() -> None:
    size = sum(len(gzip.compress(file.read_bytes())) for file in (FOLDER / "console").glob("*"))
    print(f"the console's own files: {size:,} bytes compressed")
    with tempfile.TemporaryDirectory() as folder:
        async with bridge_on(Path(folder)) as bridge, browser_on(chromium()) as browser:
            await fill(bridge)
            await first_rooms(bridge, browser)
            async with person(browser, ()) as anna:
                await anna.page.add_init_script(f"({KEEPS})()")
                await anna.open(f"{bridge.url}/#ticket={await a_ticket(bridge)}")
                await anna.page.locator("[role=option]").first.wait_for()
                await frames(anna)


if __name__ == "__main__":
    asyncio.run(main())
