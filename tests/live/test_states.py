"""The word on the button is what LiveKit is, and other people's rooms are their own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from livekit import api

from bridge.rooms.model import Role
from tests.live.server import LiveServer
from tests.live.studio import Studio, state_becomes, studio_on


@pytest.fixture
async def studio(live_server: LiveServer, tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio_on(live_server, tmp_path / "data") as studio:
        yield studio


async def test_stopped_ready_live_and_back(studio: Studio) -> None:
    await studio.ok("show/create", start=0)
    assert await studio.state("show") == "stopped"
    assert " ready people=0 server=livekit changed=1" in await studio.ok("show/start")
    async with studio.inside("show", ["ann"]) as (ann,):
        came = await state_becomes(studio, "show", "live")
        assert await studio.people("show") == 1
        await ann.leave()
        went = await state_becomes(studio, "show", "ready")
    assert " stopped people=0 " in await studio.ok("show/stop")
    print(f"live {came * 1000:.0f} ms after a join, ready {went * 1000:.0f} ms after the leave")


async def test_scenes_are_not_people(studio: Studio) -> None:
    await studio.ok("show/create")
    async with studio.inside("show", ["s1"], Role.SCENE) as (scene,):
        await studio.looked_at("show")
        assert (await studio.state("show"), await studio.people("show")) == ("ready", 0)
        refused = await studio.press("show/stop", **{"if": "empty"})
        assert refused.status == 200
        await scene.expect("disconnected")


async def test_stop_if_empty_asks_livekit_itself(studio: Studio) -> None:
    await studio.ok("show/create")
    async with studio.inside("show", ["ann"]) as (ann,):
        refused = await studio.press("show/stop", **{"if": "empty"})
        assert (refused.status, refused.text.split()[1]) == (409, "not_empty")
        await ann.leave()
        assert (await studio.press("show/stop", **{"if": "empty"})).status == 200


async def test_a_new_process_sees_who_is_inside(live_server: LiveServer, tmp_path: Path) -> None:
    async with studio_on(live_server, tmp_path / "data") as studio:
        await studio.ok("show/create", max=1)
        call, token = await studio.call("show"), await studio.token("show", "ann")
    async with studio.with_tokens(token) as (ann,):
        async with studio_on(live_server, tmp_path / "data") as studio:
            await state_becomes(studio, "show", "live")
            assert (await studio.call("show"), await studio.people("show")) == (call, 1)
            assert (await studio.mint("show", "bob")).json["error"] == "room_full"
            assert not [event for event in ann.events if event["event"] == "disconnected"]


async def test_two_bridges_on_one_server_and_rooms_of_others_live_side_by_side(
    live_server: LiveServer, tmp_path: Path
) -> None:
    async with (
        studio_on(live_server, tmp_path / "one") as one,
        studio_on(live_server, tmp_path / "two") as two,
    ):
        foreign = (await one.client.room.create_room(api.CreateRoomRequest(name="foreign", metadata="theirs"))).sid
        calls = []
        for studio in (one, two):
            await studio.ok("show/create")
            calls.append(await studio.call("show"))
        async with one.inside("show", ["ann"]) as (ann,), two.inside("show", ["ann"]) as (other,):
            await state_becomes(one, "show", "live")
            await one.ok("show/stop")
            await ann.expect("disconnected")
            await two.looked_at("show")
            assert await two.state("show") == "live"
            assert not [event for event in other.events if event["event"] == "disconnected"]
        left = await one.calls()
        assert set(left) >= {"foreign", calls[1]}
        assert calls[0] not in left
        assert (left["foreign"].sid, left["foreign"].metadata) == (foreign, "theirs")
        await one.delete("foreign")
