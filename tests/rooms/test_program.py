"""The studio's own picture and sound: one a room, counted nowhere, touched by no hand on the people."""

from dataclasses import replace

import pytest

from bridge.errors import Nobody, TokenNeeded
from bridge.rooms.admission import PROGRAM, Knock
from bridge.rooms.grants import permissions
from bridge.rooms.model import PRESETS, Link, Policy, Role, Room, State
from tests.rooms.fakes import TEAM, a_person, a_room
from tests.rooms.house import House, house_of


def knock(house: House, room: Room, hidden: bool = False) -> Knock:
    house.store.codes["program's"] = room, Link(Role.PROGRAM)
    return Knock("whoever", code="program's", hidden=hidden)


@pytest.mark.parametrize("policy", PRESETS.values(), ids=PRESETS.keys())
def test_it_sends_picture_and_sound_whatever_the_people_may(policy: Policy) -> None:
    may = permissions(Role.PROGRAM, policy)
    assert (may.sources, may.data, may.hidden) == (frozenset(("camera", "microphone")), False, False)


async def test_it_comes_in_by_its_link_always_as_the_same_one_into_a_full_room_and_past_the_lobby() -> None:
    room = a_room(policy=replace(TEAM, max=1, lobby=True))
    async with house_of(room) as house:
        await house.opened(room)
        house.media.inside[room.call] = [a_person("ann", policy=room.policy)]
        for _ in range(2):
            admitted = await house.admission.admit(room, knock(house, room))
            assert admitted.identity == PROGRAM
            assert admitted.token.split()[1:3] == [PROGRAM, "program"]
        with pytest.raises(TokenNeeded, match="hidden"):
            await house.admission.admit(room, knock(house, room, hidden=True))


async def test_it_is_nobody_and_stays_where_it_is() -> None:
    room = a_room(policy=replace(TEAM, max=1))
    async with house_of(room) as house:
        room = await house.opened(room)
        house.media.inside[room.call] = [a_person(PROGRAM, Role.PROGRAM, policy=room.policy)]
        await house.watch.look()
        await house.watch.sweep()
        assert house.roster.count(room) == 0
        assert house.observed.state(room) is State.READY
        assert house.attendance.of(room) == ()
        for who in ("all", "speakers", PROGRAM):
            with pytest.raises(Nobody):
                await house.floor.mute(room, who)
        assert await house.admission.admit(room, Knock("ann", owner=True))
        await house.watch.look()
        await house.idle()
        assert house.media.count("remove") == 0
