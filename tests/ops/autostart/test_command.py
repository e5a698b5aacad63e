"""What is run at log-on: this installation, absolute paths, nothing that cannot be kept."""

import subprocess
import sys
from pathlib import Path

import pytest

from bridge.ops.autostart.command import Command, bridge_command
from bridge.ops.errors import OpsError


def test_the_paths_are_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = bridge_command(Path("data"), Path("c.toml"))
    assert made.arguments[-5:] == ("up", "--data", str(tmp_path / "data"), "--config", str(tmp_path / "c.toml"))
    assert made.folder == str(tmp_path / "data")
    assert bridge_command(Path("data"), None).arguments[-3:] == ("up", "--data", str(tmp_path / "data"))


def test_it_runs_from_any_folder(tmp_path: Path) -> None:
    (tmp_path / "bridge").mkdir()
    (tmp_path / "bridge" / "__init__.py").write_text("raise SystemExit('the wrong bridge')")
    for platform in ("linux", "win32"):
        program = bridge_command(tmp_path, None, platform=platform).arguments
        command = [*program[: program.index("up")], "--version"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=30)
        assert done.stdout.startswith("vmix-bridge ")


def test_windows_shows_no_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pythonw.exe").touch()
    monkeypatch.setattr("sys.executable", str(tmp_path / "python.exe"))
    made = bridge_command(tmp_path, None, platform="win32")
    assert made.arguments[:5] == (str(tmp_path / "pythonw.exe"), "-P", "-m", "bridge", "up")


def test_the_console_script_is_taken_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    assert bridge_command(tmp_path, None, platform="linux").arguments[:3] == (str(tmp_path / "python"), "-P", "-m")
    (tmp_path / "vmix-bridge").touch()
    assert bridge_command(tmp_path, None, platform="linux").arguments[0] == str(tmp_path / "vmix-bridge")


@pytest.mark.parametrize("text", ["a\nb", "a\x00b", "a\u2028b", b"\xff".decode("utf-8", "surrogateescape")])
def test_what_no_file_can_keep_is_refused(text: str) -> None:
    with pytest.raises(OpsError, match="holds characters that no autostart can keep"):
        Command((sys.executable, text), "/")
