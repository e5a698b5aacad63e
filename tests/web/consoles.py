"""Consoles to test with: logged in as a page is, and hearing what it hears."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.bridges import SECRETS, Answer, Bridge


async def post(
    bridge: Bridge, path: str, body: object = None, token: str = "", url: str = "", **headers: str
) -> Answer:
    sent = ({"x-access-token": token} if token else {}) | {
        name.replace("_", "-"): text for name, text in headers.items()
    }
    async with bridge.http.post(f"{url or bridge.url}/console/{path}", json=body or {}, headers=sent) as response:
        return await Answer.of(response)


async def a_ticket(bridge: Bridge, token: str = "") -> str:
    answer = await post(bridge, "ticket", token=token or bridge.token)
    assert answer.status == 200, answer.text
    SECRETS.add(answer.json["ticket"])
    return str(answer.json["ticket"])


async def log_in(bridge: Bridge, token: str = "") -> str:
    """A session by a ticket."""
    answer = await post(bridge, "session", {"ticket": await a_ticket(bridge, token)})
    assert answer.status == 200, answer.text
    SECRETS.add(answer.json["session"])
    return str(answer.json["session"])


class Console:
    """What one hears."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def next(self) -> dict[str, Any]:
        message = await self.socket.receive(timeout=20)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        said: dict[str, Any] = message.json()
        return said

    async def hears(self, type: str, **fields: object) -> dict[str, Any]:
        """The next message of this type with these fields; others are passed over."""
        while True:
            said = await self.next()
            if said["type"] == type and all(said[name] == value for name, value in fields.items()):
                return said

    async def hears_room(self, **fields: object) -> dict[str, Any]:
        """The next one of which this stands."""
        while True:
            room: dict[str, Any] = (await self.hears("room"))["room"]
            if fields.items() <= room.items():
                return room

    async def watches(self, slug: str) -> None:
        await self.socket.send_json({"watch": slug})

    async def end(self) -> tuple[int | None, str]:
        """The code and the reason with which it is hung up on."""
        async with asyncio.timeout(20):
            while True:
                message = await self.socket.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return self.socket.close_code, str(message.extra or "")


@asynccontextmanager
async def console(bridge: Bridge, session: str = "", watch: str = "", **options: Any) -> AsyncIterator[Console]:
    session = session or await log_in(bridge)
    async with bridge.http.ws_connect(f"{bridge.url}/console/live", **options) as socket:
        await socket.send_json({"session": session, "watch": watch})
        yield Console(socket)
