"""What a press does and says: the words, their order, and that pressing again does no harm."""

import asyncio
from types import SimpleNamespace

import pytest

from bridge.errors import MediaServerDown
from bridge.rooms import countdown
from tests.bridges import Answer, Bridge
from tests.fakes import fails, goes_in
from tests.rooms.fakes import Clock, FakeMedia
from tests.web.shapes import assert_failure, words_of

KEPT = "it is kept and done when LiveKit is back"


async def post(bridge: Bridge, path: str, body: object = None) -> Answer:
    headers = {"X-Bridge-Key": bridge.studio_key}
    async with bridge.http.post(bridge.url + path, json={} if body is None else body, headers=headers) as response:
        return await Answer.of(response)


async def test_a_created_room_is_open(bridge: Bridge) -> None:
    answer = await bridge.get("/r/main-stage/create")
    assert (answer.status, answer.text) == (
        200,
        "OK main-stage ready people=0 server=rehearsal created=1 name=main-stage\n",
    )
    assert answer.headers["X-Bridge-Server"] == "rehearsal"


async def test_the_life_of_a_room_by_get(bridge: Bridge) -> None:
    lines = [
        ("/r/main/create", "OK main ready people=0 server=rehearsal created=1 name=main"),
        ("/r/main/create", "OK main ready people=0 server=rehearsal created=0 name=main"),
        ("/r/main/start", "OK main ready people=0 server=rehearsal changed=0 name=main"),
        ("/r/main/stop", "OK main stopped people=0 server=rehearsal changed=1 name=main"),
        ("/r/main/stop", "OK main stopped people=0 server=rehearsal changed=0 name=main"),
        ("/r/main/stop?if=empty", "OK main stopped people=0 server=rehearsal changed=0 name=main"),
        ("/r/main/start", "OK main ready people=0 server=rehearsal changed=1 name=main"),
        ("/r/main/set?chat=0&max=3", "OK main ready people=0 server=rehearsal changed=1 name=main"),
        ("/r/main/set?chat=off&max=3", "OK main ready people=0 server=rehearsal changed=0 name=main"),
        (
            "/r/main",
            "OK main ready people=0 server=rehearsal max=3 media=av webinar=0 chat=0 screen=1 record=0 mode=grid "
            "seats= lobby=0 "
            "name=main",
        ),
        ("/r/main/state", "ready"),
        ("/r/main/stop?if=empty", "OK main stopped people=0 server=rehearsal changed=1 name=main"),
        ("/r/main/state", "stopped"),
        ("/r", "OK main stopped people=0 server=rehearsal name=main"),
    ]
    for path, line in lines:
        answer = await bridge.get(path)
        assert (answer.status, answer.text) == (200, line + "\n"), path
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.headers["X-Bridge-Server"] == "rehearsal"


async def test_the_life_of_a_room_by_post(bridge: Bridge) -> None:
    body = {"name": "Große Bühne", "max": 5, "chat": False, "start": 0}
    made = await post(bridge, "/r/main/create", body)
    assert made.text == "OK main stopped people=0 server=rehearsal created=1 name=Große Bühne\n"
    for path, change, word in (
        ("/r/main/start", {}, "changed=1"),
        ("/r/main/set", {"max": 6}, "changed=1"),
        ("/r/main/stop", {"if": "empty"}, "changed=1"),
    ):
        assert word in (await post(bridge, path, change)).text
    assert (await post(bridge, "/r/main/state")).text == "stopped\n"
    assert "max=6" in (await post(bridge, "/r/main")).text
    assert (await post(bridge, "/r")).text.startswith("OK main stopped")
    failed = await post(bridge, "/r/main/create", {"format": "json", "soft": True, "strict": True, "max": 7})
    assert_failure(failed, "name_taken", format="json", status=200)


@pytest.mark.parametrize("path", ["/r", "/r/main", "/r/main/state", "/r/main/start", "/r/main/stop", "/r/new/create"])
async def test_a_post_without_a_body_needs_no_content_type(bridge: Bridge, path: str) -> None:
    await bridge.get("/r/main/create")
    for headers in ({}, {"Content-Type": "application/json"}, {"Content-Type": "application/x-www-form-urlencoded"}):
        sent = {"X-Bridge-Key": bridge.studio_key} | headers
        async with bridge.http.post(bridge.url + path, headers=sent, skip_auto_headers=["Content-Type"]) as response:
            assert response.status == 200, await response.text()
            assert response.request_info.headers.get("Content-Type") == headers.get("Content-Type")


@pytest.mark.parametrize("path", ["/r", "/r/main", "/r/main/state", "/r/main/start", "/r/main/stop", "/r/new/create"])
async def test_a_post_with_a_body_needs_json(bridge: Bridge, path: str) -> None:
    await bridge.get("/r/main/create?start=0")
    for content_type in ("", "text/plain", "application/x-www-form-urlencoded"):
        headers = {"X-Bridge-Key": bridge.studio_key, "Content-Type": content_type}
        async with bridge.http.post(bridge.url + path, headers=headers, data="max=3") as response:
            assert_failure(await Answer.of(response), "bad_request", "application/json", format="text")
    assert [(room.slug, room.active) for room in bridge.running.parts.store.all()] == [("main", False)]


@pytest.mark.parametrize(
    ("preset", "line"),
    [
        ("team", "max=20 media=av webinar=0 chat=1 screen=1 record=0 mode=grid seats= lobby=0"),
        ("webinar", "max=200 media=av webinar=1 chat=1 screen=0 record=0 mode=grid seats= lobby=0"),
        ("audio", "max=50 media=audio webinar=0 chat=1 screen=0 record=0 mode=grid seats= lobby=0"),
        ("recorded", "max=50 media=av webinar=1 chat=1 screen=1 record=unavailable mode=speaker"),
    ],
)
async def test_presets(bridge: Bridge, preset: str, line: str) -> None:
    await bridge.get(f"/r/main/create?preset={preset}")
    assert line in (await bridge.get("/r/main")).text


async def test_given_parameters_win_over_the_preset(bridge: Bridge) -> None:
    await bridge.get("/r/main/create?preset=webinar&max=7&media=video&chat=no&mode=chat&screen=on&webinar=false")
    assert "max=7 media=video webinar=0 chat=0 screen=1 record=0 mode=chat" in (await bridge.get("/r/main")).text


@pytest.mark.parametrize("word", ["1", "on", "true", "yes", "ON", "True"])
async def test_yes_in_all_spellings(bridge: Bridge, word: str) -> None:
    await bridge.get(f"/r/main/create?webinar={word}")
    assert "webinar=1" in (await bridge.get("/r/main")).text


@pytest.mark.parametrize("word", ["0", "off", "false", "no", "OFF", "False"])
async def test_no_in_all_spellings(bridge: Bridge, word: str) -> None:
    await bridge.get(f"/r/main/create?chat={word}&start={word}")
    assert "OK main stopped" in (await bridge.get("/r/main")).text
    assert "chat=0" in (await bridge.get("/r/main")).text


@pytest.mark.parametrize(
    ("query", "name", "takes"),
    [
        ("chat=maybe", "chat", "yes or no"),
        ("chat=", "chat", "yes or no"),
        ("max=0", "max", "1"),
        ("max=1000001", "max", "1000000"),
        ("max=ten", "max", "whole number"),
        ("max=1.5", "max", "whole number"),
        ("max=" + "9" * 5000, "max", "whole number"),
        ("max=%D9%A3", "max", "whole number"),
        ("media=film", "media", "audio"),
        ("mode=big", "mode", "speaker"),
        ("preset=party", "preset", "webinar"),
        ("start=2", "start", "yes or no"),
        ("strict=x", "strict", "yes or no"),
        ("format=yaml", "format", "json"),
        ("soft=x", "soft", "yes or no"),
        ("name=", "name", "characters"),
        ("name=%0A", "name", "characters"),
        ("name=a%0Ab", "name", "printable"),
        ("name=a%E2%80%AEb", "name", "printable"),
        ("name=" + "x" * 201, "name", "200"),
    ],
)
async def test_a_value_that_cannot_be_is_named_with_what_it_takes(
    bridge: Bridge, query: str, name: str, takes: str
) -> None:
    assert_failure(await bridge.get(f"/r/main/create?{query}"), "bad_setting", name, takes, format="text")
    assert not bridge.running.parts.store.all()


@pytest.mark.parametrize(
    ("path", "name", "use"),
    [
        ("/r/main/create?colour=red", "colour", "preset"),
        ("/r/main/set?preset=team", "preset", "max"),
        ("/r/main/set?start=1", "start", "max"),
        ("/r/main/stop?when=empty", "when", "if"),
        ("/r/main/start?if=empty", "if", "soft"),
        ("/r/main?Max=3", "Max", "format"),
        ("/r/main/state?x", "x", "format"),
        ("/r?y=1", "y", "format"),
    ],
)
async def test_a_parameter_that_is_none_is_named_with_those_there_are(
    bridge: Bridge, path: str, name: str, use: str
) -> None:
    await bridge.get("/r/main/create?max=9")
    assert_failure(await bridge.get(path), "bad_request", name, use, format="text")
    assert "max=9" in (await bridge.get("/r/main")).text


async def test_a_parameter_given_twice_is_refused(bridge: Bridge) -> None:
    assert_failure(await bridge.get("/r/main/create?max=3&max=4"), "bad_request", "twice", format="text")
    assert_failure(await post(bridge, "/r/main/create?max=3", {"max": 4}), "bad_request", "twice", format="text")
    assert not bridge.running.parts.store.all()


async def test_a_path_is_slugified_and_names_the_room(bridge: Bridge) -> None:
    made = words_of((await bridge.get("/r/Große%20Bühne/create")).text)
    assert (made["slug"], made["name"]) == ("grosse-buhne", "Große Bühne")
    for spelling in ("grosse-buhne", "Gro%C3%9Fe%20B%C3%BChne", "GROSSE_BUHNE", "grosse+buhne"):
        assert (await bridge.get(f"/r/{spelling}/state")).text == "ready\n", spelling


async def test_a_name_runs_to_the_end_of_the_line(bridge: Bridge) -> None:
    name = 'Müller & Söhne: "live" name=x max=3 ☂ 東京'
    answer = await bridge.get("/r/main/create", params={"name": name})
    assert words_of(answer.text)["name"] == name
    assert words_of((await bridge.get("/r/main")).text)["name"] == name


async def test_differences_are_told_and_not_applied(bridge: Bridge) -> None:
    await bridge.get("/r/main/create?max=20")
    again = words_of((await bridge.get("/r/main/create?max=9&chat=0&screen=1&name=Other")).text)
    assert (again["created"], again["differs"], again["name"]) == ("0", "max,chat,name", "main")
    assert "max=20" in (await bridge.get("/r/main")).text
    same = words_of((await bridge.get("/r/main/create?max=20&preset=team")).text)
    assert "differs" not in same
    preset = words_of((await bridge.get("/r/main/create?preset=webinar")).text)
    assert set(preset["differs"].split(",")) == {"max", "webinar", "screen"}


async def test_strict_refuses_differences_alone(bridge: Bridge) -> None:
    await bridge.get("/r/main/create?max=20&start=0")
    refused = await bridge.get("/r/main/create?max=9&strict=1")
    assert_failure(refused, "name_taken", "max", format="text")
    assert (await bridge.get("/r/main/state")).text == "stopped\n"
    agreed = await bridge.get("/r/main/create?max=20&strict=1")
    assert (agreed.status, words_of(agreed.text)["state"]) == (200, "ready")


async def test_create_opens_a_stopped_room_and_start_0_leaves_an_open_one(bridge: Bridge) -> None:
    await bridge.get("/r/main/create?start=0")
    assert (await bridge.get("/r/main/state")).text == "stopped\n"
    await bridge.get("/r/main/create")
    assert (await bridge.get("/r/main/state")).text == "ready\n"
    await bridge.get("/r/main/create?start=0")
    assert (await bridge.get("/r/main/state")).text == "ready\n"


async def test_set_renames_and_leaves_the_slug(bridge: Bridge) -> None:
    await bridge.get("/r/main/create")
    assert (await bridge.get("/r/main/set?name=Side%20Stage")).text.endswith("name=Side Stage\n")
    assert (await bridge.get("/r/side-stage")).status == 404


async def test_ten_presses_at_once_make_one_room(bridge: Bridge) -> None:
    answers = await asyncio.gather(*(bridge.get("/r/main/create") for _ in range(10)))
    assert [answer.status for answer in answers] == [200] * 10
    assert sum("created=1" in answer.text for answer in answers) == 1
    assert len(bridge.running.parts.store.all()) == 1


async def test_stop_if_empty_asks_livekit_itself(livekit: Bridge, media: FakeMedia) -> None:
    await livekit.get("/r/main/create")
    goes_in(media, livekit, "main", "ann", "bob")
    assert_failure(await livekit.get("/r/main/stop?if=empty"), "not_empty", "2", format="text")
    fails(media, MediaServerDown("LiveKit cannot be reached"))
    assert_failure(await livekit.get("/r/main/stop?if=empty"), "not_empty", "LiveKit", format="text")
    media.errors.clear()
    goes_in(media, livekit, "main")
    assert (await livekit.get("/r/main/stop?if=empty")).status == 200


async def test_people_are_counted(livekit: Bridge, media: FakeMedia) -> None:
    await livekit.get("/r/main/create")
    goes_in(media, livekit, "main", "ann", "bob")
    line = words_of((await livekit.get("/r/main/start")).text)
    assert (line["state"], line["people"], line["server"]) == ("live", "2", "livekit")
    answer = await livekit.get("/r/main/state")
    assert answer.text == "live\n"
    assert "X-Bridge-Server" not in answer.headers


@pytest.mark.parametrize("path", ["/r/new/create", "/r/main/start", "/r/main/set?max=3"])
async def test_a_press_while_livekit_is_away_is_kept(livekit: Bridge, media: FakeMedia, path: str) -> None:
    await livekit.get("/r/main/create?start=0" if "start" in path else "/r/main/create")
    fails(media, MediaServerDown("LiveKit cannot be reached"))
    answer = await livekit.get(path)
    assert_failure(answer, "media_server_down", KEPT, format="text")
    slug = path.split("/")[2]
    assert (await livekit.get(f"/r/{slug}/state")).text == "check\n"
    media.errors.clear()
    assert words_of((await livekit.get(f"/r/{slug}/start")).text)["changed"] == "0"
    assert (await livekit.get(f"/r/{slug}/state")).text == "ready\n"


async def test_a_press_waits_for_a_livekit_that_hangs_only_so_long(
    livekit: Bridge, media: FakeMedia, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/r/one/create", "/r/other/create?start=0"):
        await livekit.get(path)
    media.hang("open")
    media.hang("close")
    monkeypatch.setattr(countdown, "PRESS_SECONDS", 0.5)
    monkeypatch.setattr(countdown, "time", SimpleNamespace(monotonic=Clock()))
    presses = ("/r/one/stop", "/r/other/start", "/r/new/create")
    for answer in await asyncio.gather(*(livekit.get(path) for path in presses)):
        assert_failure(answer, "media_server_timeout", "within 0.5 s", format="text")


async def test_what_a_press_asks_livekit_and_what_it_wants_of_it_share_its_time(
    livekit: Bridge, media: FakeMedia, monkeypatch: pytest.MonkeyPatch
) -> None:
    await livekit.get("/r/main/create")
    clock, asked = Clock(), media.participants

    async def slow(name: str) -> object:
        clock.now += 1.9  # LiveKit's own deadline is 2 s
        return await asked(name)

    monkeypatch.setattr(countdown, "time", SimpleNamespace(monotonic=clock))
    monkeypatch.setattr(media, "participants", slow)
    media.hang("close")
    answer = await livekit.get("/r/main/stop?if=empty")
    assert_failure(answer, "media_server_timeout", "within 0.6 s", format="text")
    assert countdown.PRESS_SECONDS + countdown.LEAST_SECONDS < 3
