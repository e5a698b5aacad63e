"""Who has the floor."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bridge.errors import BadSetting, MediaServerDown, Nobody
from bridge.rooms.admission import Knock
from bridge.rooms.grants import CAMERA, MICROPHONE, SCREEN, SCREEN_SOUND, What
from bridge.rooms.messages import Kind
from bridge.rooms.model import Link, Role, Room
from bridge.rooms.ports import Participant, Track
from tests.rooms.fakes import TEAM, a_person, a_room
from tests.rooms.house import House, house_of

SEATED = replace(TEAM, webinar=True, seats=("host",))
HOST = Knock("page:host", "Hanna", code="seat", page=True)
SUCCESSOR = Knock("page:next", "Nina", code="seat", page=True)
BOB = Knock("bob", "Bob")


@pytest.fixture
async def house() -> AsyncIterator[House]:
    room = a_room(policy=SEATED)
    async with house_of(room) as house:
        house.store.codes["seat"] = (room, Link(Role.SPEAKER, "host"))
        await house.opened(room)
        yield house


def the_room(house: House) -> Room:
    (room,) = house.store.all()
    return room


async def comes(house: House, guest: Knock, *tracks: Track) -> str:
    room = the_room(house)
    identity = (await house.admission.admit(room, guest)).identity
    entry = house.media.passes[-1]
    person = a_person(identity, entry.role, policy=SEATED, mint=entry.mint, may=entry.permissions)
    house.media.inside.setdefault(room.call, []).append(replace(person, seat=entry.seat, tracks=tracks))
    await house.watch.look()
    return identity


def person(house: House, identity: str) -> Participant:
    return next(one for one in house.media.inside[the_room(house).call] if one.identity == identity)


async def test_mute_mutes_what_is_sent_now_and_takes_no_right(house: House) -> None:
    host = await comes(house, HOST, Track("m", MICROPHONE, False), Track("c", CAMERA, False))
    assert await house.floor.mute(the_room(house), "host")
    assert [(track.source, track.muted) for track in person(house, host).tracks] == [
        (MICROPHONE, True),
        (CAMERA, False),
    ]
    assert MICROPHONE in person(house, host).permissions.sources
    assert not await house.floor.mute(the_room(house), "host")
    assert [one.kind for one in house.messages.unread(the_room(house).call, host)] == [Kind.MUTED]


async def test_a_mute_that_livekit_does_not_take_is_not_done_later(house: House) -> None:
    await comes(house, HOST, Track("m", MICROPHONE, False))
    house.media.errors["mute"] = MediaServerDown("gone")
    with pytest.raises(MediaServerDown):
        await house.floor.mute(the_room(house), "host")
    del house.media.errors["mute"]
    await house.watch.look()
    await house.reconciler.settled(the_room(house).id)
    assert house.media.count("mute") == 1


@pytest.mark.parametrize(
    ("what", "left"),
    [
        (What.MIC, {CAMERA, SCREEN, SCREEN_SOUND}),
        (What.CAMERA, {MICROPHONE, SCREEN, SCREEN_SOUND}),
        (What.SCREEN, {MICROPHONE, CAMERA}),
        (What.ALL, set[str]()),
    ],
)
async def test_who_is_blocked_may_not_send_until_allowed(house: House, what: What, left: set[str]) -> None:
    host = await comes(house, HOST)
    room = the_room(house)
    assert await house.floor.block(room, "host", what)
    assert person(house, host).permissions.sources == left
    assert not await house.floor.block(room, "host", what)
    (row,) = (row for row in house.attendance.of(room) if row.seat == "host")
    assert set(row.blocked) == ({What.MIC, What.CAMERA, What.SCREEN} if what is What.ALL else {what})
    assert await house.floor.allow(room, "host", What.ALL)
    assert person(house, host).permissions.sources == {MICROPHONE, CAMERA, SCREEN, SCREEN_SOUND}


async def test_a_block_outlives_a_rejoin_and_an_old_token_and_no_successor_inherits_it(house: House) -> None:
    host = await comes(house, HOST)
    room = the_room(house)
    await house.floor.block(room, "host")
    house.media.inside[room.call] = []
    await house.watch.look()
    await comes(house, HOST)
    assert MICROPHONE not in house.media.passes[-1].permissions.sources
    house.media.inside[room.call] = [replace(a_person(host, policy=SEATED), seat="host")]  # by a token of before
    await house.watch.look()
    await house.reconciler.settled(room.id)
    assert MICROPHONE not in person(house, host).permissions.sources
    await house.hands.free(room, "host")
    successor = await comes(house, SUCCESSOR)
    assert MICROPHONE in person(house, successor).permissions.sources


async def test_who_is_away_may_be_blocked_meanwhile(house: House) -> None:
    await comes(house, HOST)
    room = the_room(house)
    house.media.inside[room.call] = []
    await house.watch.look()
    assert await house.floor.block(room, "host")
    await comes(house, HOST)
    assert MICROPHONE not in house.media.passes[-1].permissions.sources


async def test_a_promoted_guest_speaks_and_a_demoted_speaker_watches(house: House) -> None:
    bob, host = await comes(house, BOB), await comes(house, HOST)
    room = the_room(house)
    assert await house.floor.promote(room, "bob")
    assert MICROPHONE in person(house, bob).permissions.sources
    assert not await house.floor.promote(room, "bob")
    assert await house.floor.demote(room, "host")
    assert person(house, host).permissions.sources == set()
    assert {row.who: row.role for row in house.attendance.of(room)} == {"host": Role.GUEST, "bob": Role.SPEAKER}
    assert not await house.floor.demote(room, "viewers")
    assert await house.floor.demote(room, "speakers")
    assert person(house, bob).permissions.sources == set()


async def test_scenes_and_who_is_not_there_are_nobody(house: House) -> None:
    room = the_room(house)
    house.media.inside[room.call] = [a_person("screen", Role.SCENE)]
    await house.watch.look()
    for hand in (house.floor.mute, house.floor.block, house.floor.promote, house.floor.unmute):
        for who in ("all", "screen", "host"):
            with pytest.raises(Nobody):
                await hand(room, who)


async def test_a_line_stays_until_it_is_read(house: House) -> None:
    host = await comes(house, HOST)
    room = the_room(house)
    await house.floor.say(room, "host", "Two minutes.")
    await house.floor.unmute(room, "host")
    await house.floor.unmute(room, "host")
    first, asked = house.messages.unread(room.call, host)
    assert (first.kind, first.text, asked.kind) == (Kind.SAID, "Two minutes.", Kind.ASKED)
    house.messages.read(room.call, host, first.number)
    assert house.messages.unread(room.call, host) == (asked,)
    await house.presses.stop(room)
    assert house.messages.unread(room.call, host) == ()
    for text in (" ", "x" * 501, "a\nb"):
        with pytest.raises(BadSetting):
            await house.floor.say(room, "host", text)
