"""What scripts share stands once in a file of its own, and whole in every script that names it."""

import re
from pathlib import Path

import pytest

import vmix_scripts
from tests.vbnet.reader import values
from vmix_scripts import SCRIPTS, RoomCard, render
from vmix_scripts.card import POLICY
from vmix_scripts.render import BLOCK_BEGINS, BLOCK_ENDS

HERE = Path(vmix_scripts.__file__).parent
PARTS = {path.stem: path.read_text(encoding="utf-8") for path in HERE.glob("parts/*.vb")}
CARD = RoomCard(name="Main Stage", slug="main-stage", url="http://127.0.0.1:8790", key="k")


def made(name: str) -> str:
    return render(name, CARD).replace("\r\n", "\n")


def whole(part: str, by: str = "") -> str:
    """A part with the parts that it names, indented."""
    text = re.sub(r"^( *)' splice: (\w+)\n", lambda found: whole(found[2], found[1]), PARTS[part], flags=re.MULTILINE)
    return re.sub(r"^(?=.)", by, text, flags=re.MULTILINE)


def named(text: str) -> set[str]:
    return set(re.findall("' splice: (\\w+)\n", text))


@pytest.mark.parametrize("name", [script.name for script in SCRIPTS])
def test_every_script_has_its_parts_whole(name: str) -> None:
    source = (HERE / "scripts" / f"{name}.vb").read_text(encoding="utf-8")
    parts = re.findall("^( *)' splice: (\\w+)$", source, flags=re.MULTILINE)

    assert made(name).startswith(f"' vmix-bridge script: {name}\n' Room:    Main Stage (main-stage)\n")
    assert parts[0] == ("", "header")
    assert parts[1] in [("", "use"), ("", "place")]
    assert f"\n{whole(parts[1][1])}{BLOCK_BEGINS}\n" in made(name)
    for indent, part in parts:
        assert part in ("header", "settings") or f"\n{whole(part, indent)}" in made(name)
    assert not re.search("splice|each word|{|}", made(name))


def test_every_part_serves_more_than_one_script() -> None:
    uses = {
        script.name: named((HERE / "scripts" / f"{script.name}.vb").read_text(encoding="utf-8")) for script in SCRIPTS
    }
    for parts in uses.values():
        while fresh := {inner for part in parts & PARTS.keys() for inner in named(PARTS[part])} - parts:
            parts |= fresh

    assert {part for part in PARTS if sum(part in parts for parts in uses.values()) > 1} == set(PARTS)


@pytest.mark.parametrize("word", POLICY)
def test_every_word_of_the_policy_is_asked_for_by_create_and_by_set(word: str) -> None:
    assert f'\naddress = address & "&{word}=" & System.Uri.EscapeDataString({word})\n' in made("create")
    new = f"new{word.capitalize()}"
    change = f'    changes = changes & "&{word}=" & System.Uri.EscapeDataString({new})'
    assert f'\nIf {new} <> "" Then\n{change}\nEnd If\n' in made("set")


def test_what_a_room_is_called_is_no_line_of_ours() -> None:
    odd = RoomCard(name="x\n' splice: ask\n' each word: {word}", slug="x", url="http://x", key="' each word: {word}")

    held = values(render("create", odd).partition(BLOCK_ENDS)[0])
    assert (held["roomName"], held["roomKey"]) == (odd.name, odd.key)
