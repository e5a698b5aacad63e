"""Text, JSON, XML and CSV; ``soft=1``; and what a browser gets that navigates to a press."""

import csv
import io
from xml.etree import ElementTree

import pytest

from tests.bridges import Bridge
from tests.fakes import goes_in
from tests.rooms.fakes import FakeMedia
from tests.web.shapes import TYPES, assert_failure, words_of

NAME = 'Müller, "Söhne" & <Co>\u2003東京'


def cells(value: object) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return str(int(value)) if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("spelling", ["/r/main.{}", "/r/main?format={}", "/r/main/state.{}", "/r/main.{}?soft=0"])
async def test_one_room_in_every_format(bridge: Bridge, spelling: str) -> None:
    await bridge.get("/r/main/create", params={"name": NAME, "preset": "recorded", "seats": "host,guest1"})
    expected = (await bridge.get("/r/main.json")).json
    assert expected["name"] == NAME
    assert (expected["people"], expected["server"], expected["recording"]) == (0, "rehearsal", "unavailable")
    assert expected["record"] is True
    api = (await bridge.api("conferences/getById", {"id": expected["id"]})).json
    short = {
        "max": 50,
        "media": "av",
        "webinar": True,
        "chat": True,
        "screen": True,
        "mode": "speaker",
        "seats": ["host", "guest1"],
        "lobby": False,
    }
    assert expected == api | short | {"people": 0, "server": "rehearsal"}
    row = {field: cells(value) for field, value in expected.items() if field != "_id"}
    for format in ("json", "csv", "xml"):
        answer = await bridge.get(spelling.format(format))
        assert answer.status == 200
        assert answer.headers["Content-Type"].split(";")[0] == TYPES[format]
        if format == "json":
            assert answer.json == expected
        elif format == "csv":
            assert list(csv.DictReader(io.StringIO(answer.text))) == [row]
        else:
            root = ElementTree.fromstring(answer.text.encode())  # noqa: S314
            assert root.tag == "room"
            assert {child.tag: child.text for child in root} == row


@pytest.mark.parametrize("spelling", ["/r.{}", "/r?format={}"])
async def test_every_room_in_every_format(bridge: Bridge, spelling: str) -> None:
    for slug in ("one", "two"):
        await bridge.get(f"/r/{slug}/create?preset=recorded" if slug == "two" else f"/r/{slug}/create")
    expected = [(await bridge.get(f"/r/{slug}.json")).json for slug in ("one", "two")]
    assert (await bridge.get(spelling.format("json"))).json == expected
    table = list(csv.DictReader(io.StringIO((await bridge.get(spelling.format("csv"))).text)))
    assert [(row["slug"], row["recording"]) for row in table] == [("one", ""), ("two", "unavailable")]
    root = ElementTree.fromstring((await bridge.get(spelling.format("xml"))).text.encode())  # noqa: S314
    assert root.tag == "rooms"
    assert [room.findtext("slug") for room in root.findall("room")] == ["one", "two"]
    lines = (await bridge.get("/r")).text.splitlines()
    assert [words_of(line)["slug"] for line in lines] == ["one", "two"]
    assert words_of(lines[1])["record"] == "unavailable"


@pytest.mark.parametrize(
    "name",
    ['=HYPERLINK("http://evil.example","x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1;2)", "＝1+1", "-", "-1e5", "=1"],
)
async def test_a_csv_hands_a_spreadsheet_no_formula(bridge: Bridge, name: str) -> None:
    await bridge.get("/r/main/create", params={"name": name})
    for path in ("/r/main.csv", "/r.csv", "/r?format=csv"):
        (row,) = csv.DictReader(io.StringIO((await bridge.get(path)).text))
        assert row["name"] == f"'{name}", path
        assert row["slug"] == "main"
    assert (await bridge.get("/r/main.json")).json["name"] == name
    root = ElementTree.fromstring((await bridge.get("/r/main.xml")).text.encode())  # noqa: S314
    assert root.findtext("name") == name


@pytest.mark.parametrize("name", ["-1", "+49", "-0.5", "1=1", "a-b", "'quoted"])
async def test_a_csv_leaves_what_is_no_formula(bridge: Bridge, name: str) -> None:
    await bridge.get("/r/main/create", params={"name": name})
    (row,) = csv.DictReader(io.StringIO((await bridge.get("/r/main.csv")).text))
    assert row["name"] == name


async def test_no_rooms_in_every_format(bridge: Bridge) -> None:
    assert (await bridge.get("/r")).text == ""
    assert (await bridge.get("/r.json")).json == []
    assert ElementTree.fromstring((await bridge.get("/r.xml")).text.encode()).tag == "rooms"  # noqa: S314
    assert (await bridge.get("/r.csv")).status == 200


async def test_with_a_rooms_key_the_rooms_are_an_array_of_one_row(bridge: Bridge) -> None:
    for slug in ("main", "other"):
        await bridge.get(f"/r/{slug}/create")
    answer = await bridge.get("/r.json", key=bridge.room_key("main"))
    assert answer.json == [(await bridge.get("/r/main.json")).json]


@pytest.mark.parametrize(
    ("path", "word", "first", "again"),
    [
        ("/r/main/start.json", "changed", True, False),
        ("/r/main/set.json?max=4", "changed", True, False),
        ("/r/main/stop.json", "changed", False, False),
        ("/r/new/create?format=json", "changed", True, False),
    ],
)
async def test_a_press_as_json_is_the_room_with_the_same_words(
    bridge: Bridge, path: str, word: str, first: bool, again: bool
) -> None:
    await bridge.get("/r/main/create?start=0")
    for expected in (first, again):
        answer = await bridge.get(path)
        assert answer.json[word] is expected
        assert answer.json["success"] is True
        assert answer.json["slug"] in path
        assert (answer.json["people"], answer.json["server"]) == (0, "rehearsal")


async def test_differs_is_said_in_json_too(bridge: Bridge) -> None:
    await bridge.get("/r/main/create")
    assert (await bridge.get("/r/main/create.json?max=3&chat=0")).json["differs"] == "max,chat"


@pytest.mark.parametrize("format", ["xml", "csv"])
async def test_presses_have_no_tables_and_do_not_act_before_saying_so(bridge: Bridge, format: str) -> None:
    await bridge.get("/r/main/create?start=0")
    for path in ("/r/main/start", "/r/main/stop", "/r/main/set", "/r/new/create"):
        assert_failure(await bridge.get(f"{path}.{format}"), "bad_request", format, format=format)
    assert [room.slug for room in bridge.running.parts.store.all()] == ["main"]
    assert (await bridge.get("/r/main/state")).text == "stopped\n"


async def test_record_says_it_is_unavailable_in_every_answer(bridge: Bridge) -> None:
    for path in ("/r/main/create?record=1", "/r/main/start", "/r/main", "/r", "/r/main/set?chat=0", "/r/main/stop"):
        assert " record=unavailable " in (await bridge.get(path)).text, path
    for path in ("/r/main/start.json", "/r/main.json", "/r/main/state.json"):
        answer = (await bridge.get(path)).json
        assert (answer["record"], answer["recording"]) == (True, "unavailable")


NAVIGATES = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "Sec-Fetch-Site": "none"}


@pytest.mark.parametrize("path", ["create", "start", "stop", "set?max=5"])
async def test_a_browser_is_sent_on_to_the_state_page_after_the_press(bridge: Bridge, path: str) -> None:
    if not path.startswith("create"):
        await bridge.get("/r/main/create" if path == "stop" else "/r/main/create?start=0")
    key = bridge.room_key("main")
    separator = "&" if "?" in path else "?"
    answer = await bridge.get(f"/r/Main/{path}{separator}key={key}", key=None, headers=NAVIGATES)
    assert answer.status == 303
    word = "created" if path == "create" else "changed"
    assert answer.headers["Location"] == f"/r/main?key={key}&{word}=1"
    assert words_of(answer.text)[word] == "1"
    assert answer.headers["X-Bridge-Server"] == "rehearsal"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    page = await bridge.get(answer.headers["Location"], key=None, headers=NAVIGATES)
    assert page.status == 200
    assert words_of(page.text)["state"] == {"create": "ready", "start": "ready"}.get(path, "stopped")
    assert words_of(page.text)["max"] == ("5" if "max" in path else "20")
    assert words_of(page.text)[word] == "1"


async def test_a_browser_sees_on_that_page_what_the_press_said(bridge: Bridge) -> None:
    await bridge.get("/r/main/create?max=20&start=0")
    revision = bridge.running.parts.store.all()
    key = bridge.room_key("main")
    sent_on = await bridge.get(f"/r/main/create?max=9&chat=0&start=0&key={key}", key=None, headers=NAVIGATES)
    assert (sent_on.status, words_of(sent_on.text)["differs"]) == (303, "max,chat")
    for _ in range(2):
        page = words_of((await bridge.get(sent_on.headers["Location"], key=None, headers=NAVIGATES)).text)
        assert (page["created"], page["differs"], page["max"], page["chat"]) == ("0", "max,chat", "20", "1")
    assert tuple(bridge.running.parts.store.all()) == tuple(revision)
    assert "differs" not in (await bridge.get(sent_on.headers["Location"].replace("/main?", "/main.json?"))).json


@pytest.mark.parametrize(
    "query",
    [
        "differs=<script>",
        "differs=",
        "differs=max,",
        "differs=key",
        "differs=max%20x=1",
        "created=x",
        "changed=",
        "said=1",
    ],
)
async def test_the_page_says_nothing_that_no_press_says(bridge: Bridge, query: str) -> None:
    await bridge.get("/r/main/create")
    name = query.partition("=")[0]
    key = "bad_request" if name == "said" else "bad_setting"
    answer = await bridge.get(f"/r/main?{query}")
    assert_failure(answer, key, name, format="text")


async def test_a_browser_that_sent_its_key_in_a_header_gets_no_key_in_the_address(bridge: Bridge) -> None:
    answer = await bridge.get("/r/main/create", headers=NAVIGATES)
    assert (answer.status, answer.headers["Location"]) == (303, "/r/main?created=1")


async def test_a_browser_is_told_of_a_failure_at_once(bridge: Bridge) -> None:
    assert_failure(await bridge.get("/r/gone/start", headers=NAVIGATES), "room_not_found", format="text")
    assert (await bridge.get("/r/main/create.json", headers=NAVIGATES)).status == 200


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/r/gone/start", "room_not_found"),
        ("/r/main/create?max=3&strict=1", "name_taken"),
        ("/r/main/stop?if=empty", "not_empty"),
    ],
)
async def test_soft_makes_what_a_room_refuses_a_200(livekit: Bridge, media: FakeMedia, path: str, key: str) -> None:
    await livekit.get("/r/main/create")
    goes_in(media, livekit, "main", "ann")
    separator = "&" if "?" in path else "?"
    assert_failure(await livekit.get(path), key, format="text")
    assert_failure(await livekit.get(f"{path}{separator}soft=1"), key, format="text", status=200)
    assert_failure(await livekit.get(f"{path}{separator}soft=yes&format=json"), key, status=200)
    assert_failure(await livekit.get(f"{path}{separator}soft=0"), key, format="text")


async def test_soft_never_hides_what_a_guard_refuses(bridge: Bridge) -> None:
    await bridge.get("/r/main/create")
    path = "/r/main/start?soft=1"
    assert_failure(await bridge.get(path, key=None), "key_missing", format="text")
    assert_failure(await bridge.get(path, key="sk_x"), "key_wrong", format="text")
    assert_failure(await bridge.get(path, key=bridge.room_key("other")), "key_scope", format="text")
    assert_failure(await bridge.get(path, headers={"Host": "evil.example"}), "bad_host", format="text")
    by_page = await bridge.get(f"{path}&key={bridge.room_key('main')}", key=None, headers={"Origin": "null"})
    assert_failure(by_page, "forbidden_origin", format="text")
    assert_failure(await bridge.get("/r/main/nothing?soft=1"), "not_found", format="text")


async def test_a_consequence_is_said_in_text_in_json_and_to_a_browser(livekit: Bridge) -> None:
    made = (await livekit.get("/r/main/create.json?preset=webinar")).json
    assert " warning=id_opens_microphones " in (await livekit.get("/r/main/set?webinar=0")).text
    await livekit.get("/r/main/set?webinar=1")
    assert (await livekit.get("/r/main/set.json?webinar=0")).json["warning"] == "id_opens_microphones"
    await livekit.get("/r/main/set?webinar=1")
    changed = await livekit.api("conferences/update", {"id": made["id"], "allow_webinar_mode": False})
    assert changed.json["warning"] == "id_opens_microphones"
    assert (await livekit.api("conferences/update", changed.json)).status == 200
    await livekit.get("/r/main/set?record=1&webinar=1")
    sent_on = await livekit.get("/r/main/set?webinar=0", headers={"Accept": "text/html"})
    assert "warning=id_opens_microphones" in sent_on.headers["Location"]
    assert " warning=id_opens_microphones " in (await livekit.get(sent_on.headers["Location"])).text
    assert (await livekit.get("/r/main?warning=anything")).status == 400
    assert (await livekit.api("conferences/start", {"id": made["id"]})).json == {
        "success": True,
        "warning": "recording_unavailable",
    }
