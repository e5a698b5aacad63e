"""What scripts share stands once in a file of its own, and whole in every script that names it."""

import re
from pathlib import Path

import pytest

import vmix_scripts
from vmix_scripts import SCRIPTS, RoomCard, render

HERE = Path(vmix_scripts.__file__).parent
PARTS = {path.stem: path.read_text(encoding="utf-8") for path in HERE.glob("parts/*.vb")}
CARD = RoomCard(name="Main Stage", slug="main-stage", url="http://127.0.0.1:8790", key="k")


def made(name: str) -> str:
    return render(name, CARD).replace("\r\n", "\n")


def indented(part: str, by: str) -> str:
    return re.sub(r"^(?=.)", by, PARTS[part], flags=re.MULTILINE)


@pytest.mark.parametrize("name", [script.name for script in SCRIPTS])
def test_every_script_asks_and_reads_with_the_same_lines(name: str) -> None:
    indent = "    " if name == "watch" else ""

    assert f"\n{indented('ask', indent)}\n{indented('read', indent)}\n" in made(name)
    assert "splice" not in made(name)


def test_every_part_serves_more_than_one_script() -> None:
    sources = [path.read_text(encoding="utf-8") for path in HERE.glob("scripts/*.vb")]

    assert {part for part in PARTS if sum(f"' splice: {part}\n" in source for source in sources) > 1} == set(PARTS)
