"""Start and stop against the same call made through livekit-api, in turns, on a real livekit-server.

``python -m tests.benchmarks.presses`` prints medians; the goal is LiveKit's own call plus one durable
write plus 0.7 ms.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from livekit import api
from platformdirs import user_cache_path

from bridge.livekit_server.install import install
from tests.benchmarks.polls import program
from tests.live.server import LiveServer

PRESSES = 300
SERVICE = """
import asyncio, sys
from pathlib import Path
from bridge.service import running
from bridge.settings import load

async def main():
    data, url, key, secret = Path(sys.argv[1]), *sys.argv[2:]
    livekit = {"url": url, "api_key": key, "api_secret": secret}
    loaded = load(None, data, {"listen": "127.0.0.1:0", "livekit": livekit})
    async with running(loaded, data) as bridge:
        user = bridge.parts.accounts.first()
        print(bridge.url, bridge.parts.keys.key(user.id), flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def timed(call: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await call()
    return (time.perf_counter() - began) * 1000


def fsync_ms(folder: Path) -> float:
    """One durable replacement of a small file: forced to the disk, moved into place, the move forced too."""
    began = time.perf_counter()
    with open(folder / "probe.tmp", "wb") as file:
        file.write(b"x" * 1000)
        file.flush()
        os.fsync(file.fileno())
    os.replace(folder / "probe.tmp", folder / "probe")
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    return (time.perf_counter() - began) * 1000


async def measure(folder: Path, server: LiveServer, words: list[str]) -> None:
    url, key = words
    direct: dict[str, list[float]] = {"start": [], "stop": []}
    pressed: dict[str, list[float]] = {"start": [], "stop": []}
    syncs: list[float] = []
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    async with server.api() as livekit:

        async def press(verb: str) -> None:
            """As a button does it: one GET on an open connection."""
            request = f"GET /r/main-stage/{verb} HTTP/1.1\r\nHost: {address.netloc}\r\nX-Bridge-Key: {key}\r\n\r\n"
            writer.write(request.encode())
            answer = await reader.read(4000)
            assert answer.startswith(b"HTTP/1.1 200"), answer

        await press("create")
        await press("stop")
        for _ in range(PRESSES):
            name = str(uuid4())
            make, end = api.CreateRoomRequest(name=name), api.DeleteRoomRequest(room=name)
            direct["start"].append(await timed(lambda make=make: livekit.room.create_room(make)))  # type: ignore[misc]
            pressed["start"].append(await timed(lambda: press("start")))
            direct["stop"].append(await timed(lambda end=end: livekit.room.delete_room(end)))  # type: ignore[misc]
            pressed["stop"].append(await timed(lambda: press("stop")))
            syncs.append(fsync_ms(folder))
    sync = statistics.median(syncs)
    for verb in ("start", "stop"):
        ours, theirs = statistics.median(pressed[verb]), statistics.median(direct[verb])
        print(
            f"{verb:>5}: press {ours:.2f} ms, livekit-api {theirs:.2f} ms, one durable write {sync:.2f} ms: "
            f"{ours - theirs - sync:.2f} ms above both (goal 0.7 ms), ratio {ours / (theirs + sync):.2f}"
        )


async def main() -> None:
    binary = await install(user_cache_path("vmix-bridge-tests", appauthor=False))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with LiveServer(binary, folder) as server:
            arguments = (str(folder / "data"), server.url, server.api_key, server.api_secret)
            async with program(SERVICE, *arguments) as (words, _):
                await measure(folder, server, words)


if __name__ == "__main__":
    asyncio.run(main())
