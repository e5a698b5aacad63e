"""Stands in for what the bridge says to its pages, so that a test may say what it likes. The pages, their headers and
their files come from the real bridge, calls from a real livekit-server.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from livekit import api

from bridge.web.app import make_app
from bridge.web.policy import RoutePolicy, add
from bridge.web.routes import pages
from tests.bridges import SECRETS, bridge_on
from tests.live.server import LiveServer

PORTS = RoutePolicy()
ROOM: dict[str, Any] = {
    "name": "Main Stage",
    "state": "ready",
    "role": "speaker",
    "seat": "",
    "title": "",
    "media": "av",
    "chat": True,
    "screen": True,
    "record": False,
    "lobby": False,
    "server": "local",
    "secure_url": "",
}
Socket = tuple[str, web.WebSocketResponse]


class StandIn:
    """One room. A code says who comes: ``guest…`` is a guest, ``seat-NAME`` sits in that seat, others are speakers."""

    def __init__(self, livekit: LiveServer | None) -> None:
        self.livekit = livekit
        self.room = dict(ROOM)
        self.call = "first"
        self.refusal = ""
        """The error key by which tokens are refused."""
        self.heard: list[dict[str, Any]] = []
        """Everything pages said, a POST included (as ``join``)."""
        self._news = asyncio.Condition()
        self._sockets: list[Socket] = []

    def add_routes(self, app: web.Application) -> None:
        add(app, "/pages/live", self._live, PORTS, "GET")
        add(app, "/pages/join", self._join, PORTS, "POST")

    async def hears(self, type: str, **fields: Any) -> dict[str, Any]:
        """The newest message of this type, once its fields are these."""

        def newest() -> dict[str, Any]:
            last: dict[str, Any] = next((said for said in reversed(self.heard) if said["type"] == type), {})
            return last if last and all(last.get(key) == value for key, value in fields.items()) else {}

        async with asyncio.timeout(30), self._news:
            await self._news.wait_for(newest)
        return newest()

    async def tell(self, type: str, **fields: Any) -> None:
        """Every page."""
        for _, socket in list(self._sockets):
            await socket.send_json({"type": type, **fields})

    async def change(self, **facts: Any) -> None:
        """The room, as every page then knows it."""
        self.room.update(facts)
        for code, socket in list(self._sockets):
            await socket.send_json(self._room(code))

    async def start(self, call: str) -> None:
        assert self.livekit
        self.call = call
        async with self.livekit.api() as client:
            await client.room.create_room(api.CreateRoomRequest(name=call, empty_timeout=300))
        await self.change(state="ready")

    async def stop(self) -> None:
        assert self.livekit
        await self.change(state="stopped")
        async with self.livekit.api() as client:
            await client.room.delete_room(api.DeleteRoomRequest(room=self.call))

    def _room(self, code: str) -> dict[str, Any]:
        facts = {"type": "room", **self.room}
        if code.startswith("guest"):
            facts["role"] = "guest"
        if code.startswith("seat-"):
            facts["seat"] = code.removeprefix("seat-")
        return facts

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        hello = await socket.receive_json()
        await self._hear(hello)
        me = (hello["code"], socket)
        self._sockets.append(me)
        if hello["code"] == "unknown":
            await socket.send_json({"type": "gone", "error": "token_needed"})
        else:
            await socket.send_json(self._room(hello["code"]))
            async for message in socket:
                await self._hear(message.json())
        self._sockets.remove(me)
        return socket

    async def _join(self, request: web.Request) -> web.Response:
        asked = await request.json()
        await self._hear({"type": "join", **asked})
        refusal = "room_stopped" if self.room["state"] == "stopped" else self.refusal
        if refusal:
            return web.json_response({"success": False, "error": refusal}, status=409)
        assert self.livekit
        identity = f"{asked['code']}:{asked['secret'][:8]}"
        token = self._token(self._room(asked["code"]), identity, asked["name"])
        SECRETS.add(token)
        return web.json_response(
            {
                "success": True,
                "participant_token": token,
                "server_url": self.livekit.url,
                "identity": identity,
                "name": asked["name"],
            }
        )

    def _token(self, room: dict[str, Any], identity: str, name: str) -> str:
        assert self.livekit
        speaks = room["role"] == "speaker"
        sources = ["microphone"]
        if room["media"] == "av":
            sources += ["camera"] + ["screen_share", "screen_share_audio"] * room["screen"]
        grants = api.VideoGrants(
            room_join=True,
            room=self.call,
            can_publish=speaks,
            can_publish_sources=sources if speaks else [],
            can_publish_data=room["chat"],
        )
        token = api.AccessToken(self.livekit.api_key, self.livekit.api_secret).with_identity(identity)
        return token.with_name(name).with_grants(grants).to_jwt()

    async def _hear(self, message: dict[str, Any]) -> None:
        async with self._news:
            self.heard.append(message)
            self._news.notify_all()


class House:
    """Where the pages are, on a port that stays while the bridge is away."""

    def __init__(self, standin: StandIn, make: Callable[[], web.Application]) -> None:
        self.standin = standin
        self._make = make
        self._port: int | None = None
        self._server: TestServer | None = None

    async def open(self) -> None:
        """Does nothing where it is open."""
        if self._server:
            return
        self._server = TestServer(self._make(), host="127.0.0.1", port=self._port)
        await self._server.start_server()
        self._port = self._server.port

    async def close(self) -> None:
        """As when the bridge ends."""
        for _, socket in list(self.standin._sockets):
            await socket.close()
        if self._server:
            await self._server.close()
            self._server = None

    def url(self, code: str, host: str = "127.0.0.1", page: str = "j") -> str:
        """``studio.test`` is a machine in the network, and not this one."""
        return f"http://{host}:{self._port}/{page}/{code}"


@asynccontextmanager
async def house_on(data: Path, livekit: LiveServer | None) -> AsyncIterator[House]:
    """With a call that is open, where there is a LiveKit."""
    settings: dict[str, Any] = {"hosts": ["studio.test"]}
    if livekit:
        key = {"api_key": livekit.api_key, "api_secret": livekit.api_secret}
        settings |= {"media": "livekit", "livekit": {"url": livekit.url, **key}}
    standin = StandIn(livekit)
    async with bridge_on(data, **settings) as bridge:
        house = House(standin, lambda: make_app(bridge.running.parts, pages.add_routes, standin.add_routes))
        await house.open()
        if livekit:
            await standin.start(f"call-{data.parent.name}")
        yield house
        await house.close()
