"""Seats: a link, a holder, a place that is kept."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bridge.errors import BadSetting, RoomFull, SeatTaken
from bridge.rooms.admission import Admitted, Knock
from bridge.rooms.capacity import RESERVED_SECONDS
from bridge.rooms.model import Link, Role, Room
from bridge.rooms.seats import AWAY_SECONDS
from tests.rooms.fakes import TEAM, a_person, a_room
from tests.rooms.house import House, house_of

SEATED = replace(TEAM, max=3, seats=("host", "guest1"))
ANN, BOB = Knock("page:ann", "Ann", code="seat", page=True), Knock("page:bob", "Bob", code="seat", page=True)
OTHER = Knock("page:eve", "Eve", code="speaker", page=True)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    room = a_room(policy=SEATED)
    async with house_of(room) as house:
        house.store.codes |= {"seat": (room, Link(Role.SPEAKER, "guest1")), "speaker": (room, Link(Role.SPEAKER))}
        await house.opened(room)
        yield house


def the_room(house: House) -> Room:
    (room,) = house.store.all()
    return room


async def sits(house: House, guest: Knock) -> Admitted:
    """Minted, and inside."""
    room = the_room(house)
    admitted = await house.admission.admit(room, guest)
    mint = admitted.token.split()[-1]
    inside = [one for one in house.media.inside.get(room.call, []) if one.identity != admitted.identity]
    person = replace(a_person(admitted.identity, mint=mint, policy=room.policy), seat="guest1")
    house.media.inside[room.call] = [*inside, person]
    await house.watch.look()
    return admitted


async def leaves(house: House) -> None:
    house.media.inside[the_room(house).call] = []
    await house.watch.look()


async def test_a_holder_comes_back_to_the_same_seat(house: House) -> None:
    first = await sits(house, ANN)
    assert first.identity == "seat:guest1:1"
    again = await sits(house, ANN)
    assert again.identity == first.identity


async def test_somebody_else_waits_until_the_holder_was_away_for_two_minutes(house: House) -> None:
    await sits(house, ANN)
    with pytest.raises(SeatTaken):
        await house.admission.admit(the_room(house), BOB)
    house.clock.now += RESERVED_SECONDS
    await leaves(house)
    house.clock.now += AWAY_SECONDS - 0.1
    with pytest.raises(SeatTaken):
        await house.admission.admit(the_room(house), BOB)
    house.clock.now += 0.1
    assert (await sits(house, BOB)).identity == "seat:guest1:2"


async def test_a_claim_that_never_came_in_lapses_with_its_place(house: House) -> None:
    await house.admission.admit(the_room(house), ANN)
    with pytest.raises(SeatTaken):
        await house.admission.admit(the_room(house), BOB)
    house.clock.now += RESERVED_SECONDS
    assert (await house.admission.admit(the_room(house), BOB)).identity == "seat:guest1:2"


async def test_the_token_of_a_holder_of_before_is_worth_nothing(house: House) -> None:
    room = the_room(house)
    old = await sits(house, ANN)
    house.clock.now += RESERVED_SECONDS
    await leaves(house)
    house.clock.now += AWAY_SECONDS
    await sits(house, BOB)
    mint = old.token.split()[-1]
    assert house.admission.is_revoked(room.call, old.identity, mint)
    house.media.inside[room.call].append(replace(a_person(old.identity, mint=mint, policy=SEATED), seat="guest1"))
    await house.watch.look()
    await house.idle()
    assert [one.identity for one in house.media.inside[room.call]] == ["seat:guest1:2"]


async def test_a_freed_seat_puts_its_holder_out_and_takes_the_next_one(house: House) -> None:
    room = the_room(house)
    old = await sits(house, ANN)
    assert await house.hands.free(room, "guest1")
    assert house.media.inside[room.call] == []
    assert house.admission.is_revoked(room.call, old.identity, old.token.split()[-1])
    assert (await sits(house, BOB)).identity == "seat:guest1:3"
    assert not await house.hands.free(room, "guest1")  # a button that repeats itself never meets the successor
    assert len(house.media.inside[room.call]) == 1


async def test_empty_seats_keep_their_places(house: House) -> None:
    room = the_room(house)
    assert await house.admission.admit(room, OTHER)
    with pytest.raises(RoomFull):
        await house.admission.admit(room, replace(OTHER, who="page:zoe"))
    assert await house.admission.admit(room, ANN)
    with pytest.raises(RoomFull):
        await house.admission.admit(room, replace(OTHER, who="page:zoe"))


async def test_whoever_claims_at_the_same_time_is_alone(house: House) -> None:
    room = the_room(house)
    house.seats.claim(room, "guest1", "page:ann", "Ann")
    with pytest.raises(SeatTaken):
        house.seats.claim(room, "guest1", "page:bob", "Bob")


async def test_the_title_wins_over_the_name_that_was_typed(house: House) -> None:
    room = the_room(house)
    await house.store.save(replace(room, titles={"guest1": "Dr. Ann"}))
    await house.admission.admit(the_room(house), ANN)
    assert house.media.passes[-1].name == "Dr. Ann"


@pytest.mark.parametrize(
    ("seats", "said"),
    [
        (("Host",), "name that no seat can have"),
        (("all",), "name that no seat can have"),
        (("x" * 25,), "name that no seat can have"),
        (("a", "a"), "twice"),
        (tuple(f"s{n}" for n in range(65)), "names 65"),
        (("a", "b", "c", "d"), "max is 3"),
    ],
)
async def test_seats_that_cannot_be_are_refused(house: House, seats: tuple[str, ...], said: str) -> None:
    with pytest.raises(BadSetting, match=said):
        await house.intent.set(the_room(house).id, policy={"seats": seats})
