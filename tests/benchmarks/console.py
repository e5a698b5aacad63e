"""What consoles cost a bridge with a thousand rooms, and how soon they see what was pressed elsewhere.

``python -m tests.benchmarks.console`` prints it: the bridge is a process of its own that rehearses.
"""

import asyncio
import random
import statistics
import tempfile
import time
from pathlib import Path

import aiohttp
import psutil

from tests.cli.test_up import Up, up

ROOMS, PRESSES, FRAMES, SECONDS = 1000, 200, 60, 10


class Bench:
    """One bridge, and how to press it."""

    def __init__(self, bridge: Up, data: Path, http: aiohttp.ClientSession) -> None:
        self.url, self.http = bridge.url, http
        self.token = {"x-access-token": (data / "token").read_text().strip()}
        self.process = psutil.Process(bridge.process.pid)

    async def post(self, path: str, body: object = None) -> dict[str, str]:
        async with self.http.post(self.url + path, json=body or {}, headers=self.token) as answer:
            return dict(await answer.json())

    async def press(self, number: int, people: int) -> None:
        path = f"/r/room-{number}/set?max={people}"
        async with self.http.get(self.url + path, headers=self.token) as answer:
            assert answer.status == 200, await answer.text()

    async def fill(self) -> None:
        for first in range(0, ROOMS, 50):
            bodies = [{"name": f"Room {first + number}", "seats": ["host", "guest1"]} for number in range(50)]
            await asyncio.gather(*(self.post("/api/conferences/create", body) for body in bodies))

    async def console(self) -> aiohttp.ClientWebSocketResponse:
        session = (await self.post("/console/session", {"token": self.token["x-access-token"]}))["session"]
        socket = await self.http.ws_connect(f"{self.url}/console/live", max_msg_size=0)
        await socket.send_json({"session": session})
        return socket

    def cpu(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system


async def first_rooms(bench: Bench) -> aiohttp.ClientWebSocketResponse:
    began = time.perf_counter()
    socket = await bench.console()
    size = sum([len((await socket.receive()).data) for _ in range(2)])
    print(f"hello and {ROOMS} rooms: {size:,} bytes, {1000 * (time.perf_counter() - began):.0f} ms with the log-in")
    return socket


async def latency(bench: Bench, socket: aiohttp.ClientWebSocketResponse) -> None:
    """From the press being sent, and from its answer, to the message."""
    waits, after = [], []
    for count in range(PRESSES):
        number, people = random.randrange(ROOMS), 21 + count
        began = time.perf_counter()
        answered = asyncio.create_task(bench.press(number, people))
        while True:
            message = (await socket.receive()).json()
            if message["type"] == "room" and message["room"]["max"] == people:
                break
        waits.append(1000 * (time.perf_counter() - began))
        await answered
        after.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(0.02)
    for what, found in (("message", waits), ("answer", after)):
        p50, p95 = statistics.median(found), statistics.quantiles(found, n=20)[-1]
        print(f"a press, its {what}: p50 {p50:.1f}, p95 {p95:.1f} ms")


async def drain(socket: aiohttp.ClientWebSocketResponse) -> None:
    async for _ in socket:
        pass


async def frames(bench: Bench, consoles: int) -> None:
    sockets = [await bench.console() for _ in range(consoles)]
    readers = [asyncio.create_task(drain(socket)) for socket in sockets]
    await asyncio.sleep(3)
    before, began, presses = bench.cpu(), time.perf_counter(), set()
    for count in range(FRAMES * SECONDS):
        presses.add(asyncio.create_task(bench.press(count % ROOMS, random.randrange(30, 900))))
        await asyncio.sleep(max(0.0, began + (count + 1) / FRAMES - time.perf_counter()))
    await asyncio.gather(*presses)
    used = 100 * (bench.cpu() - before) / (time.perf_counter() - began)
    print(f"{FRAMES} presses a second, {consoles} consoles: {used:.0f} % of a core")
    for socket in sockets:
        await socket.close()
    await asyncio.gather(*readers)


async def still(bench: Bench, consoles: int) -> None:
    sockets = [await bench.console() for _ in range(consoles)]
    readers = [asyncio.create_task(drain(socket)) for socket in sockets]
    await asyncio.sleep(5)
    before, began = bench.cpu(), time.perf_counter()
    await asyncio.sleep(SECONDS)
    used = 100 * (bench.cpu() - before) / (time.perf_counter() - began)
    print(f"nothing happens, {consoles} consoles: {used:.1f} % of a core")
    for socket in sockets:
        await socket.close()
    await asyncio.gather(*readers)


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with up(Path(folder)) as bridge, aiohttp.ClientSession() as http:
            bench = Bench(bridge, Path(folder) / "data", http)
            await bench.fill()
            socket = await first_rooms(bench)
            await latency(bench, socket)
            await socket.close()
            for consoles in (0, 1):
                await still(bench, consoles)
            for number in range(ROOMS):
                await bench.press(number, 20)
            for consoles in (0, 1, 8):
                await frames(bench, consoles)


if __name__ == "__main__":
    asyncio.run(main())
