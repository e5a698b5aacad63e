"""A real bridge on a real LiveKit with one open room, and the way into it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bridge.rooms.model import Link, Role
from tests.bridges import Bridge, bridge_on
from tests.live.server import LiveServer
from tests.pages.browser import Person


@asynccontextmanager
async def studio(server: LiveServer, data: Path, **settings: Any) -> AsyncIterator[Bridge]:
    """A bridge with an open room ``show`` of two seats."""
    key = {"api_key": server.api_key, "api_secret": server.api_secret}
    livekit = {"url": server.url, **key} | settings.pop("livekit", {})
    async with bridge_on(data, media="livekit", livekit=livekit, **settings) as bridge:
        await press(bridge, "create", seats="guest1,guest2")
        yield bridge


async def press(bridge: Bridge, path: str, **query: str) -> str:
    answer = await bridge.get(f"/r/show/{path}", params=query)
    assert answer.status == 200, answer.text
    return answer.text


def code(bridge: Bridge, role: Role, seat: str = "") -> str:
    room = bridge.running.parts.store.by_slug("show")
    assert room
    return bridge.running.parts.links.of(room)[Link(role, seat)]


async def sit(bridge: Bridge, someone: Person, seat: str = "", name: str = "Anna") -> None:
    """They come in, in a seat or without."""
    await someone.join(f"{bridge.url}/j/{code(bridge, Role.SPEAKER, seat)}", name)
    await someone.is_inside()
