"""Folders to care for, and the live server of ``tests/live``."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bridges import bridge_on
from tests.live.conftest import live_server, livekit_binary, new_live_server

__all__ = ["live_server", "livekit_binary", "new_live_server"]

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def nothing_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working folder and home, no setting in the environment, and no livekit-server on the PATH."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    if sys.platform != "win32":
        monkeypatch.setenv("PATH", "/usr/bin:/bin")
    for name in ("XDG_CONFIG_HOME", "VMIX_BRIDGE_CONFIG", "VMIX_BRIDGE_DATA"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """The data folder of a bridge that has stopped, with one room."""
    async with bridge_on(tmp_path / "data") as bridge:
        await bridge.get("/r/main-stage/create?name=Main+Stage")
    return bridge.data


@pytest.fixture
def cli() -> Cli:
    """``cli("doctor", "--json")``: the real command line in a process of its own."""

    def run(*arguments: object, **options: object) -> "subprocess.CompletedProcess[str]":
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [sys.executable, "-P", "-m", "bridge", *map(str, arguments)],
            capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL, **options,  # type: ignore[call-overload]
        )  # fmt: skip
        return done

    return run
