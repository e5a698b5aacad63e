"""Event streams: how things are, at once and whenever they change."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import pytest

from bridge.web.routes import events
from tests.bridges import Bridge
from tests.rooms.fakes import FakeMedia, a_person
from tests.rooms.house import until
from tests.web.routes.test_visits import open_room
from tests.web.shapes import assert_failure

KEY = "X-Bridge-Key"


class Stream:
    """What a program hears."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response

    async def next(self) -> tuple[str, Any]:
        """The next event and its data; comments are passed over. Raises ``EOFError`` at the end."""
        event, data = "", ""
        async with asyncio.timeout(20):
            async for raw in self.response.content:
                line = raw.decode().rstrip("\r\n")
                if line.startswith("event: "):
                    event = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    data = line.removeprefix("data: ")
                elif not line and event:
                    return event, json.loads(data)
        raise EOFError

    async def hears(self, event: str, **wanted: object) -> dict[str, Any]:
        """The next one of that name in which this stands."""
        while True:
            name, data = await self.next()
            if name == event and wanted.items() <= data.items():
                return dict(data)


@asynccontextmanager
async def listening(bridge: Bridge, path: str, key: str = "") -> AsyncIterator[Stream]:
    headers = {KEY: key or bridge.studio_key}
    async with bridge.http.get(f"{bridge.url}{path}", headers=headers) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/event-stream"
        yield Stream(response)


async def test_the_whole_state_comes_first_and_then_each_change(livekit: Bridge, media: FakeMedia) -> None:
    room = await open_room(livekit, "seats=host")
    async with listening(livekit, "/r/main/events") as stream:
        assert [(await stream.next())[0] for _ in range(5)] == ["room", "people", "tally", "scenes", "recording"]
        await livekit.get("/r/main/title?seat=host&text=Dr.%20Anna")
        assert (await stream.hears("people"))["people"][0]["title"] == "Dr. Anna"
        await livekit.get("/r/main/take?scene=main&seat=host")
        assert (await stream.hears("scenes"))["scenes"][-1]["shows"] == "host"
        media.inside[room.call] = [a_person("ann")]
        livekit.running.parts.watch.look_soon(room.id)
        assert (await stream.hears("room", state="live", people=1))["slug"] == "main"
        await livekit.get("/r/main/stop")
        await stream.hears("room", state="stopped", active=False)


async def test_who_listens_to_all_hears_of_each_room_and_of_its_end(livekit: Bridge) -> None:
    room = await open_room(livekit)
    async with listening(livekit, "/events") as stream:
        await stream.hears("room", slug="main")
        await livekit.get("/r/other/create")
        await stream.hears("room", slug="other", state="ready")
        await livekit.api("conferences/remove", {"id": room.id}, method="DELETE")
        assert await stream.hears("gone") == {"slug": "main"}


async def test_a_key_hears_of_its_own_room_and_no_other(livekit: Bridge) -> None:
    await open_room(livekit)
    await livekit.get("/r/other/create")
    key = (await livekit.api("keys/show", {"slug": "main", "view": True})).json["key"]
    assert_failure(await livekit.get("/r/other/events", key=key), "key_scope", format="text")
    async with listening(livekit, "/events", key) as stream:
        await stream.hears("scenes", slug="main")
        await livekit.get("/r/other/stop")
        await livekit.get("/r/main/stop")
        assert (await stream.next())[1]["slug"] == "main"


async def test_nothing_secret_is_in_them(livekit: Bridge) -> None:
    room = await open_room(livekit, "seats=host")
    codes = livekit.running.parts.links.of(room).values()
    async with listening(livekit, "/events") as stream:
        said = str([await stream.next() for _ in range(4)])
    assert not [secret for secret in (*codes, livekit.studio_key, room.call) if secret in said]


async def test_a_stream_ends_when_its_key_is_retired(livekit: Bridge) -> None:
    await open_room(livekit)
    key = (await livekit.api("keys/show", {"slug": "main"})).json["key"]
    async with listening(livekit, "/r/main/events", key) as stream:
        await stream.hears("scenes")
        for verb in ("rotate", "retire"):
            await livekit.api(f"keys/{verb}", {"slug": "main"})
        with pytest.raises(EOFError):
            await stream.hears("nothing")


async def test_comments_come_while_nothing_happens(livekit: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "COMMENT_SECONDS", 0.05)
    await open_room(livekit)
    async with listening(livekit, "/r/main/events") as stream, asyncio.timeout(20):
        async for line in stream.response.content:
            if line.startswith(b":"):
                break


async def test_there_is_an_end_to_streams(livekit: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST", 1)
    await open_room(livekit)
    async with listening(livekit, "/events") as stream:
        await stream.next()
        assert_failure(await livekit.get("/events"), "too_many_requests", format="text")


async def test_who_does_not_read_is_hung_up_on_and_nothing_piles_up(
    livekit: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "READ_SECONDS", 0.3)
    await open_room(livekit, "seats=host")
    host, port = livekit.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1)
    writer.write(f"GET /events HTTP/1.1\r\nHost: {host}\r\n{KEY}: {livekit.studio_key}\r\n\r\n".encode())
    streams = livekit.running.app[events.STREAMS]
    await until(lambda: streams)
    async with asyncio.timeout(60):
        for number in range(100_000):
            await livekit.get(f"/r/main/title?seat=host&text={str(number) * 30:.190}")
            if not streams:
                break
    assert not streams
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    assert reader


async def test_five_hundred_listen_at_once(livekit: Bridge) -> None:
    await open_room(livekit, "seats=host")
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, headers={KEY: livekit.studio_key}) as http:
        responses = await asyncio.gather(*(http.get(f"{livekit.url}/r/main/events") for _ in range(500)))
        streams = [Stream(response) for response in responses]
        await asyncio.gather(*(stream.hears("scenes") for stream in streams))
        await livekit.get("/r/main/title?seat=host&text=Anna")
        for heard in await asyncio.gather(*(stream.hears("people") for stream in streams)):
            assert heard["people"][0]["title"] == "Anna"
        for response in responses:
            response.close()
