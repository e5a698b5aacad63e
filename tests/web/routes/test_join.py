"""The two steps before joining: which call it is, and a token for it."""

import re
from pathlib import Path
from typing import Any

import pytest
from limits import RateLimitItemPerMinute

from bridge.errors import MediaServerDown
from bridge.rooms.model import Link, Role, Room
from bridge.web.guard import limits
from tests.bridges import Answer, Bridge
from tests.fakes import bridge_over, fails, goes_in
from tests.rooms.fakes import FakeMedia
from tests.web.shapes import assert_failure


async def open_room(bridge: Bridge, query: str = "") -> Room:
    assert (await bridge.get(f"/r/main/create{query}")).status == 200
    room = bridge.running.parts.store.by_slug("main")
    assert room
    return room


def code(bridge: Bridge, room: Room, role: Role, seat: str = "") -> str:
    return bridge.running.parts.links.of(room)[Link(role, seat)]


async def join(bridge: Bridge, room: Room, *, api_token: str | None = None, **fields: object) -> Answer:
    body = {"room_id": room.id, "LKRoomName": room.call, "participant_id": "ann"} | fields
    return await bridge.api("conferences-public/createToken", body, token=api_token)


async def role(bridge: Bridge, room: Room, **fields: Any) -> str:
    answer = await join(bridge, room, **fields)
    assert answer.status == 200, answer.text
    call, identity, role, _ = answer.json["participant_token"].split()
    assert (call, identity) == (room.call, "ann")
    assert answer.json == {
        "participant_token": answer.json["participant_token"],
        "LKRoomName": room.call,
        "server_url": "wss://livekit.example.com",
        "success": True,
    }
    return str(role)


async def test_the_owners_token_makes_a_speaker_or_a_scene(livekit: Bridge) -> None:
    room = await open_room(livekit, "?preset=webinar")
    assert await role(livekit, room, api_token=livekit.token) == "speaker"
    assert await role(livekit, room, api_token=livekit.token, hidden=True) == "scene"


async def test_another_users_token_is_as_good_as_none(livekit: Bridge) -> None:
    room = await open_room(livekit, "?preset=webinar")
    other = (await livekit.api("tokens/create", {"name": "other"})).json["token"]
    assert await role(livekit, room, api_token=other) == "guest"
    assert_failure(await join(livekit, room, api_token=other, hidden=True), "token_needed", "hidden")


@pytest.mark.parametrize(("preset", "expected"), [("webinar", "guest"), ("team", "speaker")])
async def test_the_id_alone_is_an_invitation(livekit: Bridge, preset: str, expected: str) -> None:
    room = await open_room(livekit, f"?preset={preset}")
    assert await role(livekit, room) == expected
    assert_failure(await join(livekit, room, hidden=True), "token_needed", "hidden")


@pytest.mark.parametrize("its", [Role.SPEAKER, Role.GUEST, Role.SCENE])
async def test_a_link_code_makes_its_own_role(livekit: Bridge, its: Role) -> None:
    room = await open_room(livekit, "?preset=webinar")
    assert await role(livekit, room, token=code(livekit, room, its)) == its


async def test_a_seat_is_one_clients_at_a_time(livekit: Bridge) -> None:
    room = await open_room(livekit, "?seats=host,guest1")
    host = code(livekit, room, Role.SPEAKER, "host")
    first = await join(livekit, room, token=host)
    assert first.json["participant_token"].split()[1:3] == ["seat:host:1", "speaker"]
    again = await join(livekit, room, token=host)
    assert again.json["participant_token"].split()[1] == "seat:host:1"
    answer = await join(livekit, room, token=host, participant_id="bob")
    assert_failure(answer, "seat_taken", "host", "/r/main/free?seat=host")


async def test_with_a_lobby_nobody_gets_a_token_by_link_or_id(livekit: Bridge) -> None:
    room = await open_room(livekit, "?preset=webinar&lobby=1&seats=host")
    codes = [code(livekit, room, role) for role in (Role.SPEAKER, Role.GUEST)]
    for token in (*codes, code(livekit, room, Role.SPEAKER, "host"), ""):
        assert_failure(await join(livekit, room, token=token), "not_admitted", "one by one")
    assert await role(livekit, room, token=code(livekit, room, Role.SCENE)) == "scene"
    assert await role(livekit, room, api_token=livekit.token) == "speaker"


async def test_a_hidden_speaker_link_is_a_scene(livekit: Bridge) -> None:
    room = await open_room(livekit)
    assert await role(livekit, room, token=code(livekit, room, Role.SPEAKER), hidden=True) == "scene"


async def test_a_guest_link_lets_nobody_in_hidden(livekit: Bridge) -> None:
    room = await open_room(livekit, "?preset=webinar")
    answer = await join(livekit, room, token=code(livekit, room, Role.GUEST), hidden=True)
    assert_failure(answer, "token_needed", "guest")


async def test_guest_links_are_closed_while_webinar_mode_is_off(livekit: Bridge) -> None:
    room = await open_room(livekit)
    guest = code(livekit, room, Role.GUEST)
    assert_failure(await join(livekit, room, token=guest), "no_audience", "guest", "webinar")
    await livekit.get("/r/main/set?webinar=1")
    assert await role(livekit, room, token=guest) == "guest"


async def test_a_code_of_another_room_is_none(livekit: Bridge) -> None:
    room = await open_room(livekit)
    await livekit.get("/r/other/create")
    other = livekit.running.parts.store.by_slug("other")
    assert other
    for wrong in (code(livekit, other, Role.SPEAKER), "aaaaaaaaaaaa", "\u0000", "x" * 5000):
        answer = await join(livekit, room, token=wrong)
        assert_failure(answer, "token_needed", "token")
        assert wrong not in answer.text


async def test_codes_are_12_base32_characters_and_no_part_of_the_room(livekit: Bridge) -> None:
    room = await open_room(livekit)
    shown = (await livekit.api("conferences/getById", {"id": room.id})).text
    for one in livekit.running.parts.links.codes(room):
        assert len(one) == 12
        assert set(one) <= set("abcdefghijklmnopqrstuvwxyz234567")
        assert one not in shown


async def test_open_by_id_off_asks_for_a_code(media: FakeMedia, tmp_path: Path) -> None:
    async with bridge_over(media, tmp_path, join={"open_by_id": False}) as bridge:
        room = await open_room(bridge)
        assert_failure(await join(bridge, room), "token_needed", "id")
        assert await role(bridge, room, token=code(bridge, room, Role.SPEAKER)) == "speaker"
        assert await role(bridge, room, api_token=bridge.token) == "speaker"


async def test_the_name_of_an_earlier_start_is_stale(livekit: Bridge) -> None:
    earlier = await open_room(livekit)
    await livekit.get("/r/main/stop")
    await livekit.get("/r/main/start")
    assert_failure(await join(livekit, earlier), "stale_room", "LKRoomName")
    found = await livekit.api("conferences-public/findLKRoomNameById", {"id": earlier.id}, token=None)
    assert found.json["LKRoomName"] != earlier.call


async def test_a_stopped_room_lets_nobody_in(livekit: Bridge) -> None:
    room = await open_room(livekit)
    await livekit.get("/r/main/stop")
    for token in (None, livekit.token):
        found = await livekit.api("conferences-public/findLKRoomNameById", {"id": room.id}, token=token)
        assert_failure(found, "room_stopped")
        assert_failure(await join(livekit, room, api_token=token), "room_stopped")


async def test_find_says_what_the_page_needs(livekit: Bridge) -> None:
    room = await open_room(livekit, "?preset=recorded")
    found = await livekit.api("conferences-public/findLKRoomNameById", {"id": room.id}, token=None)
    assert found.json == {
        "id": room.id,
        "LKRoomName": room.call,
        "allow_webinar_mode": True,
        "allow_chat": True,
        "allow_share_screen": True,
        "record": True,
        "record_mode": "ROOM_COMPOSITE_SPEAKER",
        "recording": "unavailable",
        "success": True,
    }


@pytest.mark.parametrize(
    ("fields", "key", "name"),
    [
        ({"participant_id": "seat:host"}, "bad_request", "seat:"),
        ({"participant_id": "scene:1"}, "bad_request", "scene:"),
        ({"participant_id": ""}, "bad_request", "participant_id"),
        ({"participant_id": "x" * 257}, "bad_request", "participant_id"),
        ({"participant_id": "a\nb"}, "bad_request", "participant_id"),
        ({"participant_id": 5}, "bad_setting", "participant_id"),
        ({"participant_name": "ä" * 129}, "bad_request", "participant_name"),
        ({"participant_name": "\u202e"}, "bad_request", "participant_name"),
        ({"hidden": "no"}, "bad_setting", "hidden"),
        ({"token": ["secret-code"]}, "bad_setting", "token"),
        ({"seat": "host"}, "bad_request", "seat"),
        ({"LKRoomName": "x"}, "stale_room", "LKRoomName"),
        ({"room_id": "f" * 24}, "room_not_found", "id"),
    ],
)
async def test_what_is_wrong_with_a_join_is_named(livekit: Bridge, fields: dict[str, Any], key: str, name: str) -> None:
    room = await open_room(livekit)
    answer = await join(livekit, room, **fields)
    assert_failure(answer, key, name)
    assert "secret-code" not in answer.text


async def test_a_missing_field_is_named(livekit: Bridge) -> None:
    for path, field in (("findLKRoomNameById", "id"), ("createToken", "room_id")):
        assert_failure(await livekit.api(f"conferences-public/{path}", {}, token=None), "bad_request", field)


async def test_a_full_room_mints_no_more(livekit: Bridge, media: FakeMedia) -> None:
    room = await open_room(livekit, "?max=2")
    goes_in(media, livekit, "main", "bob")
    assert await role(livekit, room) == "speaker"
    assert await role(livekit, room) == "speaker"  # the same person again
    assert_failure(await join(livekit, room, participant_id="cecilia"), "room_full", "2")
    assert await role(livekit, room, api_token=livekit.token, hidden=True) == "scene"


async def test_scenes_are_limited_apart(media: FakeMedia, tmp_path: Path) -> None:
    async with bridge_over(media, tmp_path, join={"max_scenes": 1}) as bridge:
        room = await open_room(bridge)
        scene = code(bridge, room, Role.SCENE)
        assert (await join(bridge, room, participant_id="one", token=scene)).status == 200
        assert_failure(await join(bridge, room, participant_id="two", token=scene), "room_full", "max_scenes")
        assert await role(bridge, room) == "speaker"


async def test_livekit_away_is_said(livekit: Bridge, media: FakeMedia) -> None:
    room = await open_room(livekit)
    fails(media, MediaServerDown("LiveKit cannot be reached"))
    assert_failure(await join(livekit, room), "media_server_down")


async def test_nobody_joins_a_rehearsal(bridge: Bridge) -> None:
    room = await open_room(bridge)
    assert_failure(await join(bridge, room), "rehearsal", "[livekit]")


async def test_server_url_prefers_the_public_one(media: FakeMedia, tmp_path: Path) -> None:
    own = {"url": "http://10.0.0.5:7880", "api_key": "k", "api_secret": "s"}
    async with bridge_over(media, tmp_path / "a", livekit=own) as bridge:
        answer = await join(bridge, await open_room(bridge))
        assert answer.json["server_url"] == "ws://10.0.0.5:7880"
    public = own | {"public_url": "wss://calls.example.com"}
    async with bridge_over(media, tmp_path / "b", livekit=public) as bridge:
        assert (await join(bridge, await open_room(bridge))).json["server_url"] == "wss://calls.example.com"
    media.kind = "local"
    media.url = "http://127.0.0.1:7880"  # type: ignore[attr-defined]
    async with bridge_over(media, tmp_path / "c", livekit={}) as bridge:
        answer = await join(bridge, await open_room(bridge))
        assert answer.json["server_url"] == bridge.url.replace("http", "ws")


async def test_joins_are_limited_per_address_but_not_with_a_valid_token(
    livekit: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "JOINS", RateLimitItemPerMinute(3, 1, "join"))
    room = await open_room(livekit)
    find = {"id": room.id}
    for _ in range(2):
        assert (await livekit.api("conferences-public/findLKRoomNameById", find, token=None)).status == 200
    assert (await join(livekit, room)).status == 200
    assert_failure(await join(livekit, room), "too_many_requests")
    assert_failure(await livekit.api("conferences-public/findLKRoomNameById", find, token=None), "too_many_requests")
    assert (await join(livekit, room, api_token=livekit.token)).status == 200
    assert (await livekit.api("conferences-public/findLKRoomNameById", find)).status == 200
    assert_failure(await join(livekit, room, api_token="vbt_wrong"), "key_wrong")


async def test_a_strangers_wrong_ids_and_codes_keep_no_guest_out(
    livekit: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRONG_INVITATIONS", RateLimitItemPerMinute(3, 1, "wrong-invitation"))
    room = await open_room(livekit)
    for _ in range(2):
        wrong = await livekit.api("conferences-public/findLKRoomNameById", {"id": "f" * 24}, token=None)
        assert_failure(wrong, "room_not_found")
    assert_failure(await join(livekit, room, token="aaaaaaaaaaaa"), "token_needed")
    assert_failure(await join(livekit, room, token="aaaaaaaaaaaa"), "too_many_requests")
    assert_failure(await join(livekit, room, room_id="f" * 24), "too_many_requests")
    assert await role(livekit, room) == "speaker"
    found = await livekit.api("conferences-public/findLKRoomNameById", {"id": room.id}, token=None)
    assert found.status == 200


async def test_the_hosts_identity_is_not_given_to_whoever_holds_the_id(livekit: Bridge) -> None:
    room = await open_room(livekit)
    assert await role(livekit, room, api_token=livekit.token) == "speaker"
    assert_failure(await join(livekit, room), "identity_taken", "participant_id")
    assert await role(livekit, room, token=code(livekit, room, Role.SPEAKER)) == "speaker"


async def test_one_address_cannot_fill_a_room_and_lock_the_owner_out(livekit: Bridge, media: FakeMedia) -> None:
    room = await open_room(livekit, "?max=8")
    answers = [await join(livekit, room, participant_id=f"bot {n}") for n in range(200)]
    assert [answer.status for answer in answers].count(200) == 8
    for n in range(8):
        assert (await join(livekit, room, api_token=livekit.token, participant_id=f"own {n}")).status == 200
    assert_failure(await join(livekit, room, api_token=livekit.token, participant_id="own 9"), "room_full")


async def test_one_address_holds_ten_places_and_is_told_when_to_ask_again(livekit: Bridge, media: FakeMedia) -> None:
    room = await open_room(livekit, "?max=100")
    answers = [await join(livekit, room, participant_id=f"bot {n}") for n in range(12)]
    assert [answer.status for answer in answers] == [200] * 10 + [429] * 2
    assert re.search(r"try again in \d+ s", answers[-1].text)
    goes_in(media, livekit, "main", *(f"bot {n}" for n in range(10)))
    assert (await join(livekit, room, participant_id="bot 12")).status == 200
