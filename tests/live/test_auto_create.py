"""Whether a real LiveKit makes rooms by itself when somebody joins: asked without making one."""

from livekit import api

from bridge.media.livekit import LiveKitServer
from tests.live.conftest import NewServer
from tests.live.server import LiveServer


async def test_a_server_that_has_it_off(live_server: LiveServer) -> None:
    assert not await auto_creates(LiveKitServer(live_server.url, live_server.api_key, live_server.api_secret))


async def test_a_server_that_has_it_on_and_makes_no_room_of_the_question(new_live_server: NewServer) -> None:
    live = await new_live_server(auto_create=True)
    assert await auto_creates(LiveKitServer(live.url, live.api_key, live.api_secret))
    assert await auto_creates(LiveKitServer(f"{live.http_url}/", live.api_key, live.api_secret))
    async with live.api() as client:
        assert not (await client.room.list_rooms(api.ListRoomsRequest())).rooms


async def test_a_wrong_key_does_not_say(new_live_server: NewServer) -> None:
    live = await new_live_server(auto_create=True)
    assert not await auto_creates(LiveKitServer(live.url, live.api_key, "x" * 40))


async def auto_creates(server: LiveKitServer) -> bool:
    try:
        return await server.auto_creates()
    finally:
        await server.aclose()
