"""Stand-ins for the platforms' tools, which keep what they were told."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.ops.autostart.command import Command

AWKWARD = "/home/jürgen/my shows & $HOME 100% 'live'"

Tool = Callable[..., Callable[[], list[str]]]


@pytest.fixture
def command() -> Command:
    """A command line with everything that quoting can get wrong."""
    program = "/opt/vmix bridge/bin/vmix-bridge"
    return Command((program, "up", "--data", AWKWARD, "--config", f'{AWKWARD}/a "b" \\c\\.toml'), AWKWARD)


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tool:
    """``tool("systemctl", fails="enable")``: a program on the PATH; the answer tells what it was called with."""

    if sys.platform == "win32":
        pytest.skip("the stand-ins are shell scripts")

    def make(name: str, *, fails: str = "nothing", says: str = "") -> Callable[[], list[str]]:
        folder, log = tmp_path / "tools", tmp_path / f"{name}.log"
        folder.mkdir(exist_ok=True)
        (folder / "answer").write_text(says, encoding="utf-8")
        (folder / name).write_text(
            f'#!/bin/sh\necho "$@" >> "{log}"\n'
            f'case "$*" in *{fails}*) echo "it says no: {fails}" >&2; exit 1;; esac\ncat "{folder}/answer"\n'
        )
        (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        log.unlink(missing_ok=True)
        return lambda: log.read_text().splitlines() if log.exists() else []

    return make
