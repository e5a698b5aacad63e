"""A LiveKit that tells what happens: the roster follows at once, and so does the end of what came back."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from livekit import api

from bridge.rooms import watch
from bridge.rooms.model import Room
from tests.bridges import Bridge, bridge_on
from tests.live.conftest import NewServer
from tests.live.participant import Participant
from tests.live.server import LiveServer
from tests.live.studio import eventually
from tests.ports import free_port


@pytest.fixture
async def told(new_live_server: NewServer, tmp_path: Path) -> AsyncIterator[tuple[Bridge, LiveServer]]:
    """A bridge whose server tells it what happens, and makes rooms by itself."""
    port = free_port()
    server = await new_live_server(auto_create=True, webhook=f"http://127.0.0.1:{port}/livekit/webhook")
    key = {"api_key": server.api_key, "api_secret": server.api_secret}
    livekit = {"url": server.url, **key}
    async with bridge_on(tmp_path / "data", listen=f"127.0.0.1:{port}", media="livekit", livekit=livekit) as bridge:
        yield bridge, server


async def opened(bridge: Bridge) -> Room:
    await bridge.get("/r/show/create")
    room = bridge.running.parts.store.by_slug("show")
    assert room
    return room


async def token(bridge: Bridge, room: Room, who: str) -> str:
    body = {"room_id": room.id, "LKRoomName": room.call, "participant_id": who}
    return str((await bridge.api("conferences-public/createToken", body, token=None)).json["participant_token"])


async def test_who_comes_and_goes_is_told_at_once(
    told: tuple[Bridge, LiveServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With looks that come too late to help."""
    monkeypatch.setattr(watch, "PEOPLE_SECONDS", 600.0)
    bridge, server = told
    room = await opened(bridge)
    await asyncio.sleep(1.5)  # the look that was due before
    async with Participant(server.url, await token(bridge, room, "ann")) as ann:
        await ann.expect("connected")
        began = time.monotonic()
        await eventually(lambda: _count(bridge, room, 1))
        print(f"\nconnected to roster: {time.monotonic() - began:.3f} s")
        assert await ann.publish("microphone")
        await eventually(lambda: _sends(bridge, "mic"))
    await eventually(lambda: _count(bridge, room, 0))
    assert (await bridge.get("/health.json")).json["webhooks"] != "never"


async def test_an_ended_call_that_comes_back_is_ended_at_once(told: tuple[Bridge, LiveServer]) -> None:
    bridge, server = told
    room = await opened(bridge)
    await bridge.get("/r/show/stop")
    async with server.api() as client:
        wanted = api.ListRoomsRequest(names=[room.call])
        await client.room.create_room(api.CreateRoomRequest(name=room.call))
        began = time.monotonic()

        async def is_gone() -> bool:
            return not (await client.room.list_rooms(wanted)).rooms

        await eventually(is_gone)
        print(f"\nrevived for {time.monotonic() - began:.3f} s")


async def _count(bridge: Bridge, room: Room, count: int) -> bool:
    return bridge.running.parts.roster.count(room) == count


async def _sends(bridge: Bridge, what: str) -> bool:
    return [row[what] for row in (await bridge.get("/r/show/people.json")).json] == ["on"]
