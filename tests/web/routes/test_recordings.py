"""Recording by hand and what was recorded, over HTTP: presses, lists, tickets, files, and nobody else's."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from bridge.access.tickets import TICKET_SECONDS
from bridge.rooms import recording, recording_run
from bridge.rooms.model import Part
from tests.bridges import Bridge
from tests.fakes import bridge_over
from tests.recorders.standin import BYTES, StandIn
from tests.rooms.fakes import FakeMedia
from tests.rooms.house import until
from tests.web.routes.test_visits import code, page
from tests.web.shapes import assert_failure, is_id, is_time, words_of

FIELDS = ["id", "slug", "started", "ended", "seconds", "bytes", "state", "by", "mode", "files", "playable", "reason"]


@pytest.fixture
def recorder(tmp_path: Path) -> StandIn:
    return StandIn(tmp_path / "data" / "recordings")


@pytest.fixture
async def bridge(recorder: StandIn, tmp_path: Path) -> AsyncIterator[Bridge]:
    async with bridge_over(FakeMedia(), tmp_path / "data", recorder=recorder) as bridge:
        yield bridge


def state_of(bridge: Bridge, slug: str = "main") -> str:
    room = bridge.running.parts.store.by_slug(slug)
    assert room
    return bridge.running.parts.recording.of(room).state


async def begun(bridge: Bridge, slug: str = "main") -> None:
    await bridge.get(f"/r/{slug}/create")
    await bridge.get(f"/r/{slug}/record/start")
    await until(lambda: state_of(bridge, slug) == "on")


async def ended(bridge: Bridge, slug: str = "main") -> None:
    await bridge.get(f"/r/{slug}/record/stop")
    await until(lambda: state_of(bridge, slug) == "off")


async def recorded(bridge: Bridge, slug: str = "main") -> dict[str, Any]:
    """One that has ended, as its row."""
    await begun(bridge, slug)
    await ended(bridge, slug)
    rows: list[dict[str, Any]] = (await bridge.api("recordings/getAll", {"filter": {"slug": slug}})).json
    return rows[0]


async def raw(bridge: Bridge, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    """An answer to somebody without any key."""
    async with bridge.http.get(bridge.url + path, headers=headers) as response:
        return response.status, dict(response.headers), await response.read()


async def test_presses_answer_at_once_and_may_be_repeated(bridge: Bridge, recorder: StandIn) -> None:
    await bridge.get("/r/main/create")
    recorder.hangs = {"start", "stop"}
    said = [words_of((await bridge.get(f"/r/main/record/{verb}")).text) for verb in ("start", "start", "stop", "stop")]
    assert [(words["changed"], words["record"]) for words in said] == [
        *(("1", "starting"), ("0", "starting")),
        *(("1", "stopping"), ("0", "stopping")),
    ]
    recorder.hangs = set()
    await until(lambda: state_of(bridge) == "off")
    assert "record" not in words_of((await bridge.get("/r/main/start")).text)
    assert (await bridge.get("/r/main/record/start.json")).json["recording"] == "starting"
    assert_failure(await bridge.get("/r/main/record/start.csv"), "bad_request", format="csv")


async def test_how_it_stands_is_in_every_shape_of_a_room(bridge: Bridge, recorder: StandIn) -> None:
    await begun(bridge)
    await bridge.get("/r/next/create?preset=recorded")
    await bridge.get("/r/next/record/start")
    one, other = (await bridge.get("/r.json")).json
    assert [(room["record"], room["recording"]) for room in (one, other)] == [(False, "on"), (True, "armed")]
    assert words_of((await bridge.get("/r/next")).text)["reason"] == "recorder_busy"
    assert (await bridge.api("conferences/getAll", {})).json[0]["recording"] == "on"
    recorder.fails("There is no browser.")
    recorder.ends("It crashed.")
    await until(lambda: "There is no browser." in str(recorder.errors) and state_of(bridge) == "failed", within=30)
    failed = (await bridge.get("/r/main.json")).json
    assert (failed["recording"], failed["recording_reason"]) == ("failed", "There is no browser.")
    assert words_of((await bridge.get("/r/main")).text)["reason"] == "recorder_failed"


async def test_the_rows_of_a_room_come_newest_first_in_every_format(bridge: Bridge) -> None:
    first = await recorded(bridge)
    await begun(bridge)
    newest, oldest = (await bridge.get("/r/main/recordings.json")).json
    assert list(newest) == [*FIELDS, "name"]
    assert (oldest, newest["state"], newest["ended"]) == (first, "recording", "")
    assert (newest["files"], newest["bytes"], newest["playable"]) == (1, len(BYTES), True)
    assert (oldest["state"], oldest["bytes"], oldest["seconds"]) == ("done", len(BYTES), 2.0)
    assert (is_id(oldest["id"]), is_time(oldest["started"]), is_time(oldest["ended"])) == (True, True, True)
    lines = (await bridge.get("/r/main/recordings")).text.splitlines()
    assert [line.split()[:2] for line in lines] == [[newest["id"], "recording"], [oldest["id"], "done"]]
    assert lines[1].endswith(" name=main")
    assert (await bridge.get("/r/main/recordings.csv")).text.splitlines()[0] == ",".join([*FIELDS, "name"])
    assert (await bridge.get("/r/main/recordings.xml")).text.count("<recording>") == 2
    keys = bridge.running.parts.keys
    view = keys.key(bridge.owner, "main", view=True)
    assert (await bridge.get("/r/main/recordings", key=view)).status == 200
    assert_failure(await bridge.get("/r/main/record/stop", key=view), "key_scope", format="text")


async def test_a_removed_room_leaves_its_recordings_to_be_found_by_its_name(bridge: Bridge) -> None:
    row = await recorded(bridge)
    await bridge.api("conferences/remove", {"id": (await bridge.get("/r/main.json")).json["id"]}, method="DELETE")
    assert (await bridge.get("/r/main/recordings.json")).json == [row]
    assert (await bridge.get("/r/main/recordings.json", key=bridge.room_key("main"))).json == [row]
    assert_failure(await bridge.get("/r/none/recordings"), "room_not_found", format="text")


async def test_lists_are_filtered_sorted_and_counted(bridge: Bridge) -> None:
    one, two = await recorded(bridge, "one"), await recorded(bridge, "two")
    assert (await bridge.api("recordings/getAll", {})).json == [two, one]
    assert (await bridge.api("recordings/getAll", {"sort": {"slug": 1}, "limit": 1})).json == [one]
    assert (await bridge.api("recordings/getAll", {"filter": {"bytes": {"$gt": 1}}, "skip": 1})).json == [one]
    assert (await bridge.api("recordings/getCount", {"filter": {"slug": "two"}})).json == {"count": 1}
    assert (await bridge.api("recordings/getById", two)).json == two


async def test_a_ticket_plays_one_recording_with_ranges_and_downloads(bridge: Bridge) -> None:
    row = await recorded(bridge)
    ticket = (await bridge.api("recordings/ticket", {"id": row["id"]})).json
    (file,) = ticket["files"]
    assert (ticket["url"], file) == (bridge.url + ticket["path"], f"{ticket['path']}/1.webm")
    status, headers, page = await raw(bridge, ticket["path"])
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert f'src="{file}"'.encode() in page
    assert "media-src 'self'" in headers["Content-Security-Policy"]
    status, headers, body = await raw(bridge, file)
    assert (status, headers["Content-Type"], body) == (200, "video/webm", BYTES)
    assert headers["Content-Disposition"].startswith('inline; filename="main-2')
    status, headers, body = await raw(bridge, file, {"Range": "bytes=10-19"})
    assert (status, headers["Content-Range"], body) == (206, f"bytes 10-19/{len(BYTES)}", BYTES[10:20])
    _, headers, _ = await raw(bridge, f"{file}?download=1")
    assert headers["Content-Disposition"].startswith("attachment; ")


async def test_what_is_being_recorded_plays_as_far_as_it_is(bridge: Bridge, recorder: StandIn) -> None:
    await begun(bridge)
    (row,) = (await bridge.api("recordings/getAll", {})).json
    (file,) = (await bridge.api("recordings/ticket", {"id": row["id"]})).json["files"]
    assert (await raw(bridge, file))[2] == BYTES
    (made,) = recorder.running
    with (recorder.folder / made).open("ab") as more:
        more.write(BYTES)
    assert (await raw(bridge, file))[2] == BYTES * 2


async def test_every_part_has_its_number(bridge: Bridge, recorder: StandIn) -> None:
    await begun(bridge)
    recorder.ends()
    await until(lambda: sum(entry.startswith("start") for entry in recorder.log) == 2 and state_of(bridge) == "on")
    await ended(bridge)
    (row,) = (await bridge.api("recordings/getAll", {})).json
    files = (await bridge.api("recordings/ticket", {"id": row["id"]})).json["files"]
    assert ([file.rpartition("/")[2] for file in files], row["files"]) == (["1.webm", "2.webm"], 2)


async def test_a_ticket_is_over_after_ten_minutes(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    row = await recorded(bridge)
    ticket = (await bridge.api("recordings/ticket", {"id": row["id"]})).json
    tickets = bridge.running.parts.tickets
    now = tickets._clock()
    monkeypatch.setattr(tickets, "_clock", lambda: now + TICKET_SECONDS + 1)
    for path in (ticket["path"], *ticket["files"]):
        assert (await raw(bridge, path))[0] == 404


async def test_a_ticket_opens_nothing_but_the_files_of_its_recording(bridge: Bridge) -> None:
    row = await recorded(bridge)
    path = (await bridge.api("recordings/ticket", {"id": row["id"]})).json["path"]
    others = ("2.webm", "0.webm", "-1.webm", "99999.webm", "1.mp4", "1", "1.webm%00", "..%2F..%2Fstore.json", "%2e%2e")
    for name in others:
        url = URL(f"{bridge.url}{path}/{name}", encoded=True)
        async with bridge.http.get(url) as response:
            assert (name, response.status) == (name, 404)


async def test_a_row_that_points_elsewhere_opens_nothing(
    bridge: Bridge, recorder: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await recorded(bridge)
    found = bridge.running.parts.archive.get(bridge.owner, row["id"])
    monkeypatch.setattr(recorder, "kind", "egress")  # so that the folder itself is asked
    (part,) = found.parts
    assert bridge.running.parts.archive.path(found, 1) == recorder.folder / part.file
    object.__setattr__(found, "parts", (Part("../store.json"),))
    assert bridge.running.parts.archive.path(found, 1) is None


async def test_nobody_but_the_owner_gets_a_ticket_or_a_row(bridge: Bridge) -> None:
    row = await recorded(bridge)
    other = (await bridge.api("tokens/create", {"name": "other"})).json["token"]
    assert (await bridge.api("recordings/getAll", {}, token=other)).json == []
    for name in ("getById", "remove", "ticket"):
        assert_failure(await bridge.api(f"recordings/{name}", {"id": row["id"]}, token=other), "not_found")
        for key in (bridge.studio_key, bridge.room_key("main")):
            assert_failure(await bridge.api(f"recordings/{name}", {"id": row["id"]}, token=key), "key_scope")
    theirs = (await bridge.api("keys/show", {"slug": "main"}, token=other)).json["key"]
    assert_failure(await bridge.get("/r/main/recordings", key=theirs), "room_not_found", format="text")


async def test_a_user_who_goes_leaves_them_to_the_first_one(bridge: Bridge) -> None:
    made = (await bridge.api("tokens/create", {"name": "other"})).json
    token, user = made["token"], made["user_id"]
    room = (await bridge.api("conferences/create", {"name": "Theirs"}, token=token)).json
    key = (await bridge.api("keys/show", {"slug": "theirs"}, token=token)).json["key"]
    await bridge.get("/r/theirs/record/start", key=key)
    await until(lambda: state_of(bridge, room["slug"]) == "on")
    await bridge.api("tokens/revoke", {"user_id": user})
    await until(lambda: state_of(bridge, room["slug"]) == "off")
    (row,) = (await bridge.api("recordings/getAll", {})).json
    assert (row["slug"], row["state"]) == ("theirs", "done")


async def test_a_removed_one_is_gone_with_its_files_and_one_that_runs_is_refused(
    bridge: Bridge, recorder: StandIn
) -> None:
    await begun(bridge)
    (row,) = (await bridge.api("recordings/getAll", {})).json
    body = {"id": row["id"]}
    assert_failure(await bridge.api("recordings/remove", body), "still_recording", "/r/main/record/stop")
    (file,) = (await bridge.api("recordings/ticket", body)).json["files"]
    await ended(bridge)
    assert (await bridge.api("recordings/remove", body)).json == {"success": True}
    assert (await raw(bridge, file))[0] == 404
    assert not [path for path in recorder.folder.rglob("*") if path.is_file()]
    assert_failure(await bridge.api("recordings/remove", body), "not_found")


async def test_no_ticket_is_in_any_log(bridge: Bridge, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    row = await recorded(bridge)
    ticket = (await bridge.api("recordings/ticket", {"id": row["id"]})).json
    for path in (ticket["path"], *ticket["files"], f"{ticket['path']}/9.webm"):
        await raw(bridge, path)
    assert "/recordings/{ticket}" in caplog.text
    assert ticket["path"].rpartition("/")[2] not in caplog.text


async def test_who_guesses_tickets_is_stopped(bridge: Bridge) -> None:
    found = {(await raw(bridge, f"/recordings/tk_{number}"))[0] for number in range(60)}
    assert found == {404, 429}


async def test_events_tell_of_it(bridge: Bridge) -> None:
    await begun(bridge)
    async with bridge.http.get(f"{bridge.url}/r/main/events", headers={"X-Bridge-Key": bridge.studio_key}) as stream:
        text = ""
        while "event: recording" not in text or "\n\n" not in text.split("event: recording")[1].replace("\r", ""):
            text += (await stream.content.readany()).decode()
    assert '{"slug":"main","recording":"on"}' in text


async def test_people_are_told_on_their_page_that_they_are_recorded(bridge: Bridge) -> None:
    await bridge.get("/r/main/create")
    room = bridge.running.parts.store.by_slug("main")
    assert room
    async with page(bridge, code(bridge, room)) as mine:
        await mine.hears("room", record=False)
        await bridge.get("/r/main/record/start")
        await mine.hears("room", record=True)
        await bridge.get("/r/main/record/stop")
        await mine.hears("room", record=False)
        await bridge.get("/r/main/set?record=1")
        await mine.hears("room", record=True)


async def test_companion_s_key_is_told_of_it(bridge: Bridge) -> None:
    await begun(bridge)
    tile = (await bridge.get("/r/main/companion.json")).json
    assert (tile["record"], tile["record_says"]) == ("on", "ON")


async def test_the_next_start_of_the_bridge_goes_on_where_it_was(recorder: StandIn, tmp_path: Path) -> None:
    media = FakeMedia()
    async with bridge_over(media, tmp_path / "data", recorder=recorder) as bridge:
        await begun(bridge)
    async with bridge_over(media, tmp_path / "data", recorder=recorder) as bridge:
        await until(lambda: state_of(bridge) == "on")
        await ended(bridge)
        (row,) = (await bridge.api("recordings/getAll", {})).json
        assert (row["files"], row["state"], row["bytes"]) == (2, "done", 2 * len(BYTES))


async def test_a_bridge_whose_recorder_hangs_ends_all_the_same(
    recorder: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "CLOSE_SECONDS", 0.05)
    monkeypatch.setattr(recording_run, "GRACE_SECONDS", 0.05)
    recorder.hangs, recorder.deaf = {"start", "stop"}, True
    async with bridge_over(FakeMedia(), tmp_path / "data", recorder=recorder) as bridge:
        await bridge.get("/r/main/create")
        await bridge.get("/r/main/record/start")
        await until(lambda: recorder.log)
        await bridge.get("/r/main/record/stop")
    recorder.hangs = set()
