"""The live tests' own tools: two real people see, hear and lose each other on a real server."""

from collections.abc import Awaitable, Callable

from livekit import api

from tests.live.participant import Participant
from tests.live.server import LiveServer


async def open_room(server: LiveServer, name: str) -> None:
    async with server.api() as client:
        await client.room.create_room(api.CreateRoomRequest(name=name))


async def test_two_people_talk(live_server: LiveServer) -> None:
    await open_room(live_server, "talk")
    async with (
        Participant(live_server.url, live_server.token("ann", "talk")) as ann,
        Participant(live_server.url, live_server.token("bob", "talk")) as bob,
    ):
        await ann.expect("connected")
        await bob.expect("connected")
        for source in ("microphone", "camera", "screen"):
            assert await ann.publish(source)
            await bob.expect("subscribed", source=source, identity="ann")
        await bob.send("hello", "lk.chat")
        assert (await ann.expect("data", topic="lk.chat"))["text"] == "hello"
        await ann.unpublish("screen")
        await bob.expect("track_unpublished", source="screen")
        await ann.leave()
        await bob.expect("left", identity="ann")


async def test_what_is_forbidden_is_refused(live_server: LiveServer) -> None:
    await open_room(live_server, "quiet")
    token = live_server.token("ann", "quiet", can_publish_sources=["microphone"])
    async with Participant(live_server.url, token) as ann:
        await ann.expect("connected")
        assert await ann.publish("microphone")
        assert not await ann.publish("camera")


async def test_a_room_that_is_not_open_refuses(live_server: LiveServer) -> None:
    async with Participant(live_server.url, live_server.token("ann", "nowhere")) as ann:
        await ann.expect("refused")


async def test_a_killed_server_comes_back_for_those_inside(
    new_live_server: Callable[..., Awaitable[LiveServer]],
) -> None:
    server = await new_live_server(auto_create=True)
    async with Participant(server.url, server.token("ann", "main")) as ann:
        await ann.expect("connected")
        server.kill()
        await server.restart()
        await ann.expect("reconnected")
