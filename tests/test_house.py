"""The house is in order: linters, types on both platforms, imports one way, short modules."""

import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
LONGEST = 320


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check"),
        ("ruff", "format", "--check"),
        ("mypy",),
        ("mypy", "--platform", "win32", "--cache-dir", ".mypy_cache/win32"),
        ("lint-imports", "--no-logo"),
    ],
    ids=" ".join,
)
def test_is_clean(command: tuple[str, ...]) -> None:
    program, *arguments = command
    result = subprocess.run([BIN / program, *arguments], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_module_holds_more_than_one_idea() -> None:
    modules = [*HOUSE.glob("bridge/**/*.py"), *HOUSE.glob("vmix_scripts/**/*.py")]
    assert modules
    long = {str(m.relative_to(HOUSE)): n for m in modules if (n := m.read_text("utf-8").count("\n")) > LONGEST}
    assert not long


def test_the_top_level_holds_what_it_is_said_to_hold() -> None:
    said = {"pyproject.toml", "README.md", "config.toml", "bridge", "vmix_scripts", "tests"}
    made = {"dist", "data", "vmix_bridge.egg-info"}
    assert {path.name for path in HOUSE.iterdir() if not path.name.startswith(".")} - made == said
