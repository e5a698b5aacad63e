"""LiveKit dies, is away, stalls or has another secret: presses say which, and what was wanted is done afterwards."""

import asyncio
import time
from pathlib import Path

import psutil
import pytest
from livekit import api

from tests.live.conftest import NewServer
from tests.live.studio import Studio, eventually, people_become, state_becomes, studio_on

BACK_SECONDS = 20
SAME = ("max_participants", "empty_timeout", "departure_timeout", "metadata")


@pytest.mark.parametrize("auto_create", [False, True], ids=["", "auto_create"])
async def test_people_come_back_into_the_same_call_after_a_crash(
    new_live_server: NewServer, tmp_path: Path, auto_create: bool
) -> None:
    server = await new_live_server(auto_create=auto_create)
    async with studio_on(server, tmp_path / "data") as studio:
        await studio.ok("show/create", max=5)
        await studio.ok("empty/create")
        calls = [await studio.call("show"), await studio.call("empty")]
        before = await studio.calls()
        async with studio.inside("show", ["ann", "bob"]) as people:
            await state_becomes(studio, "show", "live")
            server.kill()
            print(f"away on the buttons after {await state_becomes(studio, 'show', 'check') * 1000:.0f} ms")
            for person in people:
                await person.expect("reconnecting", timeout=BACK_SECONDS)
            restarted = time.monotonic()
            await server.restart()
            print(f"calls were made again {await made_again(studio, calls) * 1000:.0f} ms after the server answered")
            for person in people:
                await person.expect("reconnected", timeout=BACK_SECONDS)
            print(f"people were in again {time.monotonic() - restarted:.1f} s after the restart began")
            await people_become(studio, "show", 2)
        assert intact(before, await studio.calls(), calls)


async def made_again(studio: Studio, calls: list[str]) -> float:
    async def all_there() -> bool:
        return set(calls) <= set(await studio.calls())

    return await eventually(all_there)


def intact(before: dict[str, api.Room], after: dict[str, api.Room], calls: list[str]) -> bool:
    return all(getattr(before[call], field) == getattr(after[call], field) for call in calls for field in SAME)


async def test_a_token_that_revives_a_call_before_the_bridge_does_brings_its_limits(
    new_live_server: NewServer, tmp_path: Path
) -> None:
    server = await new_live_server(auto_create=True)
    async with studio_on(server, tmp_path / "data") as studio:
        await studio.ok("show/create", max=1)
        call, before, token = await studio.call("show"), await studio.calls(), await studio.token("show", "ann")
    async with studio.with_tokens(token) as (ann,):
        server.kill()
        await server.restart()
        await ann.expect("reconnected", timeout=BACK_SECONDS)
        async with studio_on(server, tmp_path / "data") as studio:
            assert intact(before, await studio.calls(), [call])
            await state_becomes(studio, "show", "live")
            await studio.ok("show/set", chat=0)
            await ann.expect("permissions", data=False)
            assert '"chat":false' in (await studio.calls())[call].metadata
            assert (await studio.mint("show", "bob")).json["error"] == "room_full"


async def test_a_refused_connection_is_down_and_presses_are_kept(new_live_server: NewServer, tmp_path: Path) -> None:
    server = await new_live_server()
    async with studio_on(server, tmp_path / "data") as studio:
        await studio.ok("running/create")
        await studio.ok("idle/create", start=0)
        running = await studio.call("running")
        server.kill()
        await presses_fail(studio, 502, "media_server_down")
        await server.restart()
        await presses_are_carried_out(studio, running)


async def test_a_stalled_server_is_a_timeout_and_presses_are_kept(new_live_server: NewServer, tmp_path: Path) -> None:
    """It takes connections and never answers."""
    server = await new_live_server()
    async with studio_on(server, tmp_path / "data") as studio:
        await studio.ok("running/create")
        await studio.ok("idle/create", start=0)
        running = await studio.call("running")
        process = psutil.Process(server.pid)
        process.suspend()
        try:
            await presses_fail(studio, 504, "media_server_timeout")
        finally:
            process.resume()
        await presses_are_carried_out(studio, running)


async def test_a_wrong_secret_is_refused_and_presses_are_kept(new_live_server: NewServer, tmp_path: Path) -> None:
    server = await new_live_server()
    async with studio_on(server, tmp_path / "data") as studio:
        await studio.ok("running/create")
        await studio.ok("idle/create", start=0)
        running, right = await studio.call("running"), server.api_secret
        server.api_secret = "w" * 48
        await server.restart()
        await presses_fail(studio, 502, "media_server_refused")
        server.api_secret = right
        await server.restart()
        await presses_are_carried_out(studio, running)


async def presses_fail(studio: Studio, status: int, key: str) -> None:
    """A start, a stop, a create and a mint, none of which waits for LiveKit; the state says ``check``."""
    presses = ("idle/start", "running/stop", "other/create")
    answers = await asyncio.gather(*(studio.press(path) for path in presses))
    answers.append(await studio.mint("idle", "ann"))
    for answer in answers:
        assert answer.status == status, answer.text
        assert key in (answer.text.split()[1], answer.json and answer.json["error"])
    for slug in ("idle", "running", "other"):
        assert await studio.state(slug) == "check"
    await eventually(lambda: health_is(studio, 503, key))


async def presses_are_carried_out(studio: Studio, running: str) -> None:
    await state_becomes(studio, "idle", "ready")
    await state_becomes(studio, "running", "stopped")
    await state_becomes(studio, "other", "ready")
    assert await studio.call("idle") in await studio.calls()
    await eventually(lambda: is_gone(studio, running))
    assert await health_is(studio, 200, "media=ok")


async def is_gone(studio: Studio, call: str) -> bool:
    """A server that was stalled may list a room a moment longer than it says it is deleted."""
    return call not in await studio.calls()


async def health_is(studio: Studio, status: int, word: str) -> bool:
    health = await studio.bridge.get("/health", key=None)
    return health.status == status and word in health.text
