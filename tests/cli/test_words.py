"""What the command line says: commands as it was called, its own commands instead of routes, consequences in words."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bridge.cli import main
from bridge.cli.client import HINTS
from bridge.cli.rooms import WARNINGS
from bridge.cli.words import as_called
from bridge.errors import BridgeError, MediaServerDown
from bridge.rooms.presses import Consequence
from tests.bridges import Bridge
from tests.cli.commands import done, on_a_terminal, refused, run
from tests.fakes import bridge_over, fails
from tests.rooms.fakes import FakeMedia
from tests.rooms.house import until

SCRIPTS = Path(sys.executable).parent
PROGRAM = "vmix-bridge.exe" if sys.platform == "win32" else "vmix-bridge"


def hint(*command: str, cwd: Path, path: str = "") -> str:
    """What stands behind "start it with" where no bridge runs."""
    environment = {**os.environ, "PATH": os.pathsep.join(filter(None, (path, os.environ["PATH"])))}
    words = [*command, "--data", str(cwd / "none"), "rooms", "list"]
    process = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert process.returncode == 3, process.stderr
    return process.stderr.rstrip("\n").partition("start it with: ")[2]


def test_a_program_that_is_on_the_path_goes_by_its_name(tmp_path: Path) -> None:
    assert hint(str(SCRIPTS / PROGRAM), cwd=tmp_path, path=str(SCRIPTS)) == "vmix-bridge up"


@pytest.mark.skipif(sys.platform == "win32", reason="links want rights there")
def test_one_that_is_not_goes_by_its_path(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(SCRIPTS.parent)
    (tmp_path / "with blanks").symlink_to(SCRIPTS)
    assert hint(f".venv/bin/{PROGRAM}", cwd=tmp_path) == ".venv/bin/vmix-bridge up"
    assert hint(f"./with blanks/{PROGRAM}", cwd=tmp_path) == '"with blanks/vmix-bridge" up'


def test_a_module_goes_by_its_python(tmp_path: Path) -> None:
    assert hint(sys.executable, "-m", "bridge", cwd=tmp_path).endswith(" -m bridge up")


def test_only_commands_are_renamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [f"/opt/x/{PROGRAM}"])
    text = "vmix-bridge on http://x, data in /home/a/vmix-bridge up there; run: vmix-bridge livekit install"
    assert as_called(text) == text.removesuffix("vmix-bridge livekit install") + "/opt/x/vmix-bridge livekit install"


async def test_what_the_bridge_refuses_ends_with_commands(bridge: Bridge) -> None:
    await done(bridge, "rooms", "create", "main")
    for words in (
        ("rooms", "start", "gone"),
        ("rooms", "create", "main", "--max", "3", "--strict"),
        ("rooms", "show", "no"),
    ):
        said = await refused(bridge, 1, *words)
        assert "/r/" not in said
        assert "/set" not in said
        assert "strict=1" not in said
        assert "vmix-bridge rooms " in said


def test_the_hints_are_for_errors_there_are() -> None:
    assert HINTS.keys() <= {error.key for error in BridgeError.__subclasses__()}


def commands(group: click.Group, *above: str) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)
        else:
            yield (*above, name)


@pytest.mark.parametrize("words", [words for words in commands(main) if words != ("scripts", "list")], ids=" ".join)
async def test_every_command_takes_the_data_folder_behind_it_too(words: tuple[str, ...], tmp_path: Path) -> None:
    assert "--data" in (await run(tmp_path, *words, "--help")).stdout


async def test_the_folder_behind_a_command_is_the_one_that_counts(bridge: Bridge, tmp_path: Path) -> None:
    assert (await run(tmp_path, "rooms", "list", "--json", "--data", str(bridge.data))).stdout == "[]\n"
    assert "no bridge runs on" in await refused(bridge, 3, "rooms", "list", "--data", str(tmp_path))


def test_every_consequence_has_its_words() -> None:
    assert WARNINGS.keys() == set(Consequence)


async def test_a_consequence_is_said_in_words_on_stderr(bridge: Bridge) -> None:
    made = await run(bridge, "rooms", "create", "main", "--preset", "recorded")
    assert made.stdout == "main is ready\n"
    assert made.stderr == "Note: the room asks for a recording, and this bridge has nothing to record with.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal there cannot be played")
async def test_a_terminal_is_asked_where_nobody_knows_who_is_inside(tmp_path: Path) -> None:
    media = FakeMedia()
    async with bridge_over(media, tmp_path) as bridge:
        await done(bridge, "rooms", "create", "main")
        fails(media, MediaServerDown("away"))
        await until(lambda: bridge.running.parts.observed.outage)
        code, out, asked = await on_a_terminal(bridge, "n\n", "rooms", "stop", "main")
        assert (code, out) == (1, "")
        assert asked.startswith("LiveKit cannot be asked who is inside main: stop it? [y/N]: ")
