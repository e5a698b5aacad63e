"""The one word on the button."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bridge.errors import MediaServerDown, MediaServerRefused
from bridge.rooms.changes import EVERY_ROOM, Changes
from bridge.rooms.model import Role, Room, State
from bridge.rooms.observed import Observed
from bridge.rooms.plan import plan
from bridge.rooms.ports import CallInfo
from bridge.rooms.roster import Roster
from tests.rooms.fakes import Clock, a_person, a_room

SID = "RM_1"


class Seen:
    """What is seen of the calls, and of who is inside."""

    def __init__(self) -> None:
        self.changes, self.clock = Changes(), Clock()
        self.roster = Roster(self.changes)
        self.observed = Observed(self.roster, self.changes, self.clock)


def open_in(observed: Observed, room: Room, sid: str = SID) -> None:
    observed.opened(room, sid, plan(room, 2))


def as_planned(room: Room) -> CallInfo:
    asked = plan(room, 2)
    return CallInfo(room.call, SID, asked.limit, asked.metadata, 0)


def test_a_room_nobody_looked_at() -> None:
    assert Seen().observed.state(a_room(active=False)) is State.STOPPED
    assert Seen().observed.state(a_room()) is State.CHECK


def test_open_empty_and_with_people() -> None:
    seen, room = Seen(), a_room()
    open_in(seen.observed, room)
    assert seen.observed.state(room) is State.READY
    seen.roster.apply(room.id, room.call, [a_person("ann")])
    assert (seen.observed.state(room), seen.roster.count(room)) == (State.LIVE, 1)


def test_scenes_do_not_make_a_room_live() -> None:
    seen, room = Seen(), a_room()
    open_in(seen.observed, room)
    seen.roster.apply(room.id, room.call, [a_person("s", Role.SCENE)])
    assert (seen.observed.state(room), seen.roster.count(room)) == (State.READY, 0)


def test_a_room_that_livekit_lost_is_to_be_checked() -> None:
    seen, room = Seen(), a_room()
    open_in(seen.observed, room)
    seen.roster.apply(room.id, room.call, [a_person("ann")])
    seen.observed.lost(room.id)
    assert (seen.observed.state(room), seen.roster.count(room)) == (State.CHECK, 0)


def test_an_outage_makes_open_rooms_check_and_leaves_stopped_ones() -> None:
    seen, room = Seen(), a_room()
    open_in(seen.observed, room)
    seen.observed.outage = MediaServerDown("away")
    assert seen.observed.state(room) is State.CHECK
    assert seen.observed.state(a_room(active=False)) is State.STOPPED


def test_a_stopped_room_whose_call_may_still_run_is_to_be_checked() -> None:
    seen, room = Seen(), a_room(active=False)
    seen.observed.closing(room.id, True)
    assert seen.observed.state(room) is State.CHECK
    assert seen.observed.troubled() == [room.id]


def test_another_start_is_not_seen_before_livekit_has_it() -> None:
    seen, room = Seen(), a_room()
    open_in(seen.observed, room)
    restarted = replace(room, call="another")
    assert seen.observed.state(restarted) is State.CHECK
    assert seen.roster.count(restarted) == 0


def test_the_sid_is_livekits_word_and_else_the_one_on_disk() -> None:
    seen, room = Seen(), a_room(sid="RM_disk")
    assert seen.observed.sid(room) == "RM_disk"
    open_in(seen.observed, room)
    assert seen.observed.sid(room) == SID
    assert seen.observed.sid(replace(room, active=False, call="")) == "RM_disk"


def test_nobody_counts_as_new_in_a_call_this_process_did_not_see_begin() -> None:
    seen, room = Seen(), a_room(sid=SID)
    open_in(seen.observed, room)
    assert seen.roster.admitted(room.id) is None
    fresh = a_room()
    open_in(seen.observed, fresh)
    assert seen.roster.admitted(fresh.id) == frozenset()


def test_a_call_that_was_made_again_remembers_who_was_let_in() -> None:
    seen, room = Seen(), a_room()
    open_in(seen.observed, room)
    seen.roster.apply(room.id, room.call, [a_person("ann")])
    seen.roster.let_in(room.id)
    open_in(seen.observed, room, "RM_2")
    assert seen.roster.of(room.id) == ()
    assert seen.roster.admitted(room.id) == frozenset(("ann",))


@pytest.mark.parametrize("change", [{"sid": "RM_2"}, {"metadata": "{}"}, {"limit": 1}], ids=str)
def test_a_call_that_differs_from_its_plan_does_not_agree(change: dict[str, object]) -> None:
    seen, room = Seen(), a_room()
    assert not seen.observed.agrees(room, as_planned(room))
    open_in(seen.observed, room)
    assert seen.observed.agrees(room, as_planned(room))
    assert not seen.observed.agrees(room, replace(as_planned(room), **change))  # type: ignore[arg-type]


def test_a_low_limit_is_borne_while_people_are_inside() -> None:
    seen, room = Seen(), a_room()
    open_in(seen.observed, room)
    seen.roster.apply(room.id, room.call, [a_person("ann")])
    assert seen.observed.agrees(room, replace(as_planned(room), limit=1))


def test_why_a_room_is_to_be_checked() -> None:
    seen, room = Seen(), a_room()
    assert seen.observed.reason(room) == "media_server_timeout"
    seen.observed.asked_server(MediaServerDown("away"))
    assert seen.observed.reason(room) == "media_server_down"
    seen.observed.settled(room.id, MediaServerRefused("wrong key"))
    assert seen.observed.reason(room) == "media_server_refused"
    seen.observed.asked_server(None)
    seen.observed.settled(room.id, None)
    assert seen.observed.reason(room) == "media_server_timeout"


def test_an_ended_call_is_gone_since_it_was_last_seen_alive() -> None:
    seen = Seen()
    assert not seen.observed.has_ended("call")
    seen.observed.ended("call")
    seen.clock.now += 5
    seen.observed.ended("call")
    assert seen.observed.gone_for("call") == 5
    seen.observed.revived("call")
    assert not seen.observed.has_ended("call")
    seen.observed.ended("call")
    assert seen.observed.gone_for("call") == 0
    seen.observed.forget_ended(["call", "unknown"])
    assert not seen.observed.has_ended("call")


def test_every_change_is_told_and_nothing_else() -> None:
    seen, room = Seen(), a_room()
    told: list[str] = []
    seen.changes.subscribe(told.append)

    def tells(step: Callable[[], object]) -> list[str]:
        told.clear()
        step()
        return list(dict.fromkeys(told))

    ann = a_person("ann")
    steps: list[tuple[Callable[[], object], list[str]]] = [
        (lambda: open_in(seen.observed, room), [room.id]),
        (lambda: open_in(seen.observed, room), []),
        (lambda: seen.roster.apply(room.id, room.call, [ann]), [room.id]),
        (lambda: seen.roster.apply(room.id, room.call, [ann]), []),
        (lambda: seen.observed.settled(room.id, MediaServerDown("away")), [room.id]),
        (lambda: seen.observed.settled(room.id, MediaServerDown("still away")), []),
        (lambda: seen.observed.closing(room.id, True), [room.id]),
        (lambda: seen.observed.closing(room.id, True), []),
        (lambda: seen.observed.asked_server(MediaServerDown("away")), [EVERY_ROOM]),
        (lambda: seen.observed.asked_server(MediaServerDown("away")), []),
        (lambda: seen.observed.lost(room.id), [room.id]),
        (lambda: seen.observed.lost(room.id), []),
    ]
    assert [tells(step) for step, _ in steps] == [expected for _, expected in steps]
