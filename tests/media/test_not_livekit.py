"""What answers at LiveKit's url and is none: every call, press and state says so, and nothing goes elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from livekit import api

from bridge.errors import MediaServerRefused
from bridge.media import livekit
from bridge.media.livekit import LiveKitServer
from bridge.media.session import NotLiveKit
from bridge.rooms.ports import CallPlan, Permissions
from tests.bridges import Bridge, bridge_on
from tests.media.nonsense import NONSENSE, says
from tests.media.stub import SECRET, Reply, livekit_that, message, refusal, room, server_that
from tests.rooms.house import until

PLAN = CallPlan("call", 30, 28, 600, 600, '{"max":20}')
NOTHING = Permissions(frozenset(), data=False, hidden=False)

nonsense = pytest.mark.parametrize("reply", NONSENSE.values(), ids=NONSENSE.keys())


@nonsense
async def test_every_call_is_refused(reply: Reply) -> None:
    async with livekit_that(reply) as (server, stub):
        for call in (
            server.open(PLAN),
            server.calls(),
            server.participants("call"),
            server.set_metadata("call", "{}"),
            server.close("call"),
            server.remove("call", "ann"),
            server.set_permissions("call", "ann", NOTHING),
        ):
            with pytest.raises(NotLiveKit) as told:
                await call
            assert "not LiveKit" in told.value.message
            assert "url under [livekit]" in told.value.hint
        assert "elsewhere" not in stub.asked


async def test_a_route_that_a_livekit_lacks_is_no_call_that_is_gone() -> None:
    async with livekit_that(refusal(404, "bad_route")) as (server, _):
        with pytest.raises(MediaServerRefused):
            await server.close("call")


@pytest.mark.parametrize(
    "reply",
    [message(api.Room()), room(name="other", sid="RM_1"), room(name="call")],
    ids=["an empty body", "another room", "no sid"],
)
async def test_a_room_that_is_not_ours_was_not_opened(reply: Reply) -> None:
    async with livekit_that(reply) as (server, _):
        with pytest.raises(NotLiveKit):
            await server.open(PLAN)


async def test_an_empty_server_is_a_livekit() -> None:
    async with livekit_that(message(api.ListRoomsResponse())) as (server, _):
        assert await server.calls() == {}
        assert await server.participants("call") == []


async def test_a_long_list_is_read_whole() -> None:
    rooms = [api.Room(name=f"room-{n}", sid=f"RM_{n}", metadata="x" * 200) for n in range(10_000)]
    async with livekit_that(message(api.ListRoomsResponse(rooms=rooms))) as (server, _):
        assert len(await server.calls()) == 10_000


async def test_what_a_refusal_says_is_not_repeated() -> None:
    """It may hold a token, or lines that are not ours."""
    async with livekit_that(refusal(503, "eyJhbGciOi\nERR all is well")) as (server, _):
        with pytest.raises(Exception, match=r"\(status 503, unknown\)"):
            await server.calls()


@pytest.fixture
async def misled(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Bridge]:
    """A bridge whose url leads to what is no LiveKit."""
    async with server_that(NONSENSE[request.param]) as (url, _):
        config = {"url": url, "api_key": "APItest", "api_secret": SECRET}
        async with bridge_on(tmp_path / "data", media="livekit", livekit=config) as bridge:
            yield bridge


@pytest.mark.parametrize("misled", NONSENSE, indirect=True)
async def test_a_press_is_refused_and_the_room_is_to_be_checked(misled: Bridge) -> None:
    observed = misled.running.parts.observed
    for press in ("create", "start", "stop", "start"):
        answer = await misled.get(f"/r/main/{press}")
        assert (answer.status, answer.text.split()[:2]) == (502, ["ERR", "media_server_refused"])
        assert "not LiveKit" in answer.text
    assert (await misled.get("/r/main/state")).text.strip() == "check"
    await until(lambda: observed.outage)
    health = await misled.get("/health", key=None)
    assert (health.status, health.text.split()[:2]) == (503, ["ERR", "media_server_refused"])
    assert "media=media_server_refused" in health.text


@pytest.mark.parametrize("greeting", [b"", b"SSH-2.0-OpenSSH_9.6\r\n"], ids=["hangs up", "greets"])
async def test_connections_that_end_at_once_are_news_only_now_and_then(
    monkeypatch: pytest.MonkeyPatch, greeting: bytes
) -> None:
    monkeypatch.setattr(livekit, "LOSS_SECONDS", 3600.0)
    came = 0

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal came
        came += 1
        writer.write(greeting)
        if greeting:
            await reader.read()
        writer.close()

    async with await asyncio.start_server(meet, "127.0.0.1", 0) as listening:
        server = LiveKitServer(f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}", "APItest", SECRET)
        await asyncio.wait_for(server.lost(), 30)
        again = asyncio.create_task(server.lost())
        await until(lambda: came == 2)
        await asyncio.wait([again], timeout=0.05)
        assert not again.done()
        again.cancel()
        await server.aclose()


async def test_a_redirect_to_another_server_is_not_followed() -> None:
    async with server_that(room(name="call", sid="RM_1")) as (other, there):
        url = other.replace("ws", "http", 1) + "/twirp/livekit.RoomService/CreateRoom"
        async with livekit_that(says(status=307, headers={"Location": url})) as (server, _):
            with pytest.raises(NotLiveKit):
                await server.open(PLAN)
        assert there.asked == []
