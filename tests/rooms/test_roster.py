"""Who is inside."""

from dataclasses import replace

from bridge.rooms.changes import Changes
from bridge.rooms.model import Role
from bridge.rooms.roster import Roster
from tests.rooms.fakes import a_person, a_room

PEOPLE = [a_person("ann"), a_person("bob", Role.GUEST), a_person("s", Role.SCENE)]


def test_people_count_and_scenes_do_not() -> None:
    roster, room = Roster(Changes()), a_room()
    assert (roster.of(room.id), roster.count(room), roster.admitted(room.id)) == ((), 0, None)
    roster.apply(room.id, room.call, PEOPLE)
    assert roster.of(room.id) == tuple(PEOPLE)
    assert roster.count(room) == 2
    assert roster.count(replace(room, call="another")) == 0
    assert roster.count(replace(room, active=False)) == 0


def test_whoever_was_let_in_is_remembered_until_the_next_call() -> None:
    roster, room = Roster(Changes()), a_room()
    roster.begins(room, empty=True)
    assert roster.admitted(room.id) == frozenset()
    roster.apply(room.id, room.call, PEOPLE)
    assert roster.let_in(room.id) == tuple(PEOPLE)
    roster.begins(room, empty=True)
    assert roster.admitted(room.id) == frozenset(("ann", "bob", "s"))
    roster.begins(replace(room, call="another"), empty=False)
    assert roster.admitted(room.id) is None


def test_a_forgotten_room_has_nobody_inside() -> None:
    roster, room = Roster(Changes()), a_room()
    roster.apply(room.id, room.call, PEOPLE)
    roster.forget(room.id)
    roster.forget(room.id)
    assert roster.count(room) == 0
