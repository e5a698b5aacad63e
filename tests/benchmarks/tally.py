"""How soon a guest's page is red after vMix took their input on air: the real bridge, a real call, a real Chromium, and
the tests' own vMix; beside a program that asks for ``/r/{room}/tally`` every second.

``python -m tests.benchmarks.tally`` prints it, for what vMix tallies and for what only its state tells.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bridge.rooms.model import Link, Role
from tests.bridges import Bridge, bridge_on
from tests.live.binary import PROGRAM
from tests.live.server import LiveServer
from tests.pages.browser import Person, browser_on, chromium, person
from tests.vmix import StandInVmix, vmix_with

CHANGES = 40
WATCH = """() => {
  const main = document.querySelector("main");
  const note = () => globalThis.drawn.push([main.hasAttribute("data-air"), Date.now()]);
  globalThis.drawn = [];
  globalThis.watch?.disconnect();
  globalThis.watch = new MutationObserver(() => requestAnimationFrame(() => requestAnimationFrame(note)));
  globalThis.watch.observe(main, { attributes: true, attributeFilter: ["data-air"] });
}"""
"""Notes when the change has been drawn."""


class Poller:
    """Asks every second; ``seen`` is when it first heard of each change."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.seen: list[tuple[bool, float]] = []

    async def run(self) -> None:
        while True:
            (row,) = (await self._bridge.get("/r/show/tally.json")).json
            red = row["tally"] == "program"
            if not self.seen or self.seen[-1][0] != red:
                self.seen.append((red, time.time()))
            await asyncio.sleep(1)


async def measure(anna: Person, bridge: Bridge, what: str, goal: int, put: Callable[[bool], None]) -> None:
    await anna.page.evaluate(WATCH)
    poller, put_at = Poller(bridge), list[float]()
    polling = asyncio.create_task(poller.run())
    await asyncio.sleep(1.5)
    for number in range(CHANGES):
        put_at.append(time.time())
        put(number % 2 == 0)
        await asyncio.sleep(1.3 + random.random())  # at any moment of what is asked for regularly
    polling.cancel()
    with suppress(asyncio.CancelledError):
        await polling
    drawn: list[tuple[bool, float]] = await anna.page.evaluate("globalThis.drawn")
    assert len(drawn) == CHANGES, drawn
    page = [at / 1000 - began for (_, at), began in zip(drawn, put_at, strict=True)]
    asked = [at - began for (_, at), began in zip(poller.seen[1:], put_at, strict=True)]
    for who, waits in (("page", page), ("asking every second", asked)):
        p50, p95 = 1000 * statistics.median(waits), 1000 * statistics.quantiles(waits, n=20)[-1]
        print(f"{what}, {who}: p50 {p50:.0f} ms, p95 {p95:.0f} ms" + (f" (goal {goal})" if who == "page" else ""))


async def measure_all(bridge: Bridge, anna: Person, vmix: StandInVmix) -> None:
    await bridge.get("/r/show/create?seats=host")
    room = bridge.running.parts.store.by_slug("show")
    assert room
    await anna.join(f"{bridge.url}/j/{bridge.running.parts.links.of(room)[Link(Role.SPEAKER, 'host')]}", "Anna")
    await anna.is_inside()
    await measure(anna, bridge, "a cut", 150, lambda on: vmix.change(active=2 if on else 1))
    await measure(anna, bridge, "an overlay", 500, lambda on: vmix.change(overlays={1: 2} if on else {}))


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with LiveServer(PROGRAM, folder) as server, vmix_with("Titles", "host@show") as vmix:
            livekit = {"url": server.url, "api_key": server.api_key, "api_secret": server.api_secret}
            settings: dict[str, Any] = {"media": "livekit", "livekit": livekit, "vmix": {"host": "127.0.0.1"}}
            async with (
                bridge_on(folder / "data", vmix_ports=vmix.ports, **settings) as bridge,
                browser_on(chromium()) as browser,
                person(browser) as anna,
            ):
                await measure_all(bridge, anna, vmix)


if __name__ == "__main__":
    asyncio.run(main())
