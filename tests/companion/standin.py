"""A Companion to push to: its custom variables over HTTP as the documentation has them, and its moods."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bridge.companion import BEAT, TOLD, variable
from tests.rooms.house import until


class StandIn:
    """Variables exist as SETUP makes them; ``log`` holds every call as ``"POST name"``."""

    def __init__(self) -> None:
        self.custom: dict[str, str] = {}
        self.log: list[str] = []
        self.busy = self.busiest = 0
        self.gate: asyncio.Event | None = None
        """Every call waits here first."""
        self.takes = 0.0
        """Seconds before each answer."""
        self.status = 0
        """Answered to everything, where it is set."""
        self.date = ""
        self.heard = asyncio.Event()

    def setup(self, *slugs: str) -> None:
        """SETUP is pressed on a page of these rooms; pressed again it resets them."""
        self.custom |= {BEAT: "0", TOLD: "0"} | {variable(slug): "{}" for slug in slugs}

    def restart(self) -> None:
        """Variables are as they were made."""
        self.custom = {name: "0" if name in (BEAT, TOLD) else "{}" for name in self.custom}

    def tile(self, slug: str = "main") -> Mapping[str, Any]:
        found: dict[str, Any] = json.loads(self.custom[variable(slug)])
        return found

    async def shows(self, slug: str = "main", **words: object) -> None:
        """Wait until the room's variable says this."""
        await until(lambda: words.items() <= self.tile(slug).items())

    def count(self, call: str) -> int:
        return self.log.count(call)

    async def handle(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.log.append(f"{request.method} {name}")
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            if self.gate:
                await self.gate.wait()
            await asyncio.sleep(self.takes)
            response = await self._answer(request, name)
        finally:
            self.busy -= 1
        if self.date:
            response.headers["Date"] = self.date
        return response

    async def _answer(self, request: web.Request, name: str) -> web.Response:
        if self.status:
            return web.Response(status=self.status)
        if name not in self.custom:
            return web.Response(status=404, text="Not found")
        if request.method == "GET":
            return web.Response(text=self.custom[name])
        assert request.content_type == "text/plain", "Companion takes a text body for text alone"
        self.custom[name] = (await request.text()).strip()
        return web.Response(text="ok")

    def app(self) -> web.Application:
        app = web.Application()
        path = "/api/custom-variable/{name}/value"
        app.add_routes([web.get(path, self.handle, allow_head=False), web.post(path, self.handle)])
        return app


@asynccontextmanager
async def serving(companion: StandIn, port: int = 0) -> AsyncIterator[str]:
    """Where it listens; at ``port`` if given."""
    async with TestServer(companion.app(), host="127.0.0.1", port=port or None) as server:
        yield str(server.make_url("")).rstrip("/")
