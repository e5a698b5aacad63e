"""Before the door: who waits, who is let in, who is kept out."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bridge.errors import Barred, NotAdmitted
from bridge.rooms.admission import Knock
from bridge.rooms.lobby import MOST_WAITING, WAITING_SECONDS, key_of
from bridge.rooms.model import Role, Room
from tests.rooms.fakes import TEAM, a_person, a_room
from tests.rooms.house import House, house_of

ANN = Knock("page:ann", "Ann", page=True)
EVE = Knock("eve", "Eve")


@pytest.fixture
async def house() -> AsyncIterator[House]:
    room = a_room(policy=replace(TEAM, lobby=True))
    async with house_of(room) as house:
        await house.opened(room)
        yield house


def the_room(house: House) -> Room:
    (room,) = house.store.all()
    return room


def knocks(house: House, guest: Knock, role: Role = Role.SPEAKER) -> None:
    house.lobby.knock(the_room(house), key_of(guest.who), guest.name, role)


def waiting(house: House) -> list[str]:
    return [one.name for one in house.lobby.waiting(the_room(house))]


async def test_nobody_gets_a_token_before_they_are_admitted(house: House) -> None:
    room = the_room(house)
    for guest in (ANN, EVE):
        with pytest.raises(NotAdmitted):
            await house.admission.admit(room, guest)
        knocks(house, guest)
    assert waiting(house) == ["Ann", "Eve"]
    assert await house.hands.admit(room, "next")
    assert waiting(house) == ["Eve"]
    assert await house.admission.admit(room, ANN)
    assert await house.admission.admit(room, ANN)  # for as long as the call lasts
    with pytest.raises(NotAdmitted):
        await house.admission.admit(room, EVE)


async def test_owner_and_scenes_pass_by(house: House) -> None:
    room = the_room(house)
    assert await house.admission.admit(room, Knock("boss", owner=True))
    assert await house.admission.admit(room, Knock("screen", owner=True, hidden=True))


async def test_whoever_comes_by_a_token_of_before_is_put_out(house: House) -> None:
    await house.intent.set(the_room(house).id, policy={"lobby": False})
    token = (await house.admission.admit(the_room(house), ANN)).token
    await house.intent.set(the_room(house).id, policy={"lobby": True})
    room = the_room(house)
    house.media.inside[room.call] = [a_person("page:ann", mint=token.split()[-1])]
    await house.watch.look()
    await house.idle()
    assert house.media.inside[room.call] == []


async def test_whoever_is_inside_when_the_lobby_opens_stays_and_may_reload(house: House) -> None:
    await house.intent.set(the_room(house).id, policy={"lobby": False})
    room = the_room(house)
    token = (await house.admission.admit(room, ANN)).token
    house.media.inside[room.call] = [a_person("page:ann", mint=token.split()[-1])]
    await house.watch.look()
    await house.intent.set(room.id, policy={"lobby": True})
    await house.watch.look()
    await house.idle()
    assert len(house.media.inside[room.call]) == 1
    assert await house.admission.admit(the_room(house), ANN)


async def test_refused_is_refused_until_admitted_after_all(house: House) -> None:
    room = the_room(house)
    knocks(house, ANN)
    await house.hands.refuse(room, "page:ann")
    with pytest.raises(NotAdmitted, match="did not let you in"):
        await house.admission.admit(room, ANN)
    await house.hands.admit(room, "page:ann")
    assert await house.admission.admit(room, ANN)


async def test_who_says_nothing_any_more_does_not_wait(house: House) -> None:
    knocks(house, ANN)
    house.clock.now += WAITING_SECONDS - 1
    knocks(house, ANN)
    house.clock.now += WAITING_SECONDS - 1
    assert waiting(house) == ["Ann"]
    house.clock.now += 1
    assert waiting(house) == []


async def test_a_crowd_before_the_door_is_bounded(house: House) -> None:
    for number in range(MOST_WAITING + 50):
        knocks(house, replace(ANN, who=f"page:{number}"))
    assert len(waiting(house)) == MOST_WAITING


async def test_admitted_and_barred_are_written_down(house: House) -> None:
    room = the_room(house)
    knocks(house, ANN)
    await house.hands.admit(room, "all")
    assert house.store.calls()[room.call].admitted == ("page:ann",)
    token = (await house.admission.admit(room, ANN)).token
    house.media.inside[room.call] = [a_person("page:ann", mint=token.split()[-1])]
    await house.watch.look()
    assert await house.hands.remove(room, "page:ann")
    assert house.media.inside[room.call] == []
    call = house.store.calls()[room.call]
    assert ("page:ann" in call.admitted, dict(call.barred)) == (False, {"page:ann": ""})
    with pytest.raises(Barred):
        await house.admission.admit(room, ANN)


async def test_the_next_call_knows_nobody(house: House) -> None:
    room = the_room(house)
    knocks(house, ANN)
    await house.hands.admit(room, "all")
    await house.intent.stop(room.id)
    await house.intent.start(room.id)
    with pytest.raises(NotAdmitted):
        await house.admission.admit(the_room(house), ANN)
