"""Which bridge the doctor examines: the one that runs, with what it was started with, whatever lies around here."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from bridge.livekit_server.child import ServerProcess
from bridge.ops import folder as folders
from bridge.ops.doctor import examine, healthy
from tests.bridges import bridge_on
from tests.live.server import LiveServer
from tests.ops.test_doctor import about, of, write_config
from tests.ports import free_port
from tests.rooms.house import until


@contextmanager
def up(data: Path, *words: str, **env: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A real ``up`` that has said its address and asked LiveKit; killed in the end, whatever it was told before."""
    command = [sys.executable, "-P", "-m", "bridge", "--data", str(data), "up", *words]
    with subprocess.Popen(command, cwd=data.parent, env=os.environ | env, stderr=subprocess.DEVNULL) as service:
        try:
            while (running := folders.holder(data)) is None or not running.address:
                assert service.poll() is None
                time.sleep(0.02)
            while not has_asked(running.address):
                time.sleep(0.02)
            yield service
        finally:
            service.kill()


def has_asked(address: str) -> bool:
    """Whether the bridge there knows how its LiveKit is."""
    try:
        with urlopen(f"{address}/health", timeout=10):  # noqa: S310 - the bridge of this test
            return True
    except HTTPError as answer:
        with answer:
            return b"not been asked yet" not in answer.read()


@pytest.fixture
def other(tmp_path: Path, livekit_binary: Path) -> tuple[Path, dict[str, Any]]:
    """A settings file beside the folder, on ports of its own, and its ``[local]``."""
    port, file = free_port(), tmp_path / "mit Umlaut ü.toml"
    local = {"binary": str(livekit_binary), "advertise": "loopback", "port": port, "udp_port": port + 2}
    file.write_text("[local]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in local.items()), "utf-8")
    return file, local


def end_server(data: Path) -> None:
    note = json.loads((data / "livekit/server.json").read_text())
    server = ServerProcess.of_ours(note["pid"], data.resolve() / "livekit/server-config.json")
    assert server
    server.kill()


def test_the_running_bridge_with_its_own_settings_and_ports(folder: Path, other: tuple[Path, dict[str, Any]]) -> None:
    file, local = other
    write_config(folder, f'listen = "127.0.0.1:{free_port()}"\nmedia = "rehearsal"\n')
    listen = free_port()
    with up(folder, "--config", file.name, "--listen", f"127.0.0.1:{listen}", "--media", "local") as service:
        found = examine(folder)
        end_server(folder)
    assert healthy(found), of(found, "bad")
    assert found[0].line() == (
        f"ok    bridge: examined is process {service.pid} on http://127.0.0.1:{listen} with settings from {file}"
    )
    assert about(found, "settings file").detail == str(file)
    assert about(found, "setting listen").detail == f"'127.0.0.1:{listen}' (from the option)"
    assert about(found, "setting local.port").detail == f"{local['port']} (from the file)"
    assert f"http://127.0.0.1:{local['port']} answers and takes the key" in about(found, "LiveKit").detail
    assert about(found, f"port {listen}/tcp").detail == "used by this bridge"
    for name in (f"port {local['port']}/tcp", f"port {local['udp_port']}/udp"):
        assert "used by this bridge's livekit-server" in about(found, name).detail
    assert len([finding for finding in found if finding.what.startswith("port ")]) == 3


def test_a_bridge_that_was_killed_is_not_examined(folder: Path, other: tuple[Path, dict[str, Any]]) -> None:
    mine = free_port()
    write_config(folder, f'listen = "127.0.0.1:{mine}"\nmedia = "rehearsal"\n')
    with up(folder, "--config", str(other[0]), "--listen", f"127.0.0.1:{free_port()}", "--media", "rehearsal"):
        pass
    assert (folder / "service.json").exists()
    found = examine(folder)
    assert found[0].detail == f"none runs on {folder}; examined is what a start from here would use"
    assert about(found, "settings file").detail == str(folder / "config.toml")
    assert about(found, f"port {mine}/tcp").detail == "free, for listen"
    assert "not running" in about(found, "service").detail


def test_its_secret_is_found_where_it_was_read_and_never_in_the_note(folder: Path, live_server: LiveServer) -> None:
    env = {"URL": live_server.url, "API_KEY": live_server.api_key, "API_SECRET": live_server.api_secret}
    variables = {f"VMIX_BRIDGE_LIVEKIT__{name}": value for name, value in env.items()}
    s3 = {"BUCKET": "shows", "REGION": "eu", "ACCESS_KEY": "AKIAEXAMPLEKEY", "SECRET": "correct-horse-battery"}
    variables |= {f"VMIX_BRIDGE_RECORDING__EGRESS__S3_{name}": value for name, value in s3.items()}
    with up(folder, "--listen", "127.0.0.1:0", **variables):
        found = examine(folder)
        note = (folder / "service.json").read_text()
    bad = [one for one in of(found, "bad") if "egress:" not in one]  # that LiveKit has no Redis
    assert not bad
    assert "answers and takes the key" in about(found, "LiveKit").detail
    variable = "environment variable VMIX_BRIDGE_LIVEKIT__API_SECRET"
    assert about(found, "setting livekit.api_secret").detail == f"set, and not shown (from the {variable})"
    told = note + "".join(finding.line() for finding in found)
    assert not {secret for secret in (live_server.api_secret, s3["ACCESS_KEY"], s3["SECRET"]) if secret in told}
    assert about(found, "setting recording.egress.s3_bucket").detail.startswith("'shows'")


async def test_a_port_that_the_system_chose(tmp_path: Path) -> None:
    async with bridge_on(tmp_path / "data") as bridge:
        found = await asyncio.to_thread(examine, bridge.data)
    port = bridge.url.rpartition(":")[2]
    assert found[0].detail == f"examined is process {os.getpid()} on {bridge.url} with no settings file"
    assert f"only this machine reaches 127.0.0.1:{port}" in about(found, "guests").detail


async def test_settings_that_were_changed_after_the_start(tmp_path: Path, live_server: LiveServer) -> None:
    def config(scenes: int, secret: str = live_server.api_secret) -> str:
        livekit = f'url = "{live_server.url}"\napi_key = "{live_server.api_key}"\napi_secret = "{secret}"\n'
        return f"[join]\nmax_scenes = {scenes}\n[livekit]\n{livekit}"

    data = tmp_path / "data"
    write_config(data, config(3))
    async with bridge_on(data, media="auto") as bridge:
        await until(lambda: bridge.running.parts.observed.asked)
        write_config(data, config(4))
        found = await asyncio.to_thread(examine, data)
        assert about(found, "setting join.max_scenes").detail == "3 (from the file)"
        changed = about(found, "settings")
        assert changed.detail == "not yet in force, since they were changed after the start: join.max_scenes"
        assert (changed.level, changed.todo) == ("warn", "end the bridge and start it again")
        assert "answers and takes the key" in about(found, "LiveKit").detail
        write_config(data, "listen = 1 2")
        found = await asyncio.to_thread(examine, data)
    assert "could not be started again" in about(found, "settings").detail
    assert about(found, "setting join.max_scenes").detail == "3 (from the file)"
    assert "not asked" in about(found, "LiveKit").detail
    assert about(found, "service").level == "ok"


async def test_a_file_that_is_named_is_examined_in_its_place(tmp_path: Path) -> None:
    file, mine = tmp_path / "next.toml", free_port()
    file.write_text(f'listen = "127.0.0.1:{mine}"\nmedia = "rehearsal"\n')
    async with bridge_on(tmp_path / "data") as bridge:
        found = await asyncio.to_thread(examine, bridge.data, file)
    assert found[0].level == "warn"
    assert found[0].detail.endswith(f"runs with no settings file; examined is what a start with {file} would use")
    assert about(found, f"port {mine}/tcp").detail == "free, for listen"


async def test_a_bridge_of_another_version(tmp_path: Path) -> None:
    async with bridge_on(tmp_path / "data") as bridge:
        who = {"pid": os.getpid(), "address": bridge.url, "config": "", "origins": {}}
        for settings in ("{}", "[]", '{"livekit": {}, "listen": 3}', '{"livekit": {}, "unheard_of": 3}'):
            (bridge.data / "service.json").write_text(json.dumps(who | {"settings": json.loads(settings)}))
            found = await asyncio.to_thread(examine, bridge.data)
            assert (found[0].level, "does not tell its settings" in found[0].detail) == ("warn", True)
            assert about(found, "service").level == "ok"


async def test_a_livekit_server_that_came_after_the_start(tmp_path: Path, livekit_binary: Path) -> None:
    async with bridge_on(tmp_path / "data", media="auto") as bridge:
        (bridge.data / "livekit").mkdir()
        os.link(livekit_binary, bridge.data / "livekit" / livekit_binary.name)
        found = await asyncio.to_thread(examine, bridge.data)
    livekit = about(found, "LiveKit")
    assert (livekit.level, livekit.todo) == ("warn", "start it again")
