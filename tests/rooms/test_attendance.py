"""Who is there, a row each."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bridge.rooms.admission import Knock
from bridge.rooms.attendance import Presence, Row, Sends
from bridge.rooms.model import Link, Role, Room
from bridge.rooms.ports import Track
from bridge.rooms.seats import AWAY_SECONDS
from bridge.rooms.tally import Air, Shown
from tests.rooms.fakes import TEAM, a_person, a_room
from tests.rooms.house import House, house_of

SEATED = replace(TEAM, webinar=True, seats=("host", "guest1"))


@pytest.fixture
async def house() -> AsyncIterator[House]:
    room = a_room(policy=SEATED)
    async with house_of(room) as house:
        house.store.codes |= {"host": (room, Link(Role.SPEAKER, "host"))}
        await house.opened(room)
        yield house


def the_room(house: House) -> Room:
    (room,) = house.store.all()
    return room


def rows(house: House) -> dict[str, Row]:
    return {row.who: row for row in house.attendance.of(the_room(house))}


async def goes_in(house: House, *tracks: Track) -> None:
    room = the_room(house)
    admitted = await house.admission.admit(room, Knock("page:ann", "Ann", code="host", page=True))
    person = replace(a_person(admitted.identity, policy=SEATED, joined=2), seat="host", tracks=tracks)
    others = [a_person("bob", policy=SEATED, joined=5), a_person("cam", Role.SCENE, policy=SEATED, joined=1)]
    house.media.inside[room.call] = [*others, a_person("eve", Role.GUEST, policy=SEATED, joined=3), person]
    await house.watch.look()


async def test_empty_seats_have_a_row_each_in_their_order(house: House) -> None:
    assert list(rows(house)) == ["host", "guest1"]
    assert {row.presence for row in rows(house).values()} == {Presence.EMPTY}


async def test_seats_come_first_then_the_others_by_the_time_they_came_and_no_scene(house: House) -> None:
    await goes_in(house)
    assert list(rows(house)) == ["host", "guest1", "eve", "bob"]
    assert [row.presence for row in rows(house).values()] == ["inside", "empty", "inside", "inside"]
    assert (rows(house)["eve"].role, rows(house)["host"].since) == (Role.GUEST, 2)


async def test_the_title_of_a_seat_wins_over_the_name_somebody_typed(house: House) -> None:
    await goes_in(house)
    assert (rows(house)["host"].name, rows(house)["host"].title) == ("Ann", "")
    await house.intent.title(the_room(house).id, "host", "Dr. Anna Weber")
    row = rows(house)["host"]
    assert (row.name, row.title, row.typed) == ("Dr. Anna Weber", "Dr. Anna Weber", "Ann")


async def test_what_somebody_sends_is_told(house: House) -> None:
    await goes_in(house, Track("TR_1", "microphone", muted=True), Track("TR_2", "camera", muted=False))
    row = rows(house)["host"]
    assert (row.mic, row.camera, row.screen) == (Sends.MUTED, Sends.ON, Sends.OFF)


async def test_a_holder_who_left_is_away_and_then_the_seat_is_empty(house: House) -> None:
    await goes_in(house)
    house.media.inside[the_room(house).call] = []
    await house.watch.look()
    assert (rows(house)["host"].presence, rows(house)["host"].typed) == (Presence.AWAY, "Ann")
    house.clock.now += AWAY_SECONDS
    assert (rows(house)["host"].presence, rows(house)["host"].typed) == (Presence.EMPTY, "")


async def test_a_browser_that_never_sat_there_is_marked(house: House) -> None:
    await goes_in(house)
    assert rows(house)["host"].new_browser
    assert not rows(house)["guest1"].new_browser
    await house.hands.free(the_room(house), "host")
    await goes_in(house)
    assert not rows(house)["host"].new_browser


async def test_who_waits_stands_in_the_row_of_the_seat_they_wait_for(house: House) -> None:
    await house.intent.set(the_room(house).id, policy={"lobby": True})
    room = the_room(house)
    for key, name, seat in (("page:ann", "Ann", "host"), ("page:bob", "Bob", "host"), ("page:eve", "Eve", "")):
        house.lobby.knock(room, key, name, Role.SPEAKER, seat)
    assert [(row.who, row.presence, row.name) for row in rows(house).values()] == [
        ("host", Presence.WAITING, "Ann"),
        ("guest1", Presence.EMPTY, ""),
        ("page:bob", Presence.WAITING, "Bob"),
        ("page:eve", Presence.WAITING, "Eve"),
    ]


async def test_where_vmix_shows_them_is_told_and_the_whole_room_is_who_may_send(house: House) -> None:
    await goes_in(house)
    assert {row.air for row in rows(house).values()} == {Air.UNKNOWN}
    house.tally.hear([Shown(1, ("guest1@main",)), Shown(2, ("grid@main",))], ())
    assert {who: (row.air, row.inputs) for who, row in rows(house).items()} == {
        "host": (Air.PROGRAM, (2,)),
        "guest1": (Air.PROGRAM, (1,)),
        "eve": (Air.OFF, ()),
        "bob": (Air.PROGRAM, (2,)),
    }
