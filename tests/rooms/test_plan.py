"""What LiveKit is asked for when a room opens."""

import json
from dataclasses import replace

from bridge.rooms.plan import WEEK, plan
from tests.rooms.fakes import TEAM, a_room


def test_a_call_bears_the_name_written_in_the_store() -> None:
    room = a_room()
    assert plan(room, 8).name == room.call


def test_nothing_closes_a_room_that_was_opened_in_the_morning() -> None:
    asked = plan(a_room(), 8)
    assert asked.empty_timeout == asked.departure_timeout == WEEK


def test_livekits_own_limit_leaves_room_for_scenes_and_for_raising_max_on_air() -> None:
    asked = plan(a_room(policy=replace(TEAM, max=10)), 8)
    assert asked.least_limit == 19
    assert asked.limit > asked.least_limit


def test_metadata_is_the_policy_and_never_an_id() -> None:
    room = replace(a_room(), name="Große Bühne")
    text = plan(room, 8).metadata
    assert json.loads(text) == {
        "name": "Große Bühne",
        "slug": "main",
        "media": "av",
        "max": 20,
        "webinar": False,
        "chat": True,
        "screen": True,
        "record": False,
        "mode": "grid",
        "seats": [],
        "lobby": False,
    }
    assert room.id not in text
    assert room.owner not in text
