"""The lock: one process a folder, the second is told who, and a dead one is no obstacle."""

import asyncio
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.errors import StoreBroken
from bridge.folder import LOCK, NOTE
from bridge.store.database import Database
from bridge.store.lock import FolderLock, Owner, read_owner
from bridge.store.rows import Change
from tests.bridges import bridge_on
from tests.store.disk import Disk

HOLD = """
import sys
from pathlib import Path
from bridge.store.lock import FolderLock
with FolderLock(Path(sys.argv[1])) as lock:
    lock.note("http://127.0.0.1:8790")
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "bridge"


@contextmanager
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        yield child
        child.kill()


def test_a_second_process_is_told_who_holds_the_folder(folder: Path) -> None:
    with holder(folder) as child:
        with pytest.raises(StoreBroken) as caught:
            FolderLock(folder).acquire()
        assert caught.value.message == f"process {child.pid}, serving http://127.0.0.1:8790, already uses {folder}"
        assert "--data" in caught.value.hint
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(10) == 0
        assert read_owner(folder) is None
        with FolderLock(folder):
            assert read_owner(folder) == Owner(os.getpid(), "")


def test_a_dead_holder_is_no_obstacle(folder: Path) -> None:
    with holder(folder) as child:
        child.kill()
        child.wait(10)
        assert read_owner(folder) == Owner(child.pid, "http://127.0.0.1:8790")
        with FolderLock(folder) as lock:
            assert read_owner(folder) == Owner(os.getpid(), "")
            lock.note("http://127.0.0.1:1")
            assert read_owner(folder) == Owner(os.getpid(), "http://127.0.0.1:1")


def test_one_process_cannot_take_it_twice(folder: Path) -> None:
    with FolderLock(folder):
        with pytest.raises(StoreBroken, match=f"process {os.getpid()} already uses"):
            FolderLock(folder).acquire()
        assert read_owner(folder) == Owner(os.getpid(), "")
    lock = FolderLock(folder)
    lock.acquire()
    lock.release()
    lock.release()


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there")
async def test_a_bridge_whose_lock_was_removed_writes_no_more(folder: Path) -> None:
    async with bridge_on(folder) as first:
        await first.get("/r/main/create")
        (folder / LOCK).unlink()
        async with bridge_on(folder) as second:
            assert (await second.get("/r/theirs/create")).status == 200
            for path in ("/r/mine/create", "/r/main/stop"):
                answer = await first.get(path)
                assert answer.text.startswith(f"ERR store_broken {folder / LOCK} was removed or replaced")
            health = await first.get("/health", key=None)
            assert (health.status, "was removed" in health.text) == (503, True)
            assert (await second.get("/r/theirs/stop")).status == 200
        assert (await first.get("/r/mine/create")).status == 503  # the second has gone; what it wrote is not to be lost
    async with bridge_on(folder) as third:
        assert {room.slug for room in third.running.parts.store.all()} == {"main", "theirs"}


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there")
def test_the_note_of_a_successor_is_left_alone(folder: Path) -> None:
    with FolderLock(folder) as first:
        first.check()
        (folder / LOCK).unlink()
        with holder(folder) as child:
            with pytest.raises(StoreBroken, match="another one may use the folder by now"):
                first.check()
            first.release()
            assert read_owner(folder) == Owner(child.pid, "http://127.0.0.1:8790")


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there")
async def test_a_lock_lost_during_a_write_stops_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with FolderLock(folder) as lock, Database(folder / "store.json", lock.check) as database:
        before, disk = (folder / "store.json").read_bytes(), Disk(monkeypatch)
        disk.hold()
        write = asyncio.create_task(database.commit([Change("t", 1, {"n": 1})]))
        assert await asyncio.to_thread(disk.reached.wait, 10)
        (folder / LOCK).rename(folder / "elsewhere")
        disk.release()
        with pytest.raises(StoreBroken, match="removed or replaced"):
            await write
        (folder / "elsewhere").rename(folder / LOCK)
        with pytest.raises(StoreBroken, match="removed or replaced"):  # others may have been in meanwhile
            await database.commit([Change("t", 1, {"n": 1})])
        assert (folder / "store.json").read_bytes() == before


def test_a_note_nobody_can_read_is_no_obstacle(folder: Path) -> None:
    with FolderLock(folder):
        for text in ("{", '{"pid": 1e400, "address": ""}', "[" * 100_000):
            (folder / NOTE).write_text(text)
            with pytest.raises(StoreBroken, match="another process already uses"):
                FolderLock(folder).acquire()


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_the_folder_is_the_owners_only(folder: Path) -> None:
    with FolderLock(folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(entry.stat().st_mode) for entry in folder.iterdir()} == {0o600}


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreBroken, match="cannot use the data folder"):
        FolderLock(tmp_path / "file" / "data").acquire()
