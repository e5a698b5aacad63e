"""The systemd unit: read back as systemd does, and switched on whole or not at all."""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from bridge.ops.autostart import linux
from bridge.ops.autostart.command import Command
from bridge.ops.errors import OpsError
from tests.ops.autostart.conftest import AWKWARD, Tool


def read_back(text: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


def arguments(text: str) -> list[str]:
    """As systemd takes ``ExecStart``: unquoted, then ``%%``, then ``$$`` in everything but the program."""
    words = [word.replace("%%", "%") for word in shlex.split(read_back(text)["Service"]["ExecStart"])]
    assert not [word for word in words[1:] if re.search(r"(?<!\$)\$(\$\$)*(?!\$)", word)]
    return [words[0], *(word.replace("$$", "$") for word in words[1:])]


def test_the_unit(command: Command) -> None:
    text = linux.unit(command)
    kept = read_back(text)
    assert arguments(text) == list(command.arguments)
    assert kept["Service"]["WorkingDirectory"] == AWKWARD.replace("%", "%%")
    assert kept["Service"]["Restart"] == "on-failure"
    assert kept["Service"]["KillMode"] == "process"
    assert kept["Unit"]["StartLimitIntervalSec"] == "0"
    assert kept["Install"]["WantedBy"] == "default.target"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
@pytest.mark.parametrize("name", ["plain", "ümlaut & $HOME 100% (1) [a]* ;", "o'brien", 'a "quote" and \\'])
def test_systemd_takes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    shutil.copy("/bin/true", folder / "vmix-bridge")
    file = tmp_path / linux.UNIT
    made = Command((str(folder / "vmix-bridge"), "up", "--data", str(folder)), str(folder))
    file.write_text(linux.unit(made))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", file], capture_output=True, text=True, check=False, timeout=30
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_program_that_systemd_refuses_runs_through_a_shell(tmp_path: Path) -> None:
    program = tmp_path / 'o\'brien "x" \\y'
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o755)
    words = arguments(linux.unit(Command((str(program), "up", AWKWARD), "/")))
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=10)
    assert done.stdout.splitlines() == ["up", AWKWARD]


def test_on_status_off(command: Command, tool: Tool) -> None:
    calls = tool("systemctl", says="enabled\n")
    assert "loginctl enable-linger" in linux.turn_on(command, start=True)[0]
    assert calls() == [
        "--user show-environment",
        "--user daemon-reload",
        "--user enable --now vmix-bridge.service",
    ]
    assert linux.unit_file() == Path.home() / ".config/systemd/user/vmix-bridge.service"
    assert linux.unit_file().read_text() == linux.unit(command)
    on, runs = linux.state()
    assert on
    assert shlex.split(runs) == list(command.arguments)
    assert linux.turn_off()
    assert calls()[-2:] == ["--user disable vmix-bridge.service", "--user daemon-reload"]
    assert not linux.unit_file().exists()
    assert not linux.turn_off()
    assert linux.state() == (False, "")


def test_a_bridge_that_runs_is_not_started_again(command: Command, tool: Tool) -> None:
    calls = tool("systemctl")
    linux.turn_on(command, start=False)
    assert calls()[-1] == "--user enable vmix-bridge.service"


@pytest.mark.parametrize("step", ["show-environment", "daemon-reload", "enable"])
def test_a_failure_leaves_nothing_half_done(command: Command, tool: Tool, step: str) -> None:
    tool("systemctl", fails=step)
    with pytest.raises(OpsError, match=f"systemctl says: it says no: {step}"):
        linux.turn_on(command, start=True)
    assert not linux.unit_file().exists()


def test_a_failure_keeps_the_unit_of_before(command: Command, tool: Tool) -> None:
    tool("systemctl")
    linux.turn_on(command, start=True)
    before = linux.unit_file().read_text()
    tool("systemctl", fails="enable")
    with pytest.raises(OpsError):
        linux.turn_on(Command(("/bin/other", "up"), "/"), start=True)
    assert linux.unit_file().read_text() == before


def test_a_unit_that_is_not_enabled(command: Command, tool: Tool) -> None:
    tool("systemctl")
    linux.turn_on(command, start=True)
    tool("systemctl", fails="is-enabled")
    with pytest.raises(OpsError, match="it says no"):
        linux.state()


def test_no_systemd_at_all(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(OpsError, match=r"there is no systemctl on this machine: .*vmix-bridge up"):
        linux.turn_on(command, start=True)
    assert not linux.unit_file().exists()
