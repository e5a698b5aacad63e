"""A press whole: what it waits for, and what it says of its consequences."""

import asyncio

import pytest

from bridge.errors import MediaServerDown, MediaServerRefused, NameTaken, RoomStopped
from bridge.rooms.model import PRESETS, Room, State
from bridge.rooms.presses import KEPT, Pressed
from tests.rooms.fakes import TEAM, a_person, a_room
from tests.rooms.house import House, house_of, until

OWNER = "a" * 24
WEBINAR = PRESETS["webinar"]


async def ensure(house: House, slug: str = "main") -> Pressed:
    return await house.presses.ensure(OWNER, slug, "Main", TEAM, active=True, accept=lambda room: None)


async def test_a_press_answers_with_the_room_as_livekit_has_it() -> None:
    async with house_of() as house:
        made = await ensure(house)
        assert made.changed
        assert house.reality.state(made.room) is State.READY
        assert not (await ensure(house)).changed
        stopped = await house.presses.stop(made.room)
        assert (stopped.changed, stopped.room.active) == (True, False)
        assert not (await house.presses.stop(made.room)).changed
        assert (await house.presses.start(made.room)).changed
        await house.presses.remove(made.room)
        assert house.store.get(made.room.id) is None


async def test_a_create_that_races_a_removal_makes_sure_of_the_room_once_more() -> None:
    room = a_room(active=False)
    async with house_of(room) as house:

        def accept(found: Room) -> None:
            house.store._rooms.pop(found.id)  # another caller removes it between the two steps

        made = await house.presses.ensure(OWNER, room.slug, "Main", TEAM, active=True, accept=accept)
        assert made.changed
        assert made.room.id != room.id
        assert house.reality.state(made.room) is State.READY


async def test_a_room_that_is_not_accepted_is_left_as_it_was() -> None:
    room = a_room(active=False)
    async with house_of(room) as house:

        def refuse(found: Room) -> None:
            raise NameTaken("another one")

        with pytest.raises(NameTaken):
            await house.presses.ensure(OWNER, room.slug, "Main", TEAM, active=True, accept=refuse)
        assert house.store.get(room.id) == room


async def test_a_start_that_a_stop_overtook_says_so() -> None:
    room = a_room(active=False)
    async with house_of(room) as house:
        opening = house.media.hang("open")
        start = asyncio.create_task(house.presses.start(room))
        await until(lambda: house.media.count("open"))
        await house.presses.stop(room)
        opening.set()
        with pytest.raises(RoomStopped):
            await start


async def test_a_press_that_is_kept_says_so_and_an_object_may_wait() -> None:
    room = a_room(active=False)
    async with house_of(room) as house:
        house.media.errors["open"] = MediaServerDown("LiveKit is away")
        with pytest.raises(MediaServerDown) as away:
            await house.presses.start(room)
        assert away.value.hint == KEPT
        changed = await house.presses.set(room, policy={"max": 9}, may_wait=True)
        assert (changed.room.policy.max, house.reality.state(changed.room)) == (9, State.CHECK)
        made = await house.presses.create(OWNER, "New", TEAM, active=True)
        assert house.reality.state(made.room) is State.CHECK
        house.media.errors["open"] = MediaServerRefused("wrong key")
        with pytest.raises(MediaServerRefused) as refused:
            await house.presses.start(room)
        assert KEPT not in refused.value.hint


async def test_who_holds_the_id_gets_a_microphone_when_webinar_mode_goes_off() -> None:
    room = a_room(policy=WEBINAR)
    async with house_of(room) as house:
        assert (await house.presses.set(room, policy={"webinar": True})).warnings == ()
        off = await house.presses.set(room, policy={"webinar": False})
        assert off.warnings == ("id_opens_microphones",)
        assert (await house.presses.set(off.room, policy={"webinar": False})).warnings == ()


async def test_a_max_below_those_inside_is_said() -> None:
    room = a_room()
    async with house_of(room) as house:
        room = await house.opened(room)
        house.media.inside[room.call] = [a_person("ann"), a_person("bob")]
        await house.reconciler.settled(room.id)
        assert (await house.presses.set(room, policy={"max": 2})).warnings == ()
        assert (await house.presses.set(room, policy={"max": 1})).warnings == ("people_over_max",)


async def test_recording_that_is_not_there_is_said_when_it_is_asked_for_and_at_a_start() -> None:
    async with house_of() as house:
        recorded = PRESETS["recorded"]
        made = await house.presses.ensure(OWNER, "main", "Main", recorded, active=False, accept=lambda room: None)
        assert made.warnings == ("recording_unavailable",)
        assert (await house.presses.start(made.room)).warnings == ("recording_unavailable",)
        assert (await house.presses.set(made.room, policy={"chat": False})).warnings == ()


async def test_a_start_on_a_server_that_makes_rooms_by_itself_is_warned_of() -> None:
    room = a_room(active=False)
    async with house_of(room) as house:
        house.reality.auto_creates = True
        assert (await house.presses.start(room)).warnings == ("auto_create_on",)
        assert (await house.presses.stop(room)).warnings == ()
