"""The studio's hand on whoever is there."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bridge.errors import Barred, MediaServerDown, Nobody
from bridge.rooms.admission import Knock
from bridge.rooms.hands import REPEAT_SECONDS
from bridge.rooms.lobby import key_of
from bridge.rooms.model import Link, Role, Room
from tests.rooms.fakes import TEAM, a_person, a_room
from tests.rooms.house import House, house_of

WEBINAR = replace(TEAM, webinar=True, seats=("host",))
BOB, SID = Knock("bob", "Bob"), Knock("sid", "Sid")
HOST = Knock("page:host", "Hanna", code="seat", page=True)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    room = a_room(policy=WEBINAR)
    async with house_of(room) as house:
        house.store.codes["seat"] = (room, Link(Role.SPEAKER, "host"))
        await house.opened(room)
        yield house


def the_room(house: House) -> Room:
    (room,) = house.store.all()
    return room


async def come(house: House, *guests: Knock) -> None:
    """They are minted for, and inside."""
    room = the_room(house)
    inside = house.media.inside.setdefault(room.call, [])
    for guest in guests:
        await house.admission.admit(room, guest)
        entry = house.media.passes[-1]
        person = a_person(entry.identity, entry.role, policy=WEBINAR, mint=entry.mint)
        inside.append(replace(person, seat=entry.seat))
    await house.watch.look()


def inside(house: House) -> list[str]:
    return [one.identity for one in house.media.inside[the_room(house).call]]


@pytest.mark.parametrize(
    ("who", "left"),
    [
        ("all", ["screen"]),
        ("viewers", ["seat:host:1", "boss", "screen"]),
        ("speakers", ["bob", "sid", "screen"]),
        ("seats", ["bob", "sid", "boss", "screen"]),
        ("host", ["bob", "sid", "boss", "screen"]),
        ("sid", ["bob", "seat:host:1", "boss", "screen"]),
    ],
)
async def test_those_meant_are_put_out_and_never_a_scene(house: House, who: str, left: list[str]) -> None:
    owner = Knock("boss", owner=True)
    await come(house, BOB, SID, HOST, owner, Knock("screen", owner=True, hidden=True))
    assert await house.hands.remove(the_room(house), who)
    assert inside(house) == left


async def test_whoever_was_put_out_is_kept_out_by_every_way(house: House) -> None:
    room = the_room(house)
    await come(house, BOB, HOST)
    await house.hands.remove(room, "all")
    for guest in (BOB, HOST, replace(HOST, code="", who="page:host")):
        with pytest.raises(Barred):
            await house.admission.admit(room, guest)
    assert await house.admission.admit(room, SID)


async def test_free_lets_the_browser_of_that_seat_in_again_and_nobody_else(house: House) -> None:
    room = the_room(house)
    await come(house, BOB, HOST)
    await house.hands.remove(room, "all")
    await house.hands.free(room, "host")
    assert await house.admission.admit(room, HOST)
    with pytest.raises(Barred):
        await house.admission.admit(room, BOB)
    await house.hands.admit(room, key_of("bob"))
    assert await house.admission.admit(room, BOB)


async def test_a_button_that_repeats_itself_never_meets_the_successor(house: House) -> None:
    room = the_room(house)
    await come(house, HOST)
    assert await house.hands.remove(room, "host")
    await come(house, replace(HOST, who="page:next"))
    assert not await house.hands.remove(room, "host")
    assert len(inside(house)) == 1 + 0
    house.clock.now += REPEAT_SECONDS
    assert await house.hands.remove(room, "host")
    assert inside(house) == []


async def test_one_that_livekit_could_not_take_repeats_nothing_either(house: House) -> None:
    """Companion asks again after a 502: what was written down is carried out, and meets nobody who came since."""
    room = the_room(house)
    await come(house, HOST)
    house.media.errors["remove"] = MediaServerDown("away")
    with pytest.raises(MediaServerDown):
        await house.hands.free(room, "host")
    del house.media.errors["remove"]
    assert not await house.hands.free(room, "host")
    await house.watch.look()
    await house.idle()
    assert inside(house) == []


@pytest.mark.parametrize("hand", ["remove", "admit", "refuse"])
async def test_nobody_there_is_said(house: House, hand: str) -> None:
    for who in ("all", "next", "speakers", "host", "zoe"):
        with pytest.raises(Nobody):
            await getattr(house.hands, hand)(the_room(house), who)


async def test_a_seat_that_is_none_is_said_with_those_there_are(house: House) -> None:
    with pytest.raises(Nobody, match="no seat guest9") as refused:
        await house.hands.free(the_room(house), "guest9")
    assert "host" in refused.value.hint
