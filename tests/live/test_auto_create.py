"""Whether a real LiveKit makes rooms by itself when somebody joins: asked without making one."""

from pathlib import Path

import pytest
from livekit import api

from bridge.media.livekit import LiveKitServer
from tests.live.conftest import NewServer
from tests.live.server import LiveServer
from tests.live.studio import Studio, eventually, studio_on


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


async def test_what_it_cannot_promise_is_said_at_start_by_health_and_by_a_start(
    new_live_server: NewServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    live = await new_live_server(auto_create=True)
    async with studio_on(live, tmp_path / "data") as studio:
        await eventually(lambda: says(studio, "/health", "warning=auto_create_on"))
        assert "room.auto_create is on" in caplog.text
        assert (await studio.bridge.get("/health.json", key=None)).json["warning"] == "auto_create_on"
        assert " warning=auto_create_on " in await studio.ok("show/create")
        assert " warning=auto_create_on " in await studio.ok("show/start")
        assert "warning" not in await studio.ok("show/stop")


async def test_a_server_that_has_it_off_is_warned_of_nowhere(live_server: LiveServer, tmp_path: Path) -> None:
    async with studio_on(live_server, tmp_path / "data") as studio:
        assert "warning" not in await studio.ok("show/create")
        assert not await says(studio, "/health", "warning")


async def says(studio: Studio, path: str, words: str) -> bool:
    return words in (await studio.bridge.get(path, key=None)).text
