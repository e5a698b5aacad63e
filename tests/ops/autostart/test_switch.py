"""The command line of autostart, on the platform the tests run on (Linux)."""

import json
import os
import shlex
import sys
from pathlib import Path

import pytest

from tests.ops.autostart.conftest import Tool
from tests.ops.conftest import Cli

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="tells of systemd")


def test_on_status_off(folder: Path, tmp_path: Path, cli: Cli, tool: Tool) -> None:
    calls = tool("systemctl", says="enabled")
    config = tmp_path / "here" / "config.toml"
    config.write_text('listen = "127.0.0.1:8791"\n')
    off = cli("--data", folder, "autostart", "status")
    assert off.stdout.startswith("off: ")
    on = cli("--data", folder, "autostart", "on", "--json")
    assert on.returncode == 0, on.stderr
    runs = json.loads(on.stdout)["runs"]
    assert shlex.split(runs)[-5:] == ["up", "--data", str(folder), "--config", str(config)]
    assert "--now" in calls()[2]
    assert cli("autostart", "status").stdout == f"on: {runs}\n"
    assert off.stdout == f"off: {runs}\n"
    done = cli("autostart", "off")
    assert (done.returncode, done.stdout) == (0, "off\n")
    assert "off already" in cli("autostart", "off").stderr


def test_a_bridge_that_runs_stays_the_one(folder: Path, cli: Cli, tool: Tool) -> None:
    calls = tool("systemctl", says="enabled")
    (folder / "service.json").write_text(json.dumps({"pid": os.getpid(), "address": ""}))
    assert "none was started now" in cli("--data", folder, "autostart", "on").stderr
    assert calls()[2] == "--user enable vmix-bridge.service"
    assert "goes on" in cli("--data", folder, "autostart", "off").stderr


def test_without_a_session_of_systemd(tmp_path: Path, cli: Cli, tool: Tool) -> None:
    tool("systemctl", fails="show-environment")
    done = cli("autostart", "on", "--data", tmp_path / "data")
    assert (done.returncode, done.stdout) == (1, "")
    assert "systemctl says: it says no" in done.stderr
    assert done.stderr.endswith(" -m bridge up\n")
    assert not (tmp_path / "home" / ".config").exists()


def test_settings_that_cannot_be_used_are_refused(tmp_path: Path, cli: Cli, tool: Tool) -> None:
    calls = tool("systemctl")
    (tmp_path / "here" / "config.toml").write_text("lisen = 1\n")
    done = cli("autostart", "on", "--data", tmp_path / "data")
    assert done.returncode == 1
    assert "lisen is no setting" in done.stderr
    assert calls() == []


def test_what_only_the_environment_says_is_told(
    tmp_path: Path, cli: Cli, tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool("systemctl", says="enabled")
    monkeypatch.setenv("VMIX_BRIDGE_LISTEN", "127.0.0.1:8791")
    done = cli("autostart", "on", "--data", tmp_path / "data")
    assert "write into config.toml what only the environment says here: listen" in done.stderr
