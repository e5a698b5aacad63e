"""A real livekit-server for tests: on loopback, on free ports, media included; as many side by side as wanted."""

import asyncio
import json
import secrets
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Self
from urllib.error import URLError
from urllib.request import urlopen

from livekit import api

from tests.ports import free_port

START_SECONDS = 15
API_KEY = "APItests"


class LiveServer:
    """One livekit-server. ``kill`` and ``restart`` keep port and key, so that clients find it again.

    async with LiveServer(binary, tmp_path) as server: ...
    """

    def __init__(self, binary: Path, folder: Path) -> None:
        self.api_key = API_KEY
        self.api_secret = secrets.token_urlsafe(36)
        self.log = folder / f"livekit-{secrets.token_hex(3)}.log"
        self.port = 0
        self._binary = binary
        self._listens_since = 0.0
        self._options: dict[str, Any] = {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(
        self,
        *,
        auto_create: bool = False,
        port: int | None = None,
        empty_timeout: int = 300,
        departure_timeout: int = 20,
        webhook: str | None = None,
        redis: str | None = None,
    ) -> None:
        """Start it and return when it answers; a port that is lost to somebody else at the last moment is replaced."""
        self._options = {
            "room": {
                "auto_create": auto_create,
                "empty_timeout": empty_timeout,
                "departure_timeout": departure_timeout,
            }
        }
        if webhook:
            self._options["webhook"] = {"api_key": self.api_key, "urls": [webhook]}
        if redis:
            self._options["redis"] = {"address": redis}
        for _ in range(1 if port else 5):
            self.port = port or free_port()
            if await self._launch():
                return
        raise AssertionError(f"livekit-server does not start: {self.output()[-2000:]}")

    def kill(self) -> None:
        """End it as a crash would (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    async def restart(self) -> None:
        """Start it again on the same port with the same key, and return when it answers."""
        self.kill()
        if not await self._launch():
            raise AssertionError(f"livekit-server does not start again: {self.output()[-2000:]}")

    async def stop(self) -> None:
        """End it in an orderly way; people inside are told, mostly (about one time in ten they are just cut off)."""
        if self._process is None:
            return
        await asyncio.sleep(max(0.0, self._listens_since + 0.2 - time.monotonic()))  # earlier signals are lost
        for _ in range(100):
            self._process.terminate()  # the first one drains, the second one ends it
            await asyncio.sleep(0.03)
            if self._process.poll() is not None:
                break
        self.kill()

    def output(self) -> str:
        """Everything it has said since its first start. It holds tokens: for failure messages of tests only."""
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def token(self, identity: str, room: str, ttl: float = 600, **grants: Any) -> str:
        """A join token; ``grants`` are fields of ``VideoGrants``."""
        made = api.AccessToken(self.api_key, self.api_secret).with_identity(identity).with_name(identity)
        made = made.with_ttl(timedelta(seconds=ttl))
        return made.with_grants(api.VideoGrants(room_join=True, room=room, **grants)).to_jwt()

    def api(self) -> api.LiveKitAPI:
        """An API client with this server's key; close it with ``async with``."""
        return api.LiveKitAPI(self.http_url, self.api_key, self.api_secret)

    async def _launch(self) -> bool:
        self._process = self._spawn()
        async with asyncio.timeout(START_SECONDS):
            while not await asyncio.to_thread(self._answers):
                if self._process.poll() is not None:  # a busy port ends it with exit code 0
                    self._process = None
                    return False
                await asyncio.sleep(0.01)
        self._listens_since = time.monotonic()
        return self._process.poll() is None

    def _spawn(self) -> "subprocess.Popen[bytes]":
        command = [str(self._binary), "--config-body", json.dumps(self._config())]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

    def _answers(self) -> bool:
        try:
            with urlopen(self.http_url, timeout=1) as response:  # noqa: S310 - our own loopback address
                return bool(response.status == 200)
        except (URLError, OSError):
            return False

    def _config(self) -> dict[str, Any]:
        return {
            "port": self.port,
            "bind_addresses": ["127.0.0.1"],
            "keys": {self.api_key: self.api_secret},
            "logging": {"level": "info", "json": False},
            "rtc": {
                "node_ip": "127.0.0.1",
                "use_external_ip": False,
                "enable_loopback_candidate": True,
                "ips": {"includes": ["127.0.0.0/8"]},
                "stun_servers": ["127.0.0.1:9"],
                "tcp_port": 0,
                "udp_port": self.port + 2,
            },
            **self._options,
        }

    async def __aenter__(self) -> Self:
        if self._process is None:
            await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
