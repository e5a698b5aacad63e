"""Who is there, and the studio's hand on them, over HTTP."""

import csv
import io

from bridge.rooms.model import Link, Role, Room
from tests.bridges import Bridge
from tests.rooms.fakes import FakeMedia, a_person
from tests.rooms.house import until
from tests.web.shapes import assert_failure

COLUMNS = [
    "who",
    "state",
    "seat",
    "role",
    "mic",
    "camera",
    "screen",
    "blocked",
    "new_browser",
    "light",
    "quality",
    "since",
    "title",
    "typed",
    "name",
]


async def open_room(bridge: Bridge, query: str) -> Room:
    assert (await bridge.get(f"/r/main/create?{query}")).status == 200
    room = bridge.running.parts.store.by_slug("main")
    assert room
    return room


async def join(bridge: Bridge, room: Room, code: str, who: str) -> dict[str, object]:
    body = {"room_id": room.id, "LKRoomName": room.call, "participant_id": who, "participant_name": who, "token": code}
    return (await bridge.api("conferences-public/createToken", body, token=None)).json  # type: ignore[no-any-return]


def seat_code(bridge: Bridge, room: Room, seat: str) -> str:
    return bridge.running.parts.links.of(room)[Link(Role.SPEAKER, seat)]


async def goes_in(media: FakeMedia, bridge: Bridge, room: Room, who: str) -> None:
    """By the id alone."""
    token = str((await join(bridge, room, "", who))["participant_token"])
    media.inside[room.call] = [a_person(who, policy=room.policy, mint=token.split()[-1])]


async def test_people_are_a_data_source_as_they_stand(livekit: Bridge, media: FakeMedia) -> None:
    room = await open_room(livekit, "seats=host,guest1")
    await livekit.get("/r/main/title", params={"seat": "host", "text": "Dr. Anna Weber, virologist"})
    await join(livekit, room, seat_code(livekit, room, "host"), "ann")
    rows = (await livekit.get("/r/main/people.json")).json
    assert [list(row) for row in rows] == [COLUMNS, COLUMNS]
    assert all(isinstance(value, str | bool) for row in rows for value in row.values())
    assert [(row["who"], row["state"], row["name"]) for row in rows] == [
        ("host", "away", "Dr. Anna Weber, virologist"),
        ("guest1", "empty", ""),
    ]
    table = list(csv.DictReader(io.StringIO((await livekit.get("/r/main/people.csv")).text)))
    assert [row["name"] for row in table] == ["Dr. Anna Weber, virologist", ""]
    assert (await livekit.get("/r/main/people.xml")).text.startswith("<?xml")
    api = await livekit.api("conferences/participants/list", {"id": room.id})
    assert api.json == rows


async def test_a_line_each_with_the_name_last(livekit: Bridge, media: FakeMedia) -> None:
    room = await open_room(livekit, "seats=host")
    await goes_in(media, livekit, room, "Ann Smith")
    await until(lambda: livekit.running.parts.roster.count(room))
    lines = (await livekit.get("/r/main/people")).text.splitlines()
    assert (
        lines[0]
        == "host empty seat=host role=speaker mic=off camera=off screen=off blocked= new_browser=0 light= since= name="
    )
    assert lines[1].startswith("Ann%20Smith inside seat= role=speaker mic=off ")
    assert lines[1].endswith(" name=Ann Smith")


async def test_no_id_is_part_of_a_feed(livekit: Bridge) -> None:
    room = await open_room(livekit, "seats=host")
    for path in ("people", "people.json", "links.json"):
        assert room.id not in (await livekit.get(f"/r/main/{path}")).text


async def test_a_view_key_reads_people_and_no_link(livekit: Bridge) -> None:
    room = await open_room(livekit, "seats=host")
    view = (await livekit.api("keys/show", {"slug": "main", "view": True})).json["key"]
    assert (await livekit.get("/r/main/people.json", key=view)).status == 200
    for path in ("links", "links.json", "links.csv", "links.xml"):
        shown = (await livekit.get(f"/r/main/{path}", key=view)).text
        assert "host" in shown
        assert not [code for code in livekit.running.parts.links.of(room).values() if code in shown]
    for press in ("free?seat=host", "remove?who=all", "admit?who=all", "refuse?who=all", "title?seat=host&text=x"):
        assert_failure(await livekit.get(f"/r/main/{press}", key=view), "key_scope", format="text")


async def test_a_freed_seat_is_the_next_ones(livekit: Bridge) -> None:
    room = await open_room(livekit, "seats=host")
    code = seat_code(livekit, room, "host")
    await join(livekit, room, code, "ann")
    assert (await join(livekit, room, code, "bob"))["error"] == "seat_taken"
    assert "changed=1" in (await livekit.get("/r/main/free?seat=host")).text
    assert str((await join(livekit, room, code, "bob"))["participant_token"]).split()[1] == "seat:host:3"
    assert "changed=0" in (await livekit.get("/r/main/free?seat=host")).text, "a repeated press met the successor"


async def test_who_was_removed_stays_out_until_admitted(livekit: Bridge, media: FakeMedia) -> None:
    room = await open_room(livekit, "")
    await goes_in(media, livekit, room, "ann")
    await until(lambda: livekit.running.parts.roster.count(room))
    assert "changed=1" in (await livekit.get("/r/main/remove?who=ann")).text
    assert (await join(livekit, room, "", "ann"))["error"] == "barred"
    assert "participant_token" in await join(livekit, room, "", "bob")
    (key,) = livekit.running.store.calls()[room.call].barred
    assert (await livekit.get("/r/main/admit", params={"who": key})).status == 200
    assert "participant_token" in await join(livekit, room, "", "ann")


async def test_nobody_there_turns_no_button_red(livekit: Bridge) -> None:
    await open_room(livekit, "seats=host")
    for path in ("remove?who=guest1", "admit?who=next", "refuse?who=next", "free?seat=guest1", "title?seat=x&text=y"):
        assert_failure(await livekit.get(f"/r/main/{path}"), "nobody", format="text")
        answer = await livekit.get(f"/r/main/{path}&soft=1")
        assert (answer.status, answer.text[:10]) == (200, "ERR nobody"), path


async def test_a_hand_needs_to_be_told_on_whom(livekit: Bridge) -> None:
    room = await open_room(livekit, "seats=host")
    assert_failure(await livekit.get("/r/main/remove"), "bad_setting", "who", format="text")
    assert_failure(await livekit.get("/r/main/free"), "bad_setting", "seat", format="text")
    assert_failure(await livekit.api("conferences/participants/remove", {"id": room.id}), "bad_request", "who")
    assert_failure(await livekit.api("conferences/participants/remove", {"id": room.id, "who": "x"}), "nobody")


async def test_the_api_has_the_same_hands(livekit: Bridge) -> None:
    room = await open_room(livekit, "seats=host")
    await join(livekit, room, seat_code(livekit, room, "host"), "ann")
    titled = await livekit.api("conferences/participants/title", {"id": room.id, "seat": "host", "text": "Ann, chair"})
    assert titled.json == {"success": True}
    freed = await livekit.api("conferences/participants/free", {"id": room.id, "seat": "host"})
    assert freed.json == {"success": True}
    (row,) = (await livekit.api("conferences/participants/list", {"id": room.id})).json
    assert (row["state"], row["title"]) == ("empty", "Ann, chair")
