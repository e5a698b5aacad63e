"""Calls begin, are healed and end, and an ended one stays ended whoever holds an old token."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.live.conftest import NewServer
from tests.live.participant import Participant
from tests.live.proxy import proxy_before
from tests.live.server import LiveServer
from tests.live.studio import Studio, eventually, state_becomes, studio_on


@pytest.fixture
async def studio(live_server: LiveServer, tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio_on(live_server, tmp_path / "data") as studio:
        yield studio


async def test_every_start_is_a_call_of_its_own(studio: Studio) -> None:
    names = []
    for _ in range(3):
        await studio.ok("show/create")
        names.append(await studio.call("show"))
        assert set(await studio.calls()) & set(names) == {names[-1]}
        await studio.ok("show/stop")
    assert len(set(names)) == 3
    assert not set(await studio.calls()) & set(names)


async def test_a_repeated_start_heals_what_livekit_lost(studio: Studio) -> None:
    await studio.ok("show/create", max=7)
    call = await studio.call("show")
    before = (await studio.calls())[call]
    await studio.delete(call)
    assert "changed=0" in await studio.ok("show/start")
    after = (await studio.calls())[call]
    assert after.sid != before.sid
    assert after.metadata == before.metadata
    assert (await studio.ok("show.json"))["sid"] == after.sid


async def test_a_lost_call_is_healed_without_a_press(studio: Studio) -> None:
    await studio.ok("show/create")
    call = await studio.call("show")
    await studio.delete(call)
    await eventually(lambda: exists(studio, call))
    await state_becomes(studio, "show", "ready")


async def test_a_stop_overtakes_a_start_that_hangs_and_outlives_it(live_server: LiveServer, tmp_path: Path) -> None:
    """LiveKit hears of the start after the stop was done: what it then makes is ended."""
    async with proxy_before(live_server.http_url) as proxy:
        livekit = {"url": proxy.url, "api_key": live_server.api_key, "api_secret": live_server.api_secret}
        async with studio_on(live_server, tmp_path / "data", livekit=livekit) as studio:
            await studio.ok("show/create", start=0)
            late = proxy.hold("CreateRoom")
            start = asyncio.create_task(studio.press("show/start"))
            await eventually(lambda: is_started(studio))
            call = await studio.call("show")
            assert " stopped " in await studio.ok("show/stop")
            assert (await start).text.split()[1] == "room_stopped"
            late.set()  # both were answered before
            await eventually(lambda: exists(studio, call))
            await eventually(lambda: is_gone(studio, call))
            assert await studio.state("show") == "stopped"


async def is_started(studio: Studio) -> bool:
    return bool((await studio.ok("show.json"))["active"])


async def exists(studio: Studio, call: str) -> bool:
    return call in await studio.calls()


async def is_gone(studio: Studio, call: str) -> bool:
    return call not in await studio.calls()


@pytest.mark.parametrize("end", ["show/stop", "remove"])
async def test_the_end_puts_everybody_out_and_no_old_token_gets_back_in(studio: Studio, end: str) -> None:
    await studio.ok("show/create")
    tokens = [await studio.token("show", identity) for identity in ("ann", "bob", "late")]
    async with studio.with_tokens(*tokens[:2]) as people:
        await finish(studio, end)
        for person in people:
            assert (await person.expect("disconnected"))["reason"] == "ROOM_DELETED"
    await nobody_gets_in(studio, tokens)


async def finish(studio: Studio, end: str) -> None:
    if end == "remove":
        answer = await studio.bridge.api("conferences/remove", {"id": await studio.room_id("show")}, method="DELETE")
        assert answer.json == {"success": True}
    else:
        await studio.ok(end)


async def nobody_gets_in(studio: Studio, tokens: list[str]) -> None:
    for token in tokens:
        async with Participant(studio.server.url, token) as person:
            await person.expect("refused")


async def test_who_revives_an_ended_call_is_put_out_again(new_live_server: NewServer, tmp_path: Path) -> None:
    """With ``auto_create`` on, an old token makes the room anew; also for a bridge that was not there at the stop."""
    server = await new_live_server(auto_create=True)
    async with studio_on(server, tmp_path / "data") as studio:
        for slug in ("stopped", "removed"):
            await studio.ok(f"{slug}/create")
        calls = [await studio.call(slug) for slug in ("stopped", "removed")]
        tokens = [await studio.token(slug, "old") for slug in ("stopped", "removed")]
        await studio.ok("stopped/stop")
        await studio.bridge.api("conferences/remove", {"id": await studio.room_id("removed")}, method="DELETE")
        await revival_is_ended(studio, tokens, calls)
        assert await studio.state("stopped") == "stopped"
        await studio.ok("stopped/start")
        await revival_is_ended(studio, tokens, calls)
        await studio.ok("stopped/stop")
    async with studio_on(server, tmp_path / "data") as studio:
        await revival_is_ended(studio, tokens, calls)


async def revival_is_ended(studio: Studio, tokens: list[str], calls: list[str]) -> None:
    """The end may meet them before they are quite inside."""
    async with AsyncExitStack() as stack:
        for person in [await stack.enter_async_context(Participant(studio.server.url, token)) for token in tokens]:
            if await person.gets_in(may_hang=True):
                assert (await person.expect("disconnected"))["reason"] == "ROOM_DELETED"
    await eventually(lambda: none_is_left(studio, calls))


async def none_is_left(studio: Studio, calls: list[str]) -> bool:
    return not set(await studio.calls()) & set(calls)
