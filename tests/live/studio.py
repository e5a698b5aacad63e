"""A bridge on a real LiveKit server, for live tests: rooms by slug, tokens by role, and LiveKit's own word."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livekit import api

from bridge.rooms.model import Role
from tests.bridges import Answer, Bridge, bridge_on
from tests.live.participant import Participant
from tests.live.server import LiveServer

HANGS = 30.0
"""Seconds after which something is taken for never; what the bridge sees it puts right within about one."""


@dataclass(slots=True)
class Studio:
    """Rooms are named by their slug. ``client`` is LiveKit's own API, behind the bridge's back."""

    bridge: Bridge
    server: LiveServer
    client: api.LiveKitAPI

    async def create(self, slug: str, **params: object) -> dict[str, Any]:
        """A started room, as JSON."""
        room: dict[str, Any] = await self.ok(f"{slug}/create.json", **params)
        return room

    async def ok(self, path: str, **params: object) -> Any:
        """A press that must succeed; the JSON of its answer, or the line."""
        answer = await self.press(path, **params)
        assert answer.status == 200, answer.text
        return answer.json or answer.text

    async def press(self, path: str, **params: object) -> Answer:
        return await self.bridge.get(f"/r/{path}", params={key: str(value) for key, value in params.items()})

    async def state(self, slug: str) -> str:
        return (await self.press(f"{slug}/state")).text.strip()

    async def people(self, slug: str) -> int:
        """How many the bridge says are inside."""
        return int((await self.ok(f"{slug}/state.json"))["people"])

    async def call(self, slug: str) -> str:
        """The LiveKit name of a started room, as a joining page learns it."""
        room_id = await self.room_id(slug)
        answer = await self.bridge.api("conferences-public/findLKRoomNameById", {"id": room_id}, token=None)
        assert answer.status == 200, answer.text
        return str(answer.json["LKRoomName"])

    async def room_id(self, slug: str) -> str:
        return str((await self.ok(f"{slug}.json"))["id"])

    async def mint(self, slug: str, identity: str, role: Role = Role.SPEAKER) -> Answer:
        """Ask for a token as that role does; a guest needs a webinar room."""
        body = {
            "room_id": await self.room_id(slug),
            "LKRoomName": await self.call(slug),
            "participant_id": identity,
            "hidden": role is Role.SCENE,
        }
        token = None if role is Role.GUEST else ""
        return await self.bridge.api("conferences-public/createToken", body, token=token)

    async def token(self, slug: str, identity: str, role: Role = Role.SPEAKER) -> str:
        answer = await self.mint(slug, identity, role)
        assert answer.status == 200, answer.text
        return str(answer.json["participant_token"])

    @asynccontextmanager
    async def inside(
        self, slug: str, identities: Iterable[str], role: Role = Role.SPEAKER
    ) -> AsyncIterator[list[Participant]]:
        """People in a room, together."""
        tokens = [await self.token(slug, identity, role) for identity in identities]
        async with self.with_tokens(*tokens) as people:
            yield people

    @asynccontextmanager
    async def with_tokens(self, *tokens: str) -> AsyncIterator[list[Participant]]:
        """People who come in at once with these tokens."""
        async with AsyncExitStack() as stack:
            made = (stack.enter_async_context(Participant(self.server.url, token)) for token in tokens)
            people = await asyncio.gather(*made)
            await asyncio.gather(*(person.expect("connected") for person in people))
            yield people

    async def calls(self) -> dict[str, api.Room]:
        """Every room of the LiveKit server by name."""
        return {room.name: room for room in (await self.client.room.list_rooms(api.ListRoomsRequest())).rooms}

    async def in_livekit(self, call: str) -> dict[str, api.ParticipantInfo]:
        """Who is inside, by LiveKit's word."""
        answer = await self.client.room.list_participants(api.ListParticipantsRequest(room=call))
        return {person.identity: person for person in answer.participants}

    async def looked_at(self, slug: str) -> None:
        """The bridge has looked twice at who is inside, somebody being there: what it makes of them, it has made."""
        room = self.bridge.running.parts.store.by_slug(slug)
        assert room
        roster = self.bridge.running.parts.roster
        for _ in range(2):

            async def has_looked(before: object = roster.of(room.id)) -> bool:
                return roster.of(room.id) is not before

            await eventually(has_looked)

    async def delete(self, call: str) -> None:
        """Make LiveKit lose a room."""
        await self.client.room.delete_room(api.DeleteRoomRequest(room=call))


@asynccontextmanager
async def studio_on(server: LiveServer, data: Path, **options: Any) -> AsyncIterator[Studio]:
    """A bridge with its data in ``data``; ``options`` are settings. The same folder again is the same bridge again."""
    livekit = {"url": server.url, "api_key": server.api_key, "api_secret": server.api_secret}
    async with bridge_on(data, **{"media": "auto", "livekit": livekit} | options) as bridge, server.api() as client:
        yield Studio(bridge, server, client)


async def eventually(true: Callable[[], Awaitable[object]], within: float = HANGS) -> float:
    """Ask until it holds, and say how many seconds that took. Raises ``AssertionError``."""
    began = time.monotonic()
    while not await true():
        assert time.monotonic() - began < within, f"did not come true within {within} s"
        await asyncio.sleep(0.02)
    return time.monotonic() - began


async def state_becomes(studio: Studio, slug: str, state: str) -> float:
    async def is_so() -> bool:
        return await studio.state(slug) == state

    return await eventually(is_so)


async def people_become(studio: Studio, slug: str, count: int) -> None:
    async def is_so() -> bool:
        return await studio.people(slug) == count

    await eventually(is_so)
