"""Who gets a token."""

import asyncio
from dataclasses import replace

import pytest

from bridge.errors import BadRequest, BridgeError, MediaServerDown, MediaServerTimeout, RoomFull, RoomStopped
from bridge.rooms import admission
from bridge.rooms.model import Role
from tests.rooms.fakes import TEAM, a_person, a_room
from tests.rooms.house import House, house_of, until

TEN = replace(TEAM, max=10)


async def admitted(house: House, room_id: str, identities: list[str], role: Role = Role.SPEAKER) -> list[str]:
    """Those who were given a token, of people who ask at once."""
    room = house.store.get(room_id)
    assert room is not None
    asked = (house.admission.admit(room, role, identity, "") for identity in identities)
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(answer) for answer in answers} <= {str, RoomFull}
    return [identity for identity, answer in zip(identities, answers, strict=True) if isinstance(answer, str)]


async def test_fifty_at_once_against_a_cap_of_ten_are_ten() -> None:
    room = a_room(policy=TEN)
    async with house_of(room) as house:
        await house.opened(room)
        assert len(await admitted(house, room.id, [f"p{n}" for n in range(50)])) == 10


async def test_people_inside_are_asked_for_at_every_mint() -> None:
    room = a_room(policy=replace(TEAM, max=3))
    async with house_of(room) as house:
        await house.opened(room)
        house.media.inside[room.call] = [a_person("ann"), a_person("bob"), a_person("s", Role.SCENE)]
        assert await admitted(house, room.id, ["cid", "dan", "ann"]) == ["cid", "ann"]


async def test_scenes_have_places_of_their_own() -> None:
    room = a_room(policy=replace(TEAM, max=1))
    async with house_of(room) as house:
        await house.opened(room)
        assert await admitted(house, room.id, ["ann", "bob"]) == ["ann"]
        assert await admitted(house, room.id, ["s1", "s2", "s3"], Role.SCENE) == ["s1", "s2"]


async def test_a_stopped_room_gives_no_token() -> None:
    room = a_room(active=False)
    async with house_of(room) as house:
        with pytest.raises(RoomStopped):
            await house.admission.admit(room, Role.SPEAKER, "ann", "")


async def test_a_room_stopped_while_livekit_is_asked_gives_no_token() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        gate = house.media.hang("people")
        mint = asyncio.create_task(house.admission.admit(room, Role.SPEAKER, "ann", ""))
        await until(lambda: house.media.count("people") == 1)
        await house.intent.stop(room.id)
        await house.intent.start(room.id)
        gate.set()
        with pytest.raises(RoomStopped):
            await mint


async def test_who_is_inside_must_be_known() -> None:
    room = a_room()
    async with house_of(room) as house:
        house.media.errors["people"] = MediaServerDown("away")
        with pytest.raises(MediaServerDown):
            await house.admission.admit(room, Role.SPEAKER, "ann", "")


async def test_a_livekit_that_never_says_so_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "PRESS_SECONDS", 0.02)
    room = a_room()
    async with house_of(room) as house:
        house.media.hang("people")
        mints = [house.admission.admit(room, Role.SPEAKER, f"p{n}", "") for n in range(3)]
        answers = await asyncio.gather(*mints, return_exceptions=True)
        assert [type(answer) for answer in answers] == [MediaServerTimeout] * 3


@pytest.mark.parametrize(
    ("identity", "name", "field"),
    [
        ("", "", "participant_id"),
        ("   ", "", "participant_id"),
        ("x" * 257, "", "participant_id"),
        ("é" * 129, "", "participant_id"),
        ("a\nb", "", "participant_id"),
        ("ann", "x" * 257, "participant_name"),
        ("ann", "a\u202eb", "participant_name"),
        ("\ud800", "", "participant_id"),
    ],
)
async def test_identities_and_names_are_short_printable_text(identity: str, name: str, field: str) -> None:
    room = a_room()
    async with house_of(room) as house:
        with pytest.raises(BadRequest) as refused:
            await house.admission.admit(room, Role.SPEAKER, identity, name)
        error: BridgeError = refused.value
        assert error.message.startswith(field)
        assert house.media.log == []
