"""What is on air: whom an input shows, by its title, by the settings, and by what was taken."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bridge.rooms.changes import EVERY_ROOM, Changes
from bridge.rooms.model import Room
from bridge.rooms.tally import Air, Shown, Tally
from tests.rooms.fakes import TEAM, FakeStore, a_room

SEATS = ("host", "guest1", "guest-2")
ROOM = a_room(policy=replace(TEAM, seats=SEATS), slug="main-stage")
TAKEN = replace(ROOM, takes={"main": "guest1", "side": "host.screen", "empty": ""})


def tally_of(*rooms: Room, inputs: Mapping[str, str] | None = None, preview: bool = False) -> tuple[Tally, list[str]]:
    """One, and what it told."""
    changes, told = Changes(), list[str]()
    changes.subscribe(told.append)
    return Tally(FakeStore(*rooms).by_slug, changes, inputs or {}, preview=preview), told


def shown(*titles: str) -> list[Shown]:
    return [Shown(number, (title,)) for number, title in enumerate(titles, 1)]


def on_air(tally: Tally, room: Room) -> set[str]:
    view = tally.of(room)
    return {seat for seat in room.policy.seats if view.of(seat, inside=False) is Air.PROGRAM}


@pytest.mark.parametrize(
    ("title", "seats"),
    [
        ("guest1@main-stage", {"guest1"}),
        ("Camera of Guest1@Main-Stage, wide", {"guest1"}),
        ("wide-guest1@main-stage", {"guest1"}),
        ("cam_guest-2@main-stage.", {"guest-2"}),
        ("host@main-stage + guest1@main-stage", {"host", "guest1"}),
        ("guest1.screen@main-stage", {"guest1"}),
        ("main@main-stage", {"guest1"}),
        ("side@main-stage", {"host"}),
        ("empty@main-stage", set()),
        ("guest1@main-stage-2", set()),
        ("guest1@main", set()),
        ("guest11@main-stage", set()),
        ("guest1", set()),
        ("@main-stage", set()),
        ("screen@main-stage", set()),
        ("never-taken@main-stage", set()),
        ("grid@main-stage", set()),
        ("-" * 5000 + "@main-stage", set()),
        ("", set()),
    ],
)
def test_an_input_shows_what_stands_in_its_title(title: str, seats: set[str]) -> None:
    tally, _ = tally_of(TAKEN)
    tally.hear(shown(title), ())
    assert on_air(tally, TAKEN) == seats


@pytest.mark.parametrize("layout", ["grid", "chat", "speaker"])
def test_a_layout_shows_everybody_who_is_inside(layout: str) -> None:
    tally, _ = tally_of(ROOM)
    tally.hear(shown(f"{layout}@main-stage"), ())
    view = tally.of(ROOM)
    assert (view.of("host", inside=True), view.of("", inside=True)) == (Air.PROGRAM, Air.PROGRAM)
    assert (view.of("host", inside=False), view.of("", inside=False)) == (Air.OFF, Air.OFF)
    assert view.inputs("host", inside=True) == [1]


def test_a_seat_that_is_called_like_a_take_is_itself() -> None:
    room = replace(ROOM, takes={"host": "guest1"})
    tally, _ = tally_of(room)
    tally.hear(shown("host@main-stage"), ())
    assert on_air(tally, room) == {"host"}


def test_settings_say_what_an_input_shows_and_win_over_its_title() -> None:
    inputs = {"Camera 5": "guest1@main-stage", "3": "host@main-stage", "grid@main-stage": "guest-2@main-stage"}
    tally, _ = tally_of(ROOM, inputs=inputs)
    for title, number, seats in (
        ("camera 5", 9, {"guest1"}),
        ("anything", 3, {"host"}),
        ("grid@main-stage", 1, {"guest-2"}),
        ("Camera 55", 9, set()),
    ):
        tally.hear([Shown(number, (title,))], ())
        assert on_air(tally, ROOM) == seats
    tally.hear([Shown(9, ("Video", "Camera 5"))], ())
    assert on_air(tally, ROOM) == {"guest1"}


def test_a_take_changes_who_is_on_air_and_vmix_need_not_say_so() -> None:
    tally, _ = tally_of(TAKEN)
    tally.hear(shown("main@main-stage"), ())
    assert on_air(tally, replace(TAKEN, takes={"main": "guest-2"})) == {"guest-2"}


def test_preview_shows_nothing_unless_it_was_asked_for_and_never_beats_program() -> None:
    quiet, _ = tally_of(ROOM)
    quiet.hear((), shown("host@main-stage"))
    assert quiet.of(ROOM).of("host", inside=True) is Air.OFF
    tally, _ = tally_of(ROOM, preview=True)
    tally.hear(shown("guest1@main-stage"), shown("host@main-stage", "guest1@main-stage"))
    view = tally.of(ROOM)
    assert [view.of(seat, inside=True) for seat in SEATS] == [Air.PREVIEW, Air.PROGRAM, Air.OFF]


def test_nothing_is_known_before_vmix_says_it_and_after_it_went() -> None:
    tally, told = tally_of(ROOM)
    assert tally.of(ROOM).of("host", inside=True) is Air.UNKNOWN
    tally.hear(shown("host@main-stage"), ())
    assert on_air(tally, ROOM) == {"host"}
    tally.away()
    assert tally.of(ROOM).of("host", inside=True) is Air.UNKNOWN
    assert tally.of(ROOM).inputs("host", inside=True) == []
    tally.away()
    assert told == [EVERY_ROOM, EVERY_ROOM]


def test_a_change_is_told_of_the_rooms_it_concerns_and_once() -> None:
    other = a_room(policy=replace(TEAM, seats=("a",)), slug="other")
    tally, told = tally_of(ROOM, other)
    tally.hear(shown("host@main-stage"), ())
    told.clear()
    for _ in range(3):
        tally.hear(shown("host@main-stage"), shown("a@other"))
    assert told == []
    tally.hear(shown("host@main-stage", "a@other", "b@nowhere"), ())
    assert told == [other.id]
    tally.hear((), ())
    assert sorted(told[1:]) == sorted([ROOM.id, other.id])
