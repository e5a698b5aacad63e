"""A livekit-server of that PC is started, restarted, adopted and ended.

It is a small program in its place: Windows' own fails under Wine, which lacks a socket call of it.
"""

import json
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.ports import free_port

from .console import console
from .pc import HANGS, HOUSE, PYTHON, Pc
from .up import Up, up

SOURCE = HOUSE / "tests" / "windows" / "there" / "server.c"
DATA = r"C:\Saal Süd"


@pytest.fixture
def port(pc: Pc) -> int:
    """Of the server that the settings of the data folder name."""
    program = pc.file(rf"{DATA}\Server für Räume.exe")
    program.parent.mkdir()
    subprocess.run(["x86_64-w64-mingw32-gcc", "-o", str(program), str(SOURCE), "-lws2_32"], check=True)
    port = free_port()
    (program.parent / "config.toml").write_text(
        f"[local]\nport = {port}\nudp_port = {port + 1}\ntcp_port = {port + 2}\n"
        f"advertise = 'loopback'\nbinary = '{DATA}\\{program.name}'\n"
    )
    return port


def test_a_server_is_restarted_outlives_its_bridge_is_adopted_and_ended(pc: Pc, port: int) -> None:
    with up(pc, DATA, media="local") as bridge:
        first = _noted(bridge.folder)
        pc.end(first)
        second = _restarted(bridge, first)
        bridge.kill()
    command = (PYTHON, "-m", "bridge", "up", "--data", DATA, "--media", "local", "--listen", f"127.0.0.1:{free_port()}")
    with console(pc, *command) as window:
        window.until("a first room: ")
        assert f"livekit-server (process {second}) was running already and goes on" in _log(bridge)
        assert _listens(port)
        window.type("\x03")
        assert window.ended() == 0
    assert not _listens(port)
    assert not (bridge.folder / "livekit" / "server.json").exists()


def _restarted(bridge: Up, first: int) -> int:
    """The process that took the place of the first."""
    ends = time.monotonic() + HANGS
    while "livekit-server runs again" not in _log(bridge):
        assert time.monotonic() < ends, _log(bridge)
        time.sleep(0.05)
    second = _noted(bridge.folder)
    assert second != first
    return second


def _noted(data: Path) -> int:
    return int(json.loads((data / "livekit" / "server.json").read_text())["pid"])


def _log(bridge: Up) -> str:
    return (bridge.folder / "logs" / "bridge.log").read_text("utf-8")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
