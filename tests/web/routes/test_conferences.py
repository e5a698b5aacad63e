"""The Video calls API: what it takes, what it refuses, whose rooms it shows."""

from typing import Any

import pytest

from bridge.errors import MediaServerDown, MediaServerTimeout
from tests.bridges import Bridge
from tests.fakes import break_store, fails, goes_in
from tests.rooms.fakes import FakeMedia
from tests.web.shapes import assert_failure, is_time

POLICY: dict[str, Any] = {
    "mediaType": "MEDIA_TYPE_AUDIO_ONLY",
    "max_participants": 7,
    "allow_webinar_mode": True,
    "allow_chat": False,
    "allow_share_screen": False,
    "record": True,
    "record_mode": "ROOM_COMPOSITE_AND_CHAT",
}
TEAM = {
    "mediaType": "MEDIA_TYPE_VIDEO_AUDIO",
    "max_participants": 20,
    "allow_webinar_mode": False,
    "allow_chat": True,
    "allow_share_screen": True,
    "record": False,
    "record_mode": "ROOM_COMPOSITE_GRID",
}


async def make(bridge: Bridge, name: str = "Main stage", **fields: object) -> dict[str, Any]:
    answer = await bridge.api("conferences/create", {"name": name, **fields})
    assert answer.status == 200, answer.text
    room: dict[str, Any] = answer.json
    return room


async def another_user(bridge: Bridge) -> str:
    """The API token of a second user."""
    token: str = (await bridge.api("tokens/create", {"name": "somebody else"})).json["token"]
    return token


async def test_what_a_create_leaves_out_comes_from_team(bridge: Bridge) -> None:
    room = await make(bridge)
    assert {field: room[field] for field in TEAM} == TEAM
    assert (room["active"], room["state"], room["slug"]) == (True, "ready", "main-stage")
    assert room["sid"].startswith("RM_")
    assert "recording" not in room


async def test_a_create_keeps_every_field(bridge: Bridge) -> None:
    room = await make(bridge, **POLICY, active=False)
    assert {field: room[field] for field in POLICY} == POLICY
    assert (room["active"], room["state"], room["sid"]) == (False, "stopped", "")
    assert room["recording"] == "unavailable"


async def test_a_create_is_always_a_new_room(bridge: Bridge) -> None:
    rooms = [await make(bridge, "Räume & Säle", active=False) for _ in range(3)]
    assert [room["slug"] for room in rooms] == ["raume-sale", "raume-sale-2", "raume-sale-3"]
    assert len({room["id"] for room in rooms}) == 3
    assert {room["name"] for room in rooms} == {"Räume & Säle"}


async def test_a_name_without_letters_gets_a_made_up_slug(bridge: Bridge) -> None:
    assert (await make(bridge, "!!!", active=False))["slug"].startswith("room-")


async def test_what_a_room_says_of_itself_may_be_sent_back(bridge: Bridge) -> None:
    room = await make(bridge, record=True)
    changed = await bridge.api("conferences/update", room | {"allow_chat": False})
    assert changed.status == 200, changed.text
    assert {**changed.json, "modified": room["modified"], "allow_chat": True} == room
    copy = await bridge.api("conferences/create", room)
    assert copy.status == 200
    assert copy.json["id"] != room["id"]
    pressed = (await bridge.get("/r/main-stage/start.json")).json
    assert (await bridge.api("conferences/update", pressed)).status == 200
    assert_failure(await bridge.api("conferences/update", {"id": room["id"], "max": 3}), "bad_request", "max")
    both = await bridge.api("conferences/update", pressed | {"max": 3, "max_participants": 7})
    assert both.json["max_participants"] == 7


async def test_user_id_is_replaced_by_the_callers_own(bridge: Bridge) -> None:
    room = await make(bridge, user_id="ffffffffffffffffffffffff")
    assert room["user_id"] == bridge.owner
    updated = await bridge.api("conferences/update", {"id": room["id"], "user_id": "USER_ID"})
    assert updated.json["user_id"] == bridge.owner


async def test_a_user_sees_only_the_users_own_rooms(bridge: Bridge) -> None:
    room = await make(bridge)
    token = await another_user(bridge)
    for path, method in (
        ("getById", "POST"),
        ("update", "POST"),
        ("start", "POST"),
        ("stop", "POST"),
        ("remove", "DELETE"),
    ):
        answer = await bridge.api(f"conferences/{path}", {"id": room["id"]}, token=token, method=method)
        assert_failure(answer, "room_not_found")
    assert (await bridge.api("conferences/getAll", {}, token=token)).json == []
    assert (await bridge.api("conferences/getCount", {}, token=token)).json == {"count": 0}
    assert (await bridge.get("/r", key=token)).text == ""
    assert_failure(await bridge.get("/r/main-stage", key=token), "room_not_found", format="text")
    assert_failure(await bridge.get("/r/main-stage/create", key=token), "name_taken", format="text")
    theirs = await bridge.api("conferences/create", {"name": "Main stage"}, token=token)
    assert (theirs.status, theirs.json["slug"]) == (200, "main-stage-2")


@pytest.mark.parametrize("path", ["create", "update"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 5),
        ("name", ""),
        ("name", "  "),
        ("name", "x" * 201),
        ("name", "two\nlines"),
        ("name", "right\u202eto left"),
        ("name", None),
        ("mediaType", "av"),
        ("mediaType", 1),
        ("max_participants", 0),
        ("max_participants", -1),
        ("max_participants", "20"),
        ("max_participants", 20.5),
        ("max_participants", True),
        ("max_participants", 10**30),
        ("max_participants", None),
        ("allow_webinar_mode", 1),
        ("allow_chat", "true"),
        ("allow_chat", None),
        ("allow_share_screen", []),
        ("record", {}),
        ("record_mode", "grid"),
        ("active", "yes"),
    ],
)
async def test_a_value_that_cannot_be_is_named(bridge: Bridge, path: str, field: str, value: object) -> None:
    room = await make(bridge, active=False)
    body = {"name": "Other", field: value} if path == "create" else {"id": room["id"], field: value}
    assert_failure(await bridge.api(f"conferences/{path}", body), "bad_setting", field)
    assert (await bridge.api("conferences/getAll", {})).json == [room]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("create", {}, "name"),
        ("create", {"name": "x", "colour": "red"}, "colour"),
        ("getById", {}, "id"),
        ("getById", {"id": "x", "name": "x"}, "name"),
        ("update", {"name": "x"}, "id"),
        ("update", {"id": "x", "max": 3}, "max"),
        ("start", {}, "id"),
        ("stop", {"ID": "x"}, "id"),
        ("getCount", {"limit": 1}, "limit"),
        ("getAll", {"where": 1}, "where"),
    ],
)
async def test_a_missing_or_unknown_field_is_named(
    bridge: Bridge, path: str, body: dict[str, object], field: str
) -> None:
    assert_failure(await bridge.api(f"conferences/{path}", body), "bad_request", field)


async def test_an_id_of_another_kind_is_named(bridge: Bridge) -> None:
    assert_failure(await bridge.api("conferences/getById", {"id": 7}), "bad_setting", "id")


async def test_update_changes_what_is_given_and_nothing_else(bridge: Bridge) -> None:
    room = await make(bridge)
    updated = (await bridge.api("conferences/update", {"id": room["id"], "max_participants": 3})).json
    assert updated["max_participants"] == 3
    assert is_time(updated["modified"])
    assert {**updated, "max_participants": 20, "modified": room["modified"]} == room
    same = (await bridge.api("conferences/update", {"id": room["id"], "max_participants": 3})).json
    assert same["modified"] == updated["modified"]


async def test_a_rename_leaves_the_slug(bridge: Bridge) -> None:
    room = await make(bridge)
    updated = (await bridge.api("conferences/update", {"id": room["id"], "name": "Side stage"})).json
    assert (updated["name"], updated["slug"]) == ("Side stage", "main-stage")


async def test_active_starts_and_stops(bridge: Bridge) -> None:
    room = await make(bridge)
    stopped = (await bridge.api("conferences/update", {"id": room["id"], "active": False})).json
    assert (stopped["active"], stopped["state"], stopped["sid"]) == (False, "stopped", room["sid"])
    started = (await bridge.api("conferences/update", {"id": room["id"], "active": True})).json
    assert (started["active"], started["state"]) == (True, "ready")
    assert started["sid"] != room["sid"]


async def test_start_and_stop_may_be_repeated(bridge: Bridge) -> None:
    room = await make(bridge, active=False)
    for path, state in (("start", "ready"), ("start", "ready"), ("stop", "stopped"), ("stop", "stopped")):
        answer = await bridge.api(f"conferences/{path}", {"id": room["id"]})
        assert (answer.status, answer.json) == (200, {"success": True})
        assert (await bridge.api("conferences/getById", {"id": room["id"]})).json["state"] == state


async def test_the_second_remove_finds_nothing(bridge: Bridge) -> None:
    room = await make(bridge)
    body = {"id": room["id"]}
    assert (await bridge.api("conferences/remove", body, method="DELETE")).json == {"success": True}
    assert_failure(await bridge.api("conferences/remove", body, method="DELETE"), "room_not_found")
    assert_failure(await bridge.api("conferences/getById", body), "room_not_found")
    assert (await make(bridge))["slug"] == "main-stage"


async def test_people_inside_make_a_room_live(livekit: Bridge, media: FakeMedia) -> None:
    room = await make(livekit)
    goes_in(media, livekit, "main-stage", "ann", "bob")
    await livekit.api("conferences/start", {"id": room["id"]})
    seen = (await livekit.api("conferences/getById", {"id": room["id"]})).json
    assert seen["state"] == "live"


async def test_with_livekit_away_a_new_room_is_kept_and_says_check(livekit: Bridge, media: FakeMedia) -> None:
    fails(media, MediaServerDown("LiveKit cannot be reached"))
    room = await make(livekit)
    assert (room["active"], room["state"], room["sid"]) == (True, "check", "")
    updated = await livekit.api("conferences/update", {"id": room["id"], "max_participants": 3})
    assert (updated.status, updated.json["state"]) == (200, "check")


async def test_a_start_that_livekit_refuses_keeps_the_intent(livekit: Bridge, media: FakeMedia) -> None:
    room = await make(livekit, active=False)
    fails(media, MediaServerTimeout("LiveKit did not answer"))
    assert_failure(await livekit.api("conferences/start", {"id": room["id"]}), "media_server_timeout")
    assert (await livekit.api("conferences/getById", {"id": room["id"]})).json["active"] is True
    media.errors.clear()
    assert (await livekit.api("conferences/start", {"id": room["id"]})).json == {"success": True}


async def test_a_write_that_fails_changes_nothing(bridge: Bridge) -> None:
    room = await make(bridge)
    break_store(bridge)
    for path, body, method in (
        ("create", {"name": "Other"}, "POST"),
        ("update", {"id": room["id"], "name": "Other"}, "POST"),
        ("stop", {"id": room["id"]}, "POST"),
        ("remove", {"id": room["id"]}, "DELETE"),
    ):
        assert_failure(await bridge.api(f"conferences/{path}", body, method=method), "store_broken", "disk")
    assert (await bridge.api("conferences/getAll", {})).json == [room]
