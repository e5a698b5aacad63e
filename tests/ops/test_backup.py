"""A backup: whole, the owner's only, safe while the bridge runs; and restored it is the same bridge."""

import asyncio
import json
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from bridge.files import private_folder
from bridge.livekit_server.config import own_keys
from bridge.ops import folder as folders
from bridge.ops.backup import back_up
from bridge.ops.bundle import unpacked
from bridge.ops.errors import OpsError
from bridge.ops.restore import restore
from tests.bridges import bridge_on
from tests.ops.conftest import Cli

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")


async def test_another_pc_takes_over_with_every_key_link_and_token(tmp_path: Path) -> None:
    file = tmp_path / "bridge.zip"
    async with bridge_on(tmp_path / "first") as first:
        await first.get("/r/main-stage/create?name=Bühne")
        keys, user = first.running.parts.keys, first.owner
        old_key = first.room_key("main-stage")
        await keys.rotate(user, "main-stage")
        key, studio, token = first.room_key("main-stage"), first.studio_key, first.token
        room = (await first.get("/r/main-stage.json")).json
        codes = dict(first.running.parts.links.codes(next(iter(first.running.parts.store.all()))))
        private_folder(first.data / "livekit")
        livekit_key = own_keys(first.data)
        (first.data / "config.toml").write_text('media = "rehearsal"\n')
        await asyncio.to_thread(back_up, first.data, file)
    done = await asyncio.to_thread(restore, tmp_path / "other" / "data", file)
    assert done.aside is None
    async with bridge_on(tmp_path / "other" / "data") as other:
        for each in (key, old_key, studio):
            assert (await other.get("/r/main-stage/state", key=each)).status == 200
        assert (await other.get("/r/main-stage.json")).json["_id"] == room["_id"]
        rooms = await other.api("conferences/getAll", {}, token=token)
        assert [found["name"] for found in rooms.json] == ["Bühne"]
        assert dict(other.running.parts.links.codes(next(iter(other.running.parts.store.all())))) == codes
        assert other.token == token
        assert own_keys(other.data) == livekit_key


async def test_it_is_whole_while_the_bridge_writes(tmp_path: Path) -> None:
    async with bridge_on(tmp_path / "data") as bridge:
        presses = [asyncio.create_task(bridge.get(f"/r/room-{number}/create")) for number in range(40)]
        for number in range(10):
            await asyncio.to_thread(back_up, bridge.data, tmp_path / f"{number}.zip")
        assert {(await press).status for press in presses} == {200}
    for number in range(10):
        unpacked((tmp_path / f"{number}.zip").read_bytes())


def test_it_holds_what_is_needed_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    (folder / "logs").mkdir()
    (folder / "logs" / "bridge.log").write_text("x")
    private_folder(folder / "livekit")
    own_keys(folder)
    (folder / "livekit" / "livekit-server").write_text("x")
    (folder / "config.toml").write_text("# mine\n")
    back_up(folder, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        assert set(packed.namelist()) == {
            "backup.json", "store.json", "secret", "token", "livekit/keys.json", "config.toml",
        }  # fmt: skip
        assert packed.read("store.json") == (folder / "store.json").read_bytes()


@POSIX
def test_it_is_the_owners_only(folder: Path, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "b.zip")
    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600


def test_it_replaces_only_when_told(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    file.write_text("precious")
    with pytest.raises(OpsError, match="is there already: give another name, or --force"):
        back_up(folder, file)
    assert file.read_text() == "precious"
    back_up(folder, file, force=True)
    assert zipfile.is_zipfile(file)
    with pytest.raises(OpsError, match="is a folder"):
        back_up(folder, tmp_path, force=True)
    with pytest.raises(OpsError, match="cannot be written: No such file"):
        back_up(folder, tmp_path / "nowhere" / "b.zip")
    assert {path.name for path in tmp_path.iterdir()} == {"b.zip", "data", "here"}


def test_settings_from_elsewhere_go_with_it(folder: Path, tmp_path: Path) -> None:
    there = tmp_path / "here" / "config.toml"
    there.write_text('listen = "127.0.0.1:8791"\n')
    back_up(folder, tmp_path / "b.zip")
    done = restore(tmp_path / "other", tmp_path / "b.zip")
    assert (tmp_path / "other" / "config.toml").read_text() == there.read_text()
    assert done.notes == (f"the settings of {there} are the data folder's config.toml now",)
    (folder / "config.toml").write_text("# not in use\n")
    back_up(folder, tmp_path / "c.zip")
    done = restore(tmp_path / "third", tmp_path / "c.zip")
    assert (tmp_path / "third" / "config.toml").read_text() == "# not in use\n"
    assert (tmp_path / "third" / "config-in-use.toml").read_text() == there.read_text()
    assert "put config-in-use.toml there, or start with --config" in done.notes[0]


def test_what_only_the_environment_says_is_told(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMIX_BRIDGE_LISTEN", "127.0.0.1:1")
    assert "environment says it: listen" in back_up(folder, tmp_path / "b.zip").notes[0]


def test_settings_that_cannot_be_used_are_saved_with_a_word(folder: Path, tmp_path: Path) -> None:
    (folder / "config.toml").write_text('listen = "nowhere"\n')
    assert "the settings cannot be used" in back_up(folder, tmp_path / "b.zip").notes[0]


def test_the_previous_generation_is_saved_where_the_current_is_broken(folder: Path, tmp_path: Path) -> None:
    good = (folder / "store.json.bak").read_bytes()
    (folder / "store.json").write_bytes(b"{")
    made = back_up(folder, tmp_path / "b.zip")
    assert "the previous generation was saved" in made.notes[0]
    assert unpacked((tmp_path / "b.zip").read_bytes()).files["store.json"] == good


@pytest.mark.parametrize("name", ["store.json", "secret", "token"])
def test_a_folder_that_is_no_bridge_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / name).unlink()
    (folder / "store.json.bak").unlink()
    with pytest.raises(OpsError):
        back_up(folder, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def test_the_commands(folder: Path, tmp_path: Path, cli: Cli) -> None:
    made = cli("--data", folder, "backup", tmp_path / "b.zip")
    assert (made.returncode, made.stdout) == (0, f"{tmp_path / 'b.zip'}\n")
    assert "keep it safe" in made.stderr
    again = cli("backup", tmp_path / "b.zip", "--data", folder)
    assert again.returncode == 1
    assert "--force" in again.stderr
    refused = cli("--data", folder, "restore", tmp_path / "b.zip")
    assert (refused.returncode, "--force" in refused.stderr) == (1, True)
    assert cli("--data", folder, "restore", tmp_path / "b.zip", "--force").returncode == 0
    token = (folder / "token").read_text().strip()
    assert token not in made.stdout + made.stderr + refused.stderr


def test_the_settings_of_the_running_bridge(folder: Path, tmp_path: Path, cli: Cli) -> None:
    theirs = tmp_path / "theirs.toml"
    theirs.write_text('media = "rehearsal"\nlisten = "127.0.0.1:0"\n')
    command = [sys.executable, "-P", "-m", "bridge", "up", "--data", str(folder), "--config", str(theirs)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as running:
        while (found := folders.holder(folder)) is None or not found.address:
            assert running.poll() is None
            time.sleep(0.02)
        assert cli("--data", folder, "backup", tmp_path / "b.zip").returncode == 0
        refused = cli("--data", folder, "restore", tmp_path / "b.zip", "--force")
        running.terminate()
        running.communicate(timeout=20)
    assert refused.returncode == 1
    assert f"process {running.pid}" in refused.stderr
    kept = unpacked((tmp_path / "b.zip").read_bytes())
    assert kept.files["config-in-use.toml"] == theirs.read_bytes()
    assert kept.settings_file == str(theirs)
    assert json.loads(kept.files["store.json"])["_meta"]
