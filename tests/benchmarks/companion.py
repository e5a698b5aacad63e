"""From a press to Companion's variable, on a real livekit-server: pushed, and asked for every second by a trigger.

``python -m tests.benchmarks.companion`` prints medians; the goal of the push is 30 ms.
"""

import asyncio
import random
import statistics
import tempfile
import time
from pathlib import Path

import aiohttp
from platformdirs import user_cache_path

from bridge.companion import variable
from bridge.livekit_server.install import install
from tests.benchmarks.polls import program
from tests.companion.standin import StandIn, serving
from tests.live.server import LiveServer

PRESSES, POLLED = 200, 30
SERVICE = """
import asyncio, sys
from pathlib import Path
from bridge.service import running
from bridge.settings import load

async def main():
    data, companion, url, key, secret = Path(sys.argv[1]), *sys.argv[2:]
    livekit = {"url": url, "api_key": key, "api_secret": secret}
    options = {"listen": "127.0.0.1:0", "livekit": livekit, "companion": {"url": companion}}
    async with running(load(None, data, options), data) as bridge:
        user = bridge.parts.accounts.first()
        print(bridge.url, bridge.parts.keys.key(user.id), flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""
STATES = {"start": "ready", "stop": "stopped"}


class Timed(StandIn):
    """A Companion on which SETUP was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.setup("main")

    async def until(self, state: str) -> None:
        while self.tile().get("state") != state:  # noqa: ASYNC110 - the clock is what is looked at
            await asyncio.sleep(0.0005)


class Bridge:
    def __init__(self, http: aiohttp.ClientSession, url: str, key: str) -> None:
        self._http, self._url, self._headers = http, url, {"X-Bridge-Key": key}

    async def get(self, path: str) -> str:
        async with self._http.get(f"{self._url}/r/main/{path}", headers=self._headers) as response:
            text = await response.text()
            assert response.status == 200, text
            return text


async def measure(
    bridge: Bridge, companion: Timed, presses: int, pause: tuple[float, float]
) -> tuple[list[float], list[float]]:
    """Milliseconds each from the press to its answer, and to the variable."""
    answered, told = [], []

    async def press(verb: str, began: float) -> None:
        await bridge.get(verb)
        answered.append((time.perf_counter() - began) * 1000)

    for number in range(presses):
        verb = ("start", "stop")[number % 2]
        await asyncio.sleep(random.uniform(*pause))
        began = time.perf_counter()
        pressed = asyncio.create_task(press(verb, began))
        await companion.until(STATES[verb])
        told.append((time.perf_counter() - began) * 1000)
        await pressed
    return answered, told


async def poll(bridge: Bridge, companion: Timed) -> None:
    """As the trigger does it."""
    while True:
        companion.custom[variable("main")] = await bridge.get(f"companion.json?now={int(time.time())}")
        await asyncio.sleep(1)


def said(how: str, answered: list[float], told: list[float]) -> str:
    worst = statistics.quantiles(told, n=20)[-1]
    return (
        f"{how}: variable p50 {statistics.median(told):.1f} ms, p95 {worst:.1f} ms, the press's own answer p50 "
        f"{statistics.median(answered):.1f} ms, of {len(told)} presses"
    )


async def compare(folder: Path, server: LiveServer, *, pushes: bool) -> None:
    companion = Timed()
    async with serving(companion) as url:
        arguments = (str(folder), url if pushes else "", server.url, server.api_key, server.api_secret)
        async with program(SERVICE, *arguments) as (words, _), aiohttp.ClientSession() as http:
            bridge = Bridge(http, *words)
            await bridge.get("create?start=0")
            polling = None if pushes else asyncio.create_task(poll(bridge, companion))
            await companion.until("stopped")
            plan = (PRESSES, (0.05, 0.15)) if pushes else (POLLED, (0.0, 1.0))
            took = await measure(bridge, companion, *plan)
            print(said("pushed (goal p50 30 ms)" if pushes else "asked every second", *took))
            if polling:
                polling.cancel()


async def main() -> None:
    binary = await install(user_cache_path("vmix-bridge-tests", appauthor=False))
    with tempfile.TemporaryDirectory() as name:
        async with LiveServer(binary, Path(name)) as server:
            for pushes in (True, False):
                await compare(Path(name) / f"data-{pushes}", server, pushes=pushes)


if __name__ == "__main__":
    asyncio.run(main())
