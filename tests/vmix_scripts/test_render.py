"""Rendering puts a room's values where they belong, and touches nothing else."""

from dataclasses import replace

import pytest

from tests.vbnet.reader import values
from vmix_scripts import SCRIPTS, RoomCard, decode, file_name, readme, render, render_set
from vmix_scripts.render import BLOCK_BEGINS, BLOCK_ENDS

AWKWARD_NAME = "Ж \"Größe\" & “mit” ‘x’ 'q' ＂ü＂ %_:".ljust(200, "ä")
AWKWARD = RoomCard(
    name=AWKWARD_NAME,
    slug="awkward-room",
    url="http://127.0.0.1:8790/",
    key="made-up-key-of-awkward-room",
    media="video",
    max=8,
    webinar=True,
    chat=False,
    record=True,
    mode="speaker",
    bridge="Regie “Süd”",
    version="1.2.3",
    date="2026-11-23",
)
PLAIN = RoomCard(name="Main Stage", slug="main-stage", url="http://10.0.0.1:8790", key="k", version="1.0", date="today")
START_BEGINS = """\
' vmix-bridge script: start
' Room:    Main Stage (main-stage)
' Bridge:  vmix-bridge at http://10.0.0.1:8790
' Name:    main-stage-start
' Version: 1.0
' Date:    today
'
' Opens the room, so that people can come in. An open room stays as it is.
' Where: vMix > Settings > Scripting > Add > Import this file, or Add and paste its text; name it as the line Name says.
' Press: a shortcut or trigger with the function ScriptStart and the script's name as its Value.
' The key below opens this room only. vMix keeps it as plain text: whoever gets the preset gets the key.
' ---- settings: change what stands between the quotes, nothing else ----
' Where vMix reaches the bridge.
Dim bridgeUrl As System.String = "http://10.0.0.1:8790"
' The room's short name.
Dim roomSlug As System.String = "main-stage"
' The room's own key.
Dim roomKey As System.String = "k"
' How long to wait for the bridge, in milliseconds.
Dim timeoutMs As System.Int32 = 5000
' ---- end of settings ----

Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
address = address & "/start\""""
every_script = pytest.mark.parametrize("name", [script.name for script in SCRIPTS])


def block(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[lines.index(BLOCK_BEGINS) : lines.index(BLOCK_ENDS) + 1]


def after_block(text: str) -> str:
    return text.replace("\r\n", "\n").partition(BLOCK_ENDS)[2]


@every_script
def test_scripts_of_two_rooms_differ_in_header_and_block_only(name: str) -> None:
    assert render(name, AWKWARD) != render(name, PLAIN)
    assert after_block(render(name, AWKWARD)) == after_block(render(name, PLAIN))


def test_header_and_block_say_whose_script_it_is_and_what_each_value_means() -> None:
    lines = render("start", PLAIN).split("\r\n")

    assert lines[:6] + lines[7:25] == START_BEGINS.split("\n")


@every_script
def test_values_of_the_room_are_in_its_block(name: str) -> None:
    held = values("\n".join(block(render(name, AWKWARD))))

    assert held["roomSlug"] == "awkward-room"
    assert held.get("bridgeUrl", "http://127.0.0.1:8790") == "http://127.0.0.1:8790"
    assert held.get("roomKey", AWKWARD.key) == AWKWARD.key
    assert ("bridgeUrl" in held) == ("roomKey" in held)
    assert held.get("roomName", AWKWARD_NAME) == AWKWARD_NAME
    assert held.items() >= (AWKWARD.policy if name == "create" else {}).items()


@every_script
def test_it_has_windows_line_ends_and_short_lines_only(name: str) -> None:
    text = render(name, AWKWARD)

    assert text.count("\n") == text.count("\r\n") == text.count("\r")
    assert max(map(len, text.split("\r\n"))) <= 200


@pytest.mark.parametrize(("seats", "scene", "seat"), [("host,guest1", "host", "host"), ("", "grid", "")])
def test_what_is_shown_first_is_the_first_seat(seats: str, scene: str, seat: str) -> None:
    card = replace(PLAIN, seats=seats)

    def held(name: str) -> dict[str, str]:
        return values("\n".join(block(render(name, card))))

    assert held("input-add")["scene"] == held("input-remove")["scene"] == scene
    assert held("take").items() >= {"scene": "main", "seat": seat}.items()


def test_what_asks_nothing_holds_no_key() -> None:
    for name in ("input-remove", "inputs-reload"):
        text = render(name, AWKWARD)
        assert AWKWARD.key not in text
        assert "key below" not in text


def test_a_preset_setting_is_written_and_an_unknown_one_refused() -> None:
    text = render("status", AWKWARD, {"titleInput": 'Title "1"', "timeoutMs": 300})

    assert values("\n".join(block(text)))["titleInput"] == 'Title "1"'
    assert "Dim timeoutMs As System.Int32 = 300\r\n" in text
    with pytest.raises(KeyError, match="no setting 'titleInput'"):
        render("start", AWKWARD, {"titleInput": "x"})
    with pytest.raises(KeyError, match="no script 'launch'"):
        render("launch", AWKWARD)


def test_a_set_is_every_script_and_a_readme() -> None:
    files = render_set(AWKWARD)

    assert list(files) == [*(file_name(script.name, AWKWARD) for script in SCRIPTS), "README.txt"]
    assert decode(files["awkward-room-start.vb"]) == render("start", AWKWARD)
    assert all(content.startswith(b"\xef\xbb\xbf") for content in files.values())


def test_the_readme_shows_addresses_that_carry_the_key() -> None:
    text = readme(AWKWARD)

    assert "http://127.0.0.1:8790/r/awkward-room/start?key=made-up-key-of-awkward-room\r\n" in text
    encoded = "http%3A%2F%2F127.0.0.1%3A8790%2Fr%2Fawkward-room%2Fstart%3Fkey%3Dmade-up-key-of-awkward-room"
    assert f"Function=BrowserNavigate&Input=Bridge&Value={encoded}\r\n" in text
    assert "ScriptStart" in text
    assert "name=%D0%96%20%22Gr" in text
    assert "http://127.0.0.1:8790/r/awkward-room/scenes?key=made-up-key-of-awkward-room\r\n" in text
    assert "take?scene=main&seat=guest1&key=" in text


def test_the_readme_says_how_people_become_inputs_without_scripting_and_without_a_key() -> None:
    lines = readme(AWKWARD).split("\r\n")

    link = "http%3A%2F%2F127.0.0.1%3A8790%2Fscene%2FCODE"
    assert f"  Function=AddInput&Value=Browser%7C{link}" in lines
    assert f"  Function=BrowserNavigate&Input=guest1@awkward-room&Value={link}" in lines


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"slug": "Main Stage"}, "slug"),
        ({"slug": "a--b"}, "slug"),
        ({"slug": "a" * 65}, "slug"),
        ({"url": "127.0.0.1:8790"}, "url"),
        ({"url": "http://x/?key=1"}, "url"),
        ({"url": "http://"}, "url"),
        ({"url": "http://x:99999"}, "url"),
        ({"url": "http://x/\nB"}, "url"),
        ({"url": "http://user:word@x"}, "url"),
        ({"key": ""}, "key"),
        ({"key": "a\r\nX-Other: b"}, "key"),
        ({"media": "smell"}, "media"),
        ({"mode": "row"}, "mode"),
        ({"max": 0}, "max"),
    ],
)
def test_a_card_that_could_only_fail_is_refused_by_name(change: dict[str, str], named: str) -> None:
    good = {"name": "x", "slug": "x", "url": "http://x", "key": "k"}

    with pytest.raises(ValueError, match=f"^{named} "):
        RoomCard(**{**good, **change})  # type: ignore[arg-type]
