"""Who is inside: LiveKit's own word, and the last look where it gives none."""

from dataclasses import replace

import pytest

from bridge.errors import MediaServerDown
from bridge.rooms import people as module
from bridge.rooms.changes import Changes
from bridge.rooms.model import Role, Room
from bridge.rooms.people import who_is_inside
from bridge.rooms.roster import Roster
from tests.rooms.fakes import FakeMedia, FakeStore, a_person, a_room


@pytest.fixture
def rooms() -> list[Room]:
    return [a_room(slug="main"), a_room(slug="green"), a_room(slug="empty"), a_room(slug="shut", active=False)]


@pytest.fixture
def media(rooms: list[Room]) -> FakeMedia:
    media = FakeMedia()
    main, green, *_ = rooms
    media.inside = {
        main.call: [a_person("ann"), a_person("cut-1", Role.SCENE), a_person("bob")],
        green.call: [a_person("cut-2", Role.SCENE)],
    }
    return media


async def names(media: FakeMedia, roster: Roster, rooms: list[Room]) -> dict[str, list[str]]:
    found = await who_is_inside(FakeStore(*rooms), media, roster)
    return {slug: [person.identity for person in people] for slug, people in found.items()}


def seen(roster: Roster, room: Room, *identities: str) -> None:
    roster.apply(room.id, room.call, [a_person(identity) for identity in identities])


async def test_livekit_is_asked_whatever_was_seen_before(media: FakeMedia, rooms: list[Room]) -> None:
    roster = Roster(Changes())
    seen(roster, rooms[2], "gone")
    assert await names(media, roster, rooms) == {"main": ["ann", "bob"]}


@pytest.mark.parametrize("fault", ["down", "mute"])
async def test_where_livekit_does_not_answer_the_last_look_decides(
    media: FakeMedia, rooms: list[Room], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.05)
    roster = Roster(Changes())
    seen(roster, rooms[0], "ann")
    seen(roster, replace(rooms[1], call="the call before"), "eve")
    if fault == "down":
        media.errors["participants"] = MediaServerDown("LiveKit cannot be reached")
    else:
        media.hang("participants")
    assert await names(media, roster, rooms) == {"main": ["ann"]}
