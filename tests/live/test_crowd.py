"""Fifty callers at once: every press gets an answer, and in the end LiveKit is what was wanted last."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bridges import Answer
from tests.live.proxy import proxy_before
from tests.live.server import LiveServer
from tests.live.studio import Studio, eventually, studio_on

CALLERS = 50


@pytest.fixture
async def studio(live_server: LiveServer, tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio_on(live_server, tmp_path / "data") as studio:
        yield studio


async def pressed(studio: Studio, path: str, **params: object) -> tuple[float, Answer]:
    began = time.monotonic()
    answer = await studio.press(path, **params)
    return time.monotonic() - began, answer


async def all_at_once(studio: Studio, presses: list[tuple[str, dict[str, object]]]) -> Counter[str]:
    """What the presses were answered: ``OK``, or the key of the refusal."""
    results = await asyncio.gather(*(pressed(studio, path, **params) for path, params in presses))
    times = sorted(seconds for seconds, _ in results)
    print(f"{len(times)} presses at once: median {times[len(times) // 2] * 1000:.0f}, last {times[-1] * 1000:.0f} ms")
    words = (answer.text.split() for _, answer in results)
    return Counter(word[0] if word[0] == "OK" else word[1] for word in words)


async def agree(studio: Studio, before: set[str]) -> bool:
    """Whether LiveKit holds, beyond ``before``, exactly the calls of the rooms that are to be open."""
    rooms = studio.bridge.running.parts.store.all()
    states = {await studio.state(room.slug) for room in rooms}
    return set(await studio.calls()) - before == {room.call for room in rooms if room.active} and "check" not in states


async def test_fifty_identical_starts_are_one_call(studio: Studio) -> None:
    before = set(await studio.calls())
    await studio.ok("show/create", start=0)
    assert await all_at_once(studio, [("show/start", {})] * CALLERS) == {"OK": CALLERS}
    assert set(await studio.calls()) - before == {await studio.call("show")}


async def test_fifty_creates_of_one_slug_make_one_room(studio: Studio) -> None:
    before = set(await studio.calls())
    assert await all_at_once(studio, [("show/create", {})] * CALLERS) == {"OK": CALLERS}
    assert len(studio.bridge.running.parts.store.all()) == 1
    assert set(await studio.calls()) - before == {await studio.call("show")}


async def test_fifty_callers_on_rooms_of_their_own(studio: Studio) -> None:
    before = set(await studio.calls())
    for verb, left in (("create", CALLERS), ("stop", 0), ("start", CALLERS)):
        assert await all_at_once(studio, [(f"room-{n}/{verb}", {}) for n in range(CALLERS)]) == {"OK": CALLERS}
        assert len(set(await studio.calls()) - before) == left


@pytest.mark.parametrize("rooms", [1, 5])
async def test_fifty_callers_who_disagree(studio: Studio, rooms: int) -> None:
    """A start that a stop overtook says so; nothing else is ever refused."""
    before = set(await studio.calls())
    for n in range(rooms):
        await studio.ok(f"room-{n}/create", start=n % 2)
    for _ in range(3):
        presses = [press(n % rooms, n) for n in range(CALLERS)]
        random.shuffle(presses)
        assert set(await all_at_once(studio, presses)) <= {"OK", "room_stopped"}
        await eventually(lambda: agree(studio, before))


async def test_two_hundred_join_at_once_from_far_away(live_server: LiveServer, tmp_path: Path) -> None:
    """By the owner's token, LiveKit 60 ms away: nobody fails, and one more than the room holds is refused."""
    async with proxy_before(live_server.http_url) as proxy:
        livekit = {"url": proxy.url, "api_key": live_server.api_key, "api_secret": live_server.api_secret}
        async with studio_on(live_server, tmp_path / "data", livekit=livekit) as studio:
            await studio.ok("show/create", max=200)
            body = {"room_id": await studio.room_id("show"), "LKRoomName": await studio.call("show")}
            proxy.distance = 0.06

            async def join(number: int) -> Answer:
                asked = body | {"participant_id": f"person {number}"}
                return await studio.bridge.api("conferences-public/createToken", asked)

            began = time.monotonic()
            answers = await asyncio.gather(*(join(number) for number in range(250)))
            print(f"250 joiners were answered within {(time.monotonic() - began) * 1000:.0f} ms")
            assert Counter(answer.status for answer in answers) == {200: 200, 409: 50}
            assert {answer.json["error"] for answer in answers if answer.status == 409} == {"room_full"}


def press(room: int, number: int) -> tuple[str, dict[str, object]]:
    verb = ("start", "stop", "set")[number % 3]
    return f"room-{room}/{verb}", {"max": number + 1, "chat": number % 2} if verb == "set" else {}
