"""Who gets a token."""

import asyncio
from dataclasses import replace

import pytest

from bridge.errors import (
    BadRequest,
    BridgeError,
    IdentityTaken,
    MediaServerDown,
    MediaServerTimeout,
    RoomFull,
    RoomStopped,
    StoreBroken,
)
from bridge.rooms import admission
from bridge.rooms.admission import Admitted, Knock
from bridge.rooms.model import Role, Room
from tests.rooms.fakes import TEAM, a_person, a_room
from tests.rooms.house import House, house_of, until

TEN = replace(TEAM, max=10)


async def admitted(house: House, room_id: str, identities: list[str], role: Role = Role.SPEAKER) -> list[str]:
    """Those who were given a token, of people who ask at once."""
    room = house.store.get(room_id)
    assert room is not None
    knocks = (Knock(identity, hidden=role is Role.SCENE, owner=True) for identity in identities)
    asked = (house.admission.admit(room, knock) for knock in knocks)
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(answer) for answer in answers} <= {Admitted, RoomFull}
    return [identity for identity, answer in zip(identities, answers, strict=True) if isinstance(answer, Admitted)]


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


async def test_who_records_is_let_into_a_full_room_and_takes_no_place() -> None:
    room = a_room(policy=replace(TEAM, max=1))
    async with house_of(room) as house:
        await house.opened(room)
        assert await admitted(house, room.id, ["ann"]) == ["ann"]
        assert house.admission.recorder(room, "abc").identity == "recorder:abc"
        assert await admitted(house, room.id, ["s1", "s2"], Role.SCENE) == ["s1", "s2"]
        await house.store.save(replace(room, active=False))
        with pytest.raises(RoomStopped):
            house.admission.recorder(room, "abc")


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
            await house.admission.admit(room, Knock("ann", owner=True))


async def test_a_room_stopped_while_livekit_is_asked_gives_no_token() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        gate = house.media.hang("participants")
        mint = asyncio.create_task(house.admission.admit(room, Knock("ann", owner=True)))
        await until(lambda: house.media.count("participants") == 1)
        await house.intent.stop(room.id)
        await house.intent.start(room.id)
        gate.set()
        with pytest.raises(RoomStopped):
            await mint


async def test_who_is_inside_must_be_known() -> None:
    room = a_room()
    async with house_of(room) as house:
        house.media.errors["participants"] = MediaServerDown("away")
        with pytest.raises(MediaServerDown):
            await house.admission.admit(room, Knock("ann", owner=True))


async def test_a_livekit_that_never_says_so_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "PRESS_SECONDS", 0.02)
    room = a_room()
    async with house_of(room) as house:
        house.media.hang("participants")
        mints = [house.admission.admit(room, Knock(f"p{n}", owner=True)) for n in range(3)]
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
            await house.admission.admit(room, Knock(identity, name))
        error: BridgeError = refused.value
        assert error.message.startswith(field)
        assert house.media.log == []


RESERVED = (
    "seat:host:1",
    "page:abc",
    "recorder:1",
    "Page: x",
    "Seat:x",
    " seat:x",
    "SCENE:1",
    "program",
    " Program ",
    "program:1",
)


@pytest.mark.parametrize("identity", RESERVED)
async def test_reserved_identities_are_refused_however_they_are_spelled(identity: str) -> None:
    room = a_room()
    async with house_of(room) as house:
        with pytest.raises(BadRequest, match="reserved"):
            await house.admission.admit(room, Knock(identity))


async def test_names_that_only_begin_alike_are_not_reserved() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        for identity in ("programmer", "seats", "x seat:1", "seat"):
            assert await house.admission.admit(room, Knock(identity))


HOST = Knock("host", owner=True)
THIEF = Knock("host", address="10.0.0.9")


async def mint_of(house: House, room: Room, guest: Knock) -> str:
    return (await house.admission.admit(room, guest)).token.split()[-1]


async def test_nobody_gets_the_identity_of_somebody_inside_by_the_id_alone() -> None:
    room = a_room()
    async with house_of(room) as house:
        room = await house.opened(room)
        house.media.inside[room.call] = [a_person("host", mint=await mint_of(house, room, HOST))]
        house.clock.now += 3600
        with pytest.raises(IdentityTaken):
            await house.admission.admit(room, THIEF)
        assert await house.admission.admit(room, replace(THIEF, who="ann"))
        assert await house.admission.admit(room, HOST)


async def test_a_thief_who_mints_first_and_comes_later_is_put_out() -> None:
    room = a_room()
    async with house_of(room) as house:
        room = await house.opened(room)
        stolen = await mint_of(house, room, THIEF)
        assert not house.admission.is_revoked(room.call, "host", stolen)
        own = await mint_of(house, room, HOST)
        assert house.admission.is_revoked(room.call, "host", stolen)
        assert not house.admission.is_revoked(room.call, "host", own)
        house.media.inside[room.call] = [a_person("host", mint=stolen)]
        await house.watch.look()
        await house.idle()
        assert house.media.inside[room.call] == []
        house.media.inside[room.call] = [a_person("host", mint=own)]
        await house.watch.look()
        await house.idle()
        assert [person.mint for person in house.media.inside[room.call]] == [own]


async def test_a_token_is_given_only_once_the_weaker_ones_are_revoked_on_the_disk() -> None:
    room = a_room()
    async with house_of(room) as house:
        room = await house.opened(room)
        await house.admission.admit(room, THIEF)
        house.store.error = StoreBroken("disk full")
        with pytest.raises(StoreBroken):
            await house.admission.admit(room, HOST)


async def test_a_stop_meanwhile_leaves_the_call_ended() -> None:
    """What is written about a mint must not bring back to life what a stop wrote."""
    room = a_room()
    async with house_of(room) as house:
        room = await house.opened(room)
        await house.admission.admit(room, THIEF)
        house.store.gate = asyncio.Event()
        stop = asyncio.create_task(house.intent.stop(room.id))
        await house.idle()
        mint = asyncio.create_task(house.admission.admit(room, HOST))
        await house.idle()
        house.store.gate.set()
        await stop
        with pytest.raises(RoomStopped):
            await mint
        assert house.store.calls()[room.call].ended


async def test_two_hundred_at_once_cost_two_looks_and_one_write() -> None:
    room = a_room(policy=replace(TEAM, max=150))
    async with house_of(room) as house:
        await house.opened(room)
        house.media.log.clear()
        assert len(await admitted(house, room.id, [f"p{n}" for n in range(200)])) == 150
        assert house.media.count("participants") <= 2
        assert len(house.store.call_saves) == 1  # the call is older than this process: anybody may have a weaker token
        assert len(house.store.calls()[room.call].taken) == 150
