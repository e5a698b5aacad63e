"""One operator's machine: ``vmix-bridge up`` as a process, on a data folder, with a livekit-server it runs."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, Self

import aiohttp
import psutil
from livekit import api

from bridge.livekit_server.config import own_keys
from tests.ports import free_port

HANGS = 30
"""Seconds after which something is taken for hanging; a busy machine may be slow."""


class Machine:
    """``start`` and ``kill`` as often as you like; ports and data folder stay. It leaves no livekit-server behind."""

    def __init__(self, folder: Path, binary: Path, *words: str) -> None:
        """``words`` are more options of ``up``."""
        self.data = folder / "data"
        self.binary = binary
        self.url = f"http://127.0.0.1:{free_port()}"
        self.log = folder / "up.log"
        self._config = folder / "config.toml"
        port = free_port()
        self.server_url = f"ws://127.0.0.1:{port}"
        """Its livekit-server, past the bridge: for who does as they like, and while there is no bridge."""
        self._config.write_text(
            f"[local]\nport = {port}\ntcp_port = {free_port()}\nudp_port = {free_port()}\n"
            f'advertise = "loopback"\nbinary = {json.dumps(str(binary))}\n'
        )
        self._words = words
        self._process: asyncio.subprocess.Process | None = None
        self.http = aiohttp.ClientSession()

    async def start(self, health: int = 200) -> None:
        """Run ``vmix-bridge up`` until /health answers with that status."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bridge", "--data", self.data, "up"),
                *("--config", self._config, "--listen", self.url.removeprefix("http://")),
                *self._words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(HANGS):
            while await self.health() != health:
                assert self._process.returncode is None, self.log.read_text()
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """The bridge dies; its livekit-server lives on."""
        assert self._process
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        """Ctrl+C, and its end in good order."""
        self.interrupt()
        await self.ended()

    def interrupt(self, number: int = signal.SIGINT) -> None:
        assert self._process
        os.kill(self._process.pid, number)  # send_signal may reap it, and take its exit code from asyncio

    async def ended(self) -> None:
        """Wait until ``up`` has ended in good order."""
        assert self._process
        async with asyncio.timeout(HANGS):
            assert await self._process.wait() == 0, self.log.read_text()
        assert "Traceback" not in self.log.read_text()

    async def said(self, words: str) -> None:
        """Wait until ``up`` has put these words on its terminal."""
        began = time.monotonic()
        while words not in self.log.read_text():
            assert time.monotonic() - began < HANGS, self.log.read_text()
            await asyncio.sleep(0.02)

    async def health(self) -> int:
        """The status of /health; 0 where nobody answers."""
        try:
            async with self.http.get(f"{self.url}/health") as answer:
                await answer.read()
                return answer.status
        except aiohttp.ClientError:
            return 0

    async def press(self, path: str, **params: str) -> tuple[int, str]:
        """A short route with the API token: status and line."""
        headers = {"x-access-token": self.token}
        async with self.http.get(f"{self.url}/r/{path}", headers=headers, params=params) as answer:
            return answer.status, (await answer.text()).strip()

    async def join(self, slug: str, identity: str, *, owner: bool = False) -> tuple[str, str]:
        """Where to connect and with which token, asked for as a client of the API does, by the id alone or as owner."""
        async with self.http.get(f"{self.url}/r/{slug}.json", headers={"x-access-token": self.token}) as answer:
            room = await answer.json()
        found = await self._ask("findLKRoomNameById", {"id": room["id"]})
        body = {"room_id": room["id"], "LKRoomName": found["LKRoomName"], "participant_id": identity}
        made = await self._ask("createToken", body, {"x-access-token": self.token} if owner else {})
        return made["server_url"], made["participant_token"]

    @property
    def token(self) -> str:
        return (self.data / "token").read_text().strip()

    @property
    def server_pid(self) -> int:
        """The livekit-server that this data folder's bridge runs."""
        return int(json.loads((self.data / "livekit" / "server.json").read_text())["pid"])

    def kill_server(self) -> None:
        psutil.Process(self.server_pid).kill()

    async def calls(self) -> set[str] | None:
        """The rooms of its livekit-server, by LiveKit's own word; None while that cannot be asked."""
        keys = own_keys(self.data)
        try:
            connections = psutil.Process(self.server_pid).net_connections()
            port = next(connection.laddr.port for connection in connections if connection.status == "LISTEN")
            url = f"http://127.0.0.1:{port}"
            async with api.LiveKitAPI(url, keys.api_key, keys.api_secret) as livekit, asyncio.timeout(5):
                return {room.name for room in (await livekit.room.list_rooms(api.ListRoomsRequest())).rooms}
        except (psutil.Error, OSError, ValueError, StopIteration, aiohttp.ClientError, api.TwirpError):
            return None

    async def _ask(self, helper: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
        url = f"{self.url}/api/conferences-public/{helper}"
        async with self.http.post(url, json=body, headers=headers) as answer:
            made: dict[str, Any] = await answer.json()
            assert answer.status == 200, made
            return made

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process and self._process.returncode is None:
            await self.stop()
        with contextlib.suppress(FileNotFoundError, psutil.NoSuchProcess):
            self.kill_server()
        await self.http.close()
        logs = [self.log, *self.data.glob("logs/*"), *self.data.glob("livekit/*.log")]
        secrets = {self.token, (self.data / "secret").read_text().strip()}
        secrets.add(json.loads((self.data / "livekit" / "keys.json").read_text())["api_secret"])
        found = {log.name for log in logs for secret in secrets if secret in log.read_text("utf-8", "replace")}
        assert not found
