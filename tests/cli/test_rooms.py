"""``vmix-bridge rooms``: tables for people, JSON for programs, data on stdout, talk on stderr."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from bridge.errors import MediaServerDown
from tests.bridges import Bridge
from tests.cli.commands import WITHOUT_A_CONSOLE, as_json, done, on_a_terminal, refused, run
from tests.fakes import bridge_over, fails, goes_in
from tests.rooms.fakes import FakeMedia


async def test_the_life_of_a_room(bridge: Bridge) -> None:
    assert await done(bridge, "rooms", "create", "Main Stage", "--max", "7", "--no-chat") == "main-stage is ready\n"
    assert await done(bridge, "rooms", "create", "main-stage") == "main-stage is ready (as before)\n"
    assert (
        await done(bridge, "rooms", "set", "main-stage", "--webinar", "--name", "Große Bühne")
        == "main-stage is ready\n"
    )
    assert await done(bridge, "rooms", "stop", "main-stage") == "main-stage is stopped\n"
    assert await done(bridge, "rooms", "stop", "main-stage", "--if-empty") == "main-stage is stopped (as before)\n"
    assert await done(bridge, "rooms", "start", "main-stage") == "main-stage is ready\n"
    shown = await as_json(bridge, "rooms", "show", "main-stage")
    assert (shown["max_participants"], shown["allow_chat"], shown["allow_webinar_mode"]) == (7, False, True)
    assert shown["name"] == "Große Bühne"
    assert await done(bridge, "rooms", "remove", "main-stage") == "main-stage is removed\n"
    assert await as_json(bridge, "rooms", "list") == []


async def test_every_policy_option_arrives(bridge: Bridge) -> None:
    words = (
        "--preset webinar --max 9 --media video --no-webinar --chat --screen --record --mode chat --no-start".split()
    )
    room = await as_json(bridge, "rooms", "create", "main", *words, "--name", "N")
    assert room["mediaType"] == "MEDIA_TYPE_VIDEO_ONLY"
    assert room["record_mode"] == "ROOM_COMPOSITE_AND_CHAT"
    assert (room["max_participants"], room["allow_webinar_mode"], room["allow_chat"]) == (9, False, True)
    assert (room["allow_share_screen"], room["record"], room["active"]) == (True, True, False)
    assert (room["name"], room["recording"], room["success"]) == ("N", "unavailable", True)


async def test_list_is_a_table_and_json(bridge: Bridge) -> None:
    await done(bridge, "rooms", "create", "one", "--name", "Erste [bold]Bühne[/]")
    await done(bridge, "rooms", "create", "two", "--no-start")
    head, _, first, second = [
        line.split() for line in (await done(bridge, "rooms", "list")).splitlines() if line.strip()
    ]
    assert head == ["slug", "state", "people", "max", "name"]
    assert first == ["one", "ready", "0", "20", "Erste", "[bold]Bühne[/]"]
    assert second == ["two", "stopped", "0", "20", "two"]
    assert [room["slug"] for room in await as_json(bridge, "rooms", "list")] == ["one", "two"]


async def test_show_is_a_table_of_every_field(bridge: Bridge) -> None:
    room = await as_json(bridge, "rooms", "create", "one")
    table = await done(bridge, "rooms", "show", "One")
    for field in room.keys() - {"changed"}:
        assert field in table
    assert room["id"] in table


async def test_differences_are_told(bridge: Bridge) -> None:
    await done(bridge, "rooms", "create", "main")
    said = await done(bridge, "rooms", "create", "main", "--max", "3")
    assert said == "main is ready (as before); it differs in max\n"
    assert "name_taken" in await refused(bridge, 1, "rooms", "create", "main", "--max", "3", "--strict")


@pytest.mark.parametrize("verb", ["show", "start", "stop", "set", "remove"])
async def test_a_room_that_is_not_there_is_a_refusal(bridge: Bridge, verb: str) -> None:
    for extra in ((), ("--json",)):
        said = await refused(bridge, 1, "rooms", verb, "gone", *extra)
        assert said.startswith("Error: room_not_found: there is no room gone: ")


async def test_a_refusal_says_key_message_and_hint(bridge: Bridge) -> None:
    assert "bad_setting: max is" in await refused(bridge, 1, "rooms", "create", "main", "--max", "0")
    assert "bad_setting" in await refused(bridge, 1, "rooms", "create", "!!!")
    assert "bad_setting" in await refused(bridge, 1, "rooms", "create", "main", "--name", "two\nlines")


@pytest.mark.parametrize(
    "words",
    [
        ("rooms", "create"),
        ("rooms", "create", ""),
        ("rooms", "remove", ""),
        ("rooms", "show", " "),
        ("rooms", "create", "x", "--max", "many"),
        ("rooms", "create", "x", "--media", "film"),
        ("rooms", "create", "x", "--colour", "red"),
        ("rooms", "explode"),
        ("nothing",),
    ],
)
async def test_wrong_usage_is_2(bridge: Bridge, words: tuple[str, ...]) -> None:
    assert "Error: " in await refused(bridge, 2, *words)
    assert not bridge.running.parts.store.all()


@pytest.mark.parametrize(
    "note", [None, "", "{", "{}", "[]", '{"pid": 1, "address": ""}', '{"address": "http://127.0.0.1:1"}']
)
async def test_a_service_that_is_not_there_is_3(tmp_path: Path, note: str | None) -> None:
    (tmp_path / "token").write_text("vbt_x")
    if note is not None:
        (tmp_path / "service.json").write_text(note)
    for words in (("rooms", "list"), ("rooms", "start", "x"), ("keys", "show"), ("tokens", "list")):
        for extra in ((), ("--json",)):
            said = await refused(tmp_path, 3, *words, *extra)
            assert str(tmp_path) in said
            assert "vmix-bridge up" in said


async def test_a_token_that_cannot_be_read_is_said(bridge: Bridge) -> None:
    (bridge.data / "token").unlink()
    assert "token" in await refused(bridge, 1, "rooms", "list")


async def test_names_in_any_script_go_both_ways(bridge: Bridge) -> None:
    name = 'Студия "1" & <東京> ☂'
    await done(bridge, "rooms", "create", "main", "--name", name)
    assert (await as_json(bridge, "rooms", "show", "main"))["name"] == name
    assert name in await done(bridge, "rooms", "list")
    assert await done(bridge, "rooms", "create", "Große/Bühne 2") == "grosse-buhne-2 is ready\n"


async def test_a_name_like_an_ending_is_no_ending(bridge: Bridge) -> None:
    assert await done(bridge, "rooms", "create", "talk.json") == "talk-json is ready\n"
    assert (await as_json(bridge, "rooms", "show", "talk.json"))["slug"] == "talk-json"
    assert await done(bridge, "rooms", "remove", "talk.json") == "talk-json is removed\n"


async def test_livekit_away_is_a_refusal_and_the_press_is_kept(tmp_path: Path) -> None:
    media = FakeMedia()
    async with bridge_over(media, tmp_path) as bridge:
        await done(bridge, "rooms", "create", "main")
        goes_in(media, bridge, "main", "ann")
        assert "not_empty" in await refused(bridge, 1, "rooms", "stop", "main", "--if-empty")
        fails(media, MediaServerDown("LiveKit cannot be reached"))
        assert "media_server_down" in await refused(bridge, 1, "rooms", "stop", "main")
        assert (await as_json(bridge, "rooms", "show", "main"))["active"] is False


terminal = pytest.mark.skipif(sys.platform == "win32", reason="a terminal there cannot be played")


@terminal
async def test_a_terminal_is_asked_before_a_room_is_removed(bridge: Bridge) -> None:
    await done(bridge, "rooms", "create", "main")
    asked = "Remove main? [y/N]: "
    for no in ("n\n", "\n", "\x04"):
        code, out, talk = await on_a_terminal(bridge, no, "rooms", "remove", "main")
        assert (code, out) == (1, "")
        assert "".join(talk.split("\n")) == f"{asked}Aborted!"
    assert await as_json(bridge, "rooms", "list")
    code, out, talk = await on_a_terminal(bridge, "y\n", "rooms", "remove", "Main", "--json")
    assert (code, json.loads(out)["success"], talk) == (0, True, asked)
    await done(bridge, "rooms", "create", "main")
    assert await on_a_terminal(bridge, "", "rooms", "remove", "main", "--yes") == (0, "main is removed\n", "")


@terminal
async def test_a_terminal_is_asked_before_people_are_put_out(tmp_path: Path) -> None:
    media = FakeMedia()
    async with bridge_over(media, tmp_path) as bridge:
        await done(bridge, "rooms", "create", "main")
        stopped = (0, "main is stopped\n", "")
        assert await on_a_terminal(bridge, "", "rooms", "stop", "main") == stopped
        for people, words in ((["ann"], "1 person is"), (["ann", "bob", "eve"], "3 people are")):
            await fill(bridge, media, *people)
            for verb in ("stop", "remove"):
                said = await on_a_terminal(bridge, "n\n", "rooms", verb, "main")
                assert said == (1, "", f"{words} inside main: {verb} it? [y/N]: Aborted!\n")
            assert (await as_json(bridge, "rooms", "show", "main"))["state"] == "live"
            assert (await on_a_terminal(bridge, "y\n", "rooms", "stop", "main"))[:2] == stopped[:2]
        await fill(bridge, media, "ann")
        assert "not_empty" in (await on_a_terminal(bridge, "", "rooms", "stop", "main", "--if-empty"))[2]
        assert await on_a_terminal(bridge, "", "rooms", "stop", "main", "--yes") == stopped


async def test_nobody_is_asked_where_there_is_no_terminal(tmp_path: Path) -> None:
    media = FakeMedia()
    async with bridge_over(media, tmp_path) as bridge:
        await done(bridge, "rooms", "create", "main")
        await fill(bridge, media, "ann")
        assert await done(bridge, "rooms", "stop", "main") == "main is stopped\n"
        assert await done(bridge, "rooms", "remove", "main") == "main is removed\n"
        await done(bridge, "rooms", "create", "main")
        for verb in ("stop", "remove"):
            process = await asyncio.create_subprocess_exec(
                *WITHOUT_A_CONSOLE, "--data", str(tmp_path), "rooms", verb, "main"
            )
            assert await process.wait() == 0
        assert await as_json(bridge, "rooms", "list") == []


async def fill(bridge: Bridge, media: FakeMedia, *people: str) -> None:
    """The room ``main`` is open, and it is known that these are inside."""
    await done(bridge, "rooms", "start", "main")
    goes_in(media, bridge, "main", *people)
    await done(bridge, "rooms", "start", "main")


async def test_json_is_all_there_is_on_stdout(bridge: Bridge) -> None:
    result = await run(bridge, "rooms", "create", "main", "--json")
    assert json.loads(result.stdout)["slug"] == "main"
    assert result.stderr == ""


async def test_a_note_that_a_crash_left_behind_sends_the_token_to_nobody(bridge: Bridge, tmp_path: Path) -> None:
    dead = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await dead.wait()
    (tmp_path / "token").write_text(bridge.token)
    (tmp_path / "service.json").write_text(json.dumps({"pid": dead.pid, "address": bridge.url}))
    assert "no bridge runs" in await refused(tmp_path, 3, "rooms", "list")
