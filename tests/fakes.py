"""A bridge whose LiveKit fails, stalls or holds people on demand: what a real one cannot be told to do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bridge.errors import BridgeError, StoreBroken
from tests.bridges import Bridge, bridge_on
from tests.rooms.fakes import FakeMedia, a_person


@asynccontextmanager
async def bridge_over(media: FakeMedia, data: Path, **options: Any) -> AsyncIterator[Bridge]:
    """The real service over this media server, with no browser that would record it."""
    media.hang("lost")
    async with bridge_on(data, media, **{"livekit": LIVEKIT, "recording": {"by": "off"}} | options) as bridge:
        yield bridge


LIVEKIT = {
    "url": "wss://livekit.example.com",
    "api_key": "key",
    "api_secret": "the-livekit-secret-of-32-bytes-and-more",
}


def fails(media: FakeMedia, error: BridgeError) -> None:
    """Every call fails like this from now on."""
    media.errors = dict.fromkeys(("open", "close", "calls", "participants", "set_metadata"), error)


def goes_in(media: FakeMedia, bridge: Bridge, slug: str, *identities: str) -> None:
    """People are inside this room's call."""
    room = bridge.running.parts.store.by_slug(slug)
    assert room
    media.inside[room.call] = [a_person(identity, policy=room.policy) for identity in identities]


def break_store(bridge: Bridge) -> None:
    """No write of a room succeeds from now on."""

    async def refuse(*_: object, **__: object) -> None:
        raise StoreBroken("the disk is full")

    store: Any = bridge.running.store
    store.save = store.remove = refuse
