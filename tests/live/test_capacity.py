"""A cap of ten is ten, whatever tokens are about."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bridge import service
from bridge.rooms.capacity import RESERVED_SECONDS
from bridge.rooms.model import Link, Role
from bridge.rooms.scenes import GONE_SECONDS, GRACE_SECONDS
from tests.live.server import LiveServer
from tests.live.studio import Studio, eventually, people_become, studio_on
from tests.rooms.fakes import Clock
from tests.web.routes.test_scenes import scene
from tests.web.routes.test_visits import click


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the bridge."""
    clock = Clock()
    monkeypatch.setattr(service, "clock", clock)
    return clock


@pytest.fixture
async def studio(live_server: LiveServer, tmp_path: Path, clock: Clock) -> AsyncIterator[Studio]:
    async with studio_on(live_server, tmp_path / "data", join={"max_scenes": 2}) as studio:
        yield studio


async def got_in(studio: Studio, identities: list[str], role: Role = Role.SPEAKER) -> list[str]:
    """Those who were given a token; the others were told that the room is full."""
    answers = await asyncio.gather(*(studio.mint("show", identity, role) for identity in identities))
    refused = [answer for answer in answers if answer.status != 200]
    assert {(answer.status, answer.json["error"]) for answer in refused} <= {(409, "room_full")}
    return [identity for identity, answer in zip(identities, answers, strict=True) if answer.status == 200]


async def test_fifty_at_once_against_a_cap_of_ten_are_ten(studio: Studio) -> None:
    await studio.ok("show/create", max=10)
    assert len(await got_in(studio, [f"p{n}" for n in range(50)])) == 10


async def test_a_place_that_nobody_took_is_free_after_thirty_seconds(studio: Studio, clock: Clock) -> None:
    await studio.ok("show/create", max=2)
    async with studio.inside("show", ["ann"]):
        clock.now += RESERVED_SECONDS
        assert await got_in(studio, ["bob"]) == ["bob"]
        assert await got_in(studio, ["cid"]) == []
        clock.now += RESERVED_SECONDS
        assert await got_in(studio, ["cid", "dan"]) == ["cid"]
        assert await got_in(studio, ["ann"]) == ["ann"]


async def test_scenes_have_places_of_their_own(studio: Studio) -> None:
    await studio.ok("show/create", max=1)
    async with studio.inside("show", ["ann"]), studio.inside("show", ["s1"], Role.SCENE):
        assert await got_in(studio, ["s2", "s3"], Role.SCENE) == ["s2"]
        assert await got_in(studio, ["bob"]) == []
        await people_become(studio, "show", 1)


async def test_old_tokens_beyond_the_cap_are_put_out_again_and_again(studio: Studio, clock: Clock) -> None:
    """And neither those inside, nor who was let in since, nor those that a lower cap leaves too many."""
    await studio.ok("show/create", max=4)
    old = [await studio.token("show", "old")]
    async with studio.inside("show", ["ann", "bob"]) as inside:
        await people_become(studio, "show", 2)
        await studio.ok("show/set", max=2)
        clock.now += RESERVED_SECONDS
        for _ in range(2):
            async with studio.with_tokens(*old) as (late,):
                assert (await late.expect("disconnected"))["reason"] == "PARTICIPANT_REMOVED"
        await studio.ok("show/set", max=1)
        await people_become(studio, "show", 2)
        await studio.looked_at("show")
        assert not [event for person in inside for event in person.events if event["event"] == "disconnected"]
        await studio.ok("show/set", max=3)
        async with studio.with_tokens(*old):
            await people_become(studio, "show", 3)


async def test_max_may_rise_on_air_beyond_what_the_call_began_with(studio: Studio) -> None:
    await studio.ok("show/create", max=1)
    async with studio.inside("show", ["ann"]):
        assert await got_in(studio, ["bob"]) == []
        await studio.ok("show/set", max=100)
        async with studio.inside("show", ["bob", "cid"]):
            await people_become(studio, "show", 3)


async def test_livekits_own_limit_rises_as_soon_as_nobody_is_inside(studio: Studio) -> None:
    await studio.ok("show/create", max=1)
    call = await studio.call("show")
    limit = (await studio.calls())[call].max_participants
    async with studio.inside("show", ["ann"]):
        await people_become(studio, "show", 1)
        await studio.ok("show/set", max=1000)
        assert (await studio.calls())[call].max_participants == limit

    async def has_risen() -> bool:
        room = (await studio.calls()).get(call)
        return room is not None and room.max_participants > 1000

    await eventually(has_risen)
    async with studio.inside("show", ["bob"]):
        await people_become(studio, "show", 1)


async def test_a_scene_whose_page_is_gone_gives_way_and_no_other(studio: Studio, clock: Clock) -> None:
    await studio.ok("show/create")
    clock.now += GRACE_SECONDS
    room = studio.bridge.running.parts.store.by_slug("show")
    assert room
    code = studio.bridge.running.parts.links.of(room)[Link(Role.SCENE)]
    pages = {name: await click(studio.bridge, code, page=name) for name in ("one", "two")}
    async with AsyncExitStack() as stack:
        tokens = (pages[name].json["participant_token"] for name in pages)
        first, second = await stack.enter_async_context(studio.with_tokens(*tokens))
        async with scene(studio.bridge, code, "two"):
            async with scene(studio.bridge, code, "one") as page:
                await page.hears("room")
                assert (await click(studio.bridge, code, page="three")).json["error"] == "room_full"
            await eventually(lambda: _pages(studio, 1))
            clock.now += GONE_SECONDS
            assert (await click(studio.bridge, code, page="three")).status == 200
            await first.expect("disconnected")
            assert {"scene"} == {who.partition(":")[0] for who in await studio.in_livekit(room.call)}
            assert not [event for event in second.events if event["event"] == "disconnected"]


async def _pages(studio: Studio, number: int) -> bool:
    rows = await studio.ok("show/scenes.json", scene="grid")
    return bool(rows[0]["pages"] == number)
