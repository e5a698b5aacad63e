"""The bridge dies at each moment of each LiveKit call of a press; its next start makes LiveKit what was wanted."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from livekit import api

from tests.live.conftest import NewServer
from tests.live.proxy import Moment, Proxy, proxy_before
from tests.live.server import LiveServer
from tests.live.studio import eventually

START_SECONDS = 20


class Up:
    """``python -m bridge up`` on a data folder, with LiveKit behind the proxy. Killed at the end at the latest."""

    def __init__(self, data: Path, server: LiveServer, proxy: Proxy) -> None:
        self.data = data
        self.url = ""
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("VMIX_BRIDGE_")}
        self._environment |= {
            "VMIX_BRIDGE_LIVEKIT__URL": proxy.url,
            "VMIX_BRIDGE_LIVEKIT__API_KEY": server.api_key,
            "VMIX_BRIDGE_LIVEKIT__API_SECRET": server.api_secret,
        }
        self._process: asyncio.subprocess.Process | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Runs for the length of the block, killed in between or not."""
        try:
            await self.restart()
            yield
        finally:
            self.kill()
            if self._process:
                await self._process.wait()

    async def restart(self) -> None:
        """Wait for the end of the killed one, and start anew."""
        if self._process:
            await self._process.wait()
        command = (sys.executable, "-m", "bridge", "--data", self.data, "up", "--listen", "127.0.0.1:0")
        self._process = await asyncio.create_subprocess_exec(
            *command, env=self._environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        self.url = await self._address(self._process.pid)

    def kill(self) -> None:
        assert self._process is not None
        with suppress(ProcessLookupError):
            self._process.kill()

    async def press(self, method: str, path: str, **body: str) -> str:
        """The text of the answer; empty when the bridge died over it."""
        token = (self.data / "token").read_text().strip()
        try:
            async with (
                aiohttp.ClientSession(headers={"x-access-token": token}) as http,
                http.request(method, self.url + path, json=body or None) as answer,
            ):
                return await answer.text()
        except aiohttp.ClientError:
            return ""

    def rooms(self) -> dict[str, dict[str, Any]]:
        """The rooms on the disk by slug."""
        stored = json.loads((self.data / "store.json").read_text("utf-8"))
        return {row["slug"]: row for row in stored.get("rooms", {}).values()}

    def open_calls(self) -> set[str]:
        return {row["call"] for row in self.rooms().values() if row["active"]}

    async def _address(self, pid: int) -> str:
        began = time.monotonic()
        while time.monotonic() - began < START_SECONDS:
            with suppress(OSError, ValueError):
                note = json.loads((self.data / "service.json").read_text())
                if note["pid"] == pid and note["address"]:
                    return str(note["address"])
            await asyncio.sleep(0.01)
        raise AssertionError("the bridge does not start")


async def calls(server: LiveServer) -> set[str]:
    async with server.api() as client:
        return {room.name for room in (await client.room.list_rooms(api.ListRoomsRequest())).rooms}


async def create(bridge: Up) -> str:
    return await bridge.press("GET", "/r/new/create")


async def start(bridge: Up) -> str:
    return await bridge.press("GET", "/r/idle/start")


async def stop(bridge: Up) -> str:
    return await bridge.press("GET", "/r/show/stop")


async def remove(bridge: Up) -> str:
    return await bridge.press("DELETE", "/api/conferences/remove", id=bridge.rooms()["idle"]["id"])


PRESSES = [
    (create, "CreateRoom", {"show", "new"}),
    (start, "CreateRoom", {"show", "new", "idle"}),
    (stop, "DeleteRoom", {"new", "idle"}),
    (remove, "DeleteRoom", {"new"}),
]
"""One after the other: the press, the LiveKit call that it takes, and the rooms to be open after it."""


@pytest.mark.parametrize("moment", Moment)
async def test_intent_and_livekit_agree_after_the_next_start(
    new_live_server: NewServer, tmp_path: Path, moment: Moment
) -> None:
    server = await new_live_server()
    async with proxy_before(server.http_url) as proxy:
        bridge = Up(tmp_path / "data", server, proxy)
        async with bridge.running():
            await bridge.press("GET", "/r/show/create")
            await bridge.press("GET", "/r/idle/create?start=0")
            for press, method, wanted in PRESSES:
                proxy.arm(method, moment, bridge.kill)
                assert not await press(bridge) or moment is Moment.ANSWERED
                assert proxy.struck
                assert {slug for slug, row in bridge.rooms().items() if row["active"]} == wanted
                promised = bridge.open_calls()
                await bridge.restart()
                await eventually(lambda: agree(bridge, server))
                assert bridge.open_calls() == promised
            await bridge_looks(proxy)
            assert await agree(bridge, server)
            assert set(bridge.rooms()) == {"show", "new"}


async def bridge_looks(proxy: Proxy) -> None:
    """It has asked twice from now on which calls LiveKit holds."""

    async def has_asked() -> bool:
        return proxy.struck

    for _ in range(2):
        proxy.arm("ListRooms", Moment.ANSWERED, lambda: None)
        await eventually(has_asked)


async def agree(bridge: Up, server: LiveServer) -> bool:
    """Whether LiveKit holds what is open on the disk, and nothing else, and the bridge has seen that it does."""
    return await calls(server) == bridge.open_calls() and " check " not in await bridge.press("GET", "/r")
