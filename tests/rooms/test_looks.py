"""One look for all who ask at the same moment."""

import asyncio

import pytest

from bridge.errors import MediaServerDown
from bridge.rooms.looks import Look, Looks
from bridge.rooms.model import Role
from tests.rooms.fakes import Clock, FakeMedia, a_person
from tests.rooms.house import until


def looks_of(media: FakeMedia, clock: Clock | None = None) -> tuple[Looks, list[str]]:
    told: list[str] = []
    return Looks(media, clock or Clock(), lambda call, people: told.extend(p.identity for p in people)), told


async def test_many_who_ask_while_one_is_under_way_share_the_next() -> None:
    media, clock = FakeMedia(), Clock()
    looks, told = looks_of(media, clock)
    gate = media.hang("participants")
    first = asyncio.create_task(looks.into("call"))
    await until(lambda: media.count("participants") == 1)
    clock.now += 1
    others = [asyncio.create_task(looks.into("call")) for _ in range(199)]
    media.inside["call"] = [a_person("ann"), a_person("s", Role.SCENE)]
    gate.set()
    answers = await asyncio.gather(first, *others)
    assert media.count("participants") == 2
    assert {look.began for look in answers[1:]} == {clock.now}
    assert answers[5] == Look(clock.now, frozenset({"ann"}), frozenset({"s"}))
    assert told == ["ann", "s"] * 2


async def test_each_call_is_asked_for_itself() -> None:
    media = FakeMedia()
    looks, _ = looks_of(media)
    gate = media.hang("participants")
    asked = [asyncio.create_task(looks.into(name)) for name in ("one", "two")]
    await until(lambda: media.count("participants") == 2)
    gate.set()
    await asyncio.gather(*asked)


async def test_a_failure_is_everybodys_and_the_next_one_asks_anew() -> None:
    media = FakeMedia()
    looks, _ = looks_of(media)
    media.errors["participants"] = MediaServerDown("away")
    answers = await asyncio.gather(*(looks.into("call") for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [MediaServerDown] * 3
    del media.errors["participants"]
    assert (await looks.into("call")).people == frozenset()


async def test_one_who_gives_up_takes_the_look_from_nobody() -> None:
    media = FakeMedia()
    looks, _ = looks_of(media)
    gate = media.hang("participants")
    hasty, patient = (asyncio.create_task(looks.into("call")) for _ in range(2))
    await until(lambda: media.count("participants") == 1)
    hasty.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hasty
    gate.set()
    assert (await patient).people == frozenset()
