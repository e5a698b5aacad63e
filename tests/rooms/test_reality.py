"""The one word on the button."""

from dataclasses import replace

import pytest

from bridge.errors import MediaServerDown
from bridge.rooms.model import Role, Room, State
from bridge.rooms.plan import plan
from bridge.rooms.ports import CallInfo
from bridge.rooms.reality import Reality
from tests.rooms.fakes import a_person, a_room

SID = "RM_1"


def open_in(reality: Reality, room: Room, sid: str = SID) -> None:
    reality.opened(room, sid, plan(room, 2))


def as_planned(room: Room) -> CallInfo:
    asked = plan(room, 2)
    return CallInfo(room.call, SID, asked.limit, asked.metadata, 0)


def test_a_room_nobody_looked_at() -> None:
    assert Reality().state(a_room(active=False)) is State.STOPPED
    assert Reality().state(a_room()) is State.CHECK


def test_open_empty_and_with_people() -> None:
    reality, room = Reality(), a_room()
    open_in(reality, room)
    assert reality.state(room) is State.READY
    reality.looked(room.id, [a_person("ann")])
    assert (reality.state(room), reality.count(room)) == (State.LIVE, 1)


def test_scenes_do_not_make_a_room_live() -> None:
    reality, room = Reality(), a_room()
    open_in(reality, room)
    reality.looked(room.id, [a_person("s", Role.SCENE)])
    assert (reality.state(room), reality.count(room)) == (State.READY, 0)


def test_a_room_that_livekit_lost_is_to_be_checked() -> None:
    reality, room = Reality(), a_room()
    open_in(reality, room)
    reality.looked(room.id, [a_person("ann")])
    reality.lost(room.id)
    assert (reality.state(room), reality.count(room)) == (State.CHECK, 0)


def test_an_outage_makes_open_rooms_check_and_leaves_stopped_ones() -> None:
    reality, room = Reality(), a_room()
    open_in(reality, room)
    reality.outage = MediaServerDown("away")
    assert reality.state(room) is State.CHECK
    assert reality.state(a_room(active=False)) is State.STOPPED


def test_a_stopped_room_whose_call_may_still_run_is_to_be_checked() -> None:
    reality, room = Reality(), a_room(active=False)
    reality.of(room.id).closing = True
    assert reality.state(room) is State.CHECK
    assert reality.troubled() == [room.id]


def test_another_start_is_not_seen_before_livekit_has_it() -> None:
    reality, room = Reality(), a_room()
    open_in(reality, room)
    restarted = replace(room, call="another")
    assert reality.state(restarted) is State.CHECK
    assert reality.count(restarted) == 0


def test_the_sid_is_livekits_word_and_else_the_one_on_disk() -> None:
    reality, room = Reality(), a_room(sid="RM_disk")
    assert reality.sid(room) == "RM_disk"
    open_in(reality, room)
    assert reality.sid(room) == SID
    assert reality.sid(replace(room, active=False, call="")) == "RM_disk"


def test_nobody_counts_as_new_in_a_call_this_process_did_not_see_begin() -> None:
    reality, room = Reality(), a_room(sid=SID)
    open_in(reality, room)
    assert reality.of(room.id).admitted is None
    fresh = a_room()
    open_in(reality, fresh)
    assert reality.of(fresh.id).admitted == frozenset()


def test_a_call_that_was_made_again_remembers_who_was_let_in() -> None:
    reality, room = Reality(), a_room()
    open_in(reality, room)
    reality.looked(room.id, [a_person("ann")])
    reality.admit(room.id)
    open_in(reality, room, "RM_2")
    assert reality.of(room.id).people == ()
    assert reality.of(room.id).admitted == frozenset(("ann",))


@pytest.mark.parametrize("change", [{"sid": "RM_2"}, {"metadata": "{}"}, {"limit": 1}], ids=str)
def test_a_call_that_differs_from_its_plan_does_not_agree(change: dict[str, object]) -> None:
    reality, room = Reality(), a_room()
    assert not reality.agrees(room, as_planned(room))
    open_in(reality, room)
    assert reality.agrees(room, as_planned(room))
    assert not reality.agrees(room, replace(as_planned(room), **change))  # type: ignore[arg-type]


def test_a_low_limit_is_borne_while_people_are_inside() -> None:
    reality, room = Reality(), a_room()
    open_in(reality, room)
    reality.looked(room.id, [a_person("ann")])
    assert reality.agrees(room, replace(as_planned(room), limit=1))
