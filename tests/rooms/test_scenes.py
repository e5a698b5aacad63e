"""Scenes: which there are, which are open, and who gives way to whom."""

import asyncio
from dataclasses import replace

import pytest

from bridge.errors import BadSetting, Nobody, RoomFull
from bridge.rooms.admission import Admitted, Knock
from bridge.rooms.model import Link, Role, Room
from bridge.rooms.scenes import GONE_SECONDS, GRACE_SECONDS, MOST_TAKES, PAGE, Kind, Scenes, Sound, kind_of
from tests.rooms.fakes import TEAM, Clock, a_person, a_room
from tests.rooms.house import MAX_SCENES, House, house_of, until

SEATED = a_room(policy=replace(TEAM, seats=("host", "guest1")))


async def opens(house: House, room: Room, page: str) -> Admitted:
    """A scene page asks for its token, and is inside."""
    house.store.codes["scene"] = (room, Link(Role.SCENE))
    admitted = await house.admission.admit(room, Knock(PAGE + page, code="scene", page=True))
    house.media.inside.setdefault(room.call, []).append(a_person(admitted.identity, Role.SCENE))
    return admitted


def inside(house: House, room: Room) -> set[str]:
    return {person.identity for person in house.media.inside.get(room.call, ())}


def test_a_room_has_its_seats_their_screens_its_layouts_and_what_is_taken_to() -> None:
    scenes = Scenes(Clock())
    scenes.opened(SEATED.id, "corner", PAGE + "a")
    room = replace(SEATED, takes={"main": "guest1"})
    assert [(row.name, row.kind, row.shows) for row in scenes.rows(room)] == [
        ("host", Kind.SEAT, ""),
        ("guest1", Kind.SEAT, ""),
        ("host.screen", Kind.SCREEN, ""),
        ("guest1.screen", Kind.SCREEN, ""),
        ("grid", Kind.ROOM, ""),
        ("chat", Kind.ROOM, ""),
        ("speaker", Kind.ROOM, ""),
        ("corner", Kind.TAKE, ""),
        ("main", Kind.TAKE, "guest1"),
    ]
    assert [row.name for row in scenes.rows(room, "not-yet")] == ["not-yet"]


@pytest.mark.parametrize("name", ["Main", "guest9.screen", "a b", "x" * 25, "ä"])
def test_what_can_be_no_scene_is_refused(name: str) -> None:
    with pytest.raises(BadSetting):
        kind_of(SEATED, name)


def test_a_scene_is_silent_since_its_page_last_said_something() -> None:
    clock = Clock()
    scenes = Scenes(clock)
    clock.now += 60
    assert scenes.rows(SEATED, "host")[0].silent == 60
    page = scenes.opened(SEATED.id, "host", PAGE + "a")
    assert (scenes.rows(SEATED, "host")[0].silent, scenes.rows(SEATED, "host")[0].pages) == (0, 1)
    clock.now += 4
    scenes.said(page, Sound.BLOCKED)
    clock.now += 7
    row = scenes.rows(SEATED, "host")[0]
    assert (row.silent, row.sound, row.pages) == (7, Sound.BLOCKED, 1)
    scenes.closed(page)
    assert scenes.rows(SEATED, "host")[0].pages == 0


def test_a_room_has_two_scenes_for_each_seat_and_16_more_or_what_the_settings_say() -> None:
    assert (Scenes(Clock()).limit(SEATED), Scenes(Clock(), 3).limit(SEATED)) == (20, 3)


def test_only_what_is_left_of_a_page_gone_for_5_seconds_gives_way() -> None:
    clock = Clock()
    scenes = Scenes(clock)
    inside = [PAGE + "a", PAGE + "b", "of a client"]
    assert scenes.gone(SEATED, inside) == []
    clock.now += GRACE_SECONDS
    shown = scenes.opened(SEATED.id, "host", PAGE + "a")
    assert scenes.gone(SEATED, inside) == [PAGE + "b"]
    scenes.closed(shown)
    assert scenes.gone(SEATED, inside) == [PAGE + "b"]
    clock.now += GONE_SECONDS
    assert scenes.gone(SEATED, inside) == [PAGE + "a", PAGE + "b"]


async def test_beyond_the_limit_the_newest_is_refused_and_never_one_whose_page_is_open() -> None:
    room = a_room()
    async with house_of(room) as house:
        room = await house.opened(room)
        pages = []
        for number in range(MAX_SCENES):
            admitted = await opens(house, room, str(number))
            pages.append(house.scenes.opened(room.id, "grid", admitted.identity))
        house.clock.now += GRACE_SECONDS
        with pytest.raises(RoomFull, match="scenes are open"):
            await opens(house, room, "newest")
        house.scenes.closed(pages[0])
        with pytest.raises(RoomFull):
            await opens(house, room, "newest")
        house.clock.now += GONE_SECONDS
        await opens(house, room, "newest")
        await until(lambda: PAGE + "0" not in inside(house, room))
        assert PAGE + "1" in inside(house, room)


async def test_a_page_that_comes_back_is_put_out_no_more() -> None:
    room = a_room()
    async with house_of(room) as house:
        room = await house.opened(room)
        house.scenes.give_way(room, [PAGE + "a"])
        await opens(house, room, "a")
        await house.reconciler.settled(room.id)
        assert PAGE + "a" in inside(house, room)


async def test_a_take_is_kept_and_names_a_seat_its_screen_or_nothing() -> None:
    async with house_of(SEATED) as house:
        for seat in ("guest1", "guest1.screen", ""):
            pressed = await house.presses.take(SEATED, "main", seat)
            assert (pressed.changed, pressed.room.takes) == (True, {"main": seat})
            assert not (await house.presses.take(SEATED, "main", seat)).changed
        with pytest.raises(Nobody, match="no seat guest9"):
            await house.presses.take(SEATED, "main", "guest9")
        for scene in ("host", "grid", "Main Stage"):
            with pytest.raises(BadSetting):
                await house.presses.take(SEATED, scene, "guest1")


async def test_there_is_an_end_to_scenes_to_take_to() -> None:
    full = replace(SEATED, takes={f"take-{number}": "" for number in range(MOST_TAKES)})
    async with house_of(full) as house:
        assert (await house.presses.take(full, "take-1", "host")).changed
        with pytest.raises(BadSetting, match="64 scenes"):
            await house.presses.take(full, "one-more", "host")


async def test_takes_at_the_same_moment_are_all_kept() -> None:
    async with house_of(SEATED) as house:
        await asyncio.gather(*(house.presses.take(SEATED, f"main-{n}", "host") for n in range(5)))
        now = house.store.get(SEATED.id)
        assert now
        assert now.takes == {f"main-{n}": "host" for n in range(5)}
