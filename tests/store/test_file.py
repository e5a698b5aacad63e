"""The file: which generation is taken, what is refused, and what another program or a full disk does to a write."""

import errno
import logging
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.errors import StoreBroken
from bridge.store import file as file_module
from bridge.store.database import WAIT_SECONDS
from bridge.store.file import SafeFile
from tests.store.disk import Disk, full, held

BROKEN = {"empty": b"", "torn": b'good {"a"', "extra": b"good trailing", "binary": b"\xff\xfe\x00"}


def parse(data: bytes) -> bytes:
    if not data.startswith(b"good:") or not data.endswith(b"."):
        raise ValueError("it is no good")
    return data


@pytest.fixture
def file(path: Path) -> SafeFile:
    file = SafeFile(path)
    assert file.load(parse) is None
    file.replace(b"good:1.")
    file.replace(b"good:2.")
    return file


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    monkeypatch.setattr(time, "sleep", taken.append)
    return taken


def names(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.parent.iterdir())


def test_a_write_keeps_the_generation_before(file: SafeFile) -> None:
    assert file.path.read_bytes() == b"good:2."
    assert file.backup.read_bytes() == b"good:1."
    assert names(file.path) == ["store.json", "store.json.bak"]


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_both_generations_are_the_owners_only(file: SafeFile) -> None:
    os.chmod(file.path, 0o644)
    file.replace(b"good:3.")
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_left_overs_of_a_death_are_cleaned(file: SafeFile) -> None:
    for name in ("store.json.tmp", "store.json.bak.tmp"):
        file.path.with_name(name).write_bytes(b"good:torn")
    assert SafeFile(file.path).load(parse) == b"good:2."
    assert names(file.path) == ["store.json", "store.json.bak"]


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_falls_back_and_says_so(file: SafeFile, data: bytes, caplog: pytest.LogCaptureFixture) -> None:
    file.path.write_bytes(data)
    with caplog.at_level(logging.WARNING):
        assert SafeFile(file.path).load(parse) == b"good:1."
    assert "store.json is broken" in caplog.text
    assert "store.json.bak" in caplog.text


def test_a_broken_file_never_replaces_the_good_generation(file: SafeFile) -> None:
    file.path.write_bytes(b"rubbish")
    again = SafeFile(file.path)
    again.load(parse)
    again.replace(b"good:3.")
    assert (again.path.read_bytes(), again.backup.read_bytes()) == (b"good:3.", b"good:1.")
    aside = [name for name in names(file.path) if name.startswith("store.broken-")]
    assert [file.path.with_name(name).read_bytes() for name in aside] == [b"rubbish"]
    again.replace(b"good:4.")
    assert again.backup.read_bytes() == b"good:3."


def test_a_missing_file_falls_back(file: SafeFile, caplog: pytest.LogCaptureFixture) -> None:
    file.path.unlink()
    assert SafeFile(file.path).load(parse) == b"good:1."
    assert "store.json is missing" in caplog.text


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_two_broken_generations_refuse_to_start(file: SafeFile, data: bytes) -> None:
    file.path.write_bytes(data)
    file.backup.write_bytes(data)
    with pytest.raises(StoreBroken) as caught:
        SafeFile(file.path).load(parse)
    assert "store.json is broken" in caught.value.message
    assert "store.json.bak is broken" in caught.value.message
    assert str(file.path.parent) in caught.value.message
    assert "move store.json and store.json.bak" in caught.value.hint
    assert file.path.read_bytes() == data


def test_a_broken_file_without_a_generation_before_refuses_to_start(path: Path) -> None:
    path.write_bytes(b"")
    with pytest.raises(StoreBroken):
        SafeFile(path).load(parse)


@pytest.mark.parametrize("winerror", [5, 32, 33])
@pytest.mark.parametrize("call", ["replace", "link"])
def test_a_sharing_violation_is_waited_out(
    file: SafeFile, disk: Disk, naps: list[float], call: str, winerror: int
) -> None:
    if call == "link":  # a link that fails becomes a copy, and that is as good
        disk.refuse(call, held(winerror))
        file.replace(b"good:3.")
        assert naps == []
    else:
        disk.refuse(call, *[held(winerror)] * 4)
        file.replace(b"good:3.")
        assert len(naps) == 4
    assert (file.path.read_bytes(), file.backup.read_bytes()) == (b"good:3.", b"good:2.")


def test_a_sharing_violation_that_stays_is_refused_before_the_press_gives_up(
    file: SafeFile, disk: Disk, naps: list[float]
) -> None:
    disk.refuse("replace", *[held(32)] * 50)
    with pytest.raises(StoreBroken) as caught:
        file.replace(b"good:3.")
    assert sum(naps) < WAIT_SECONDS
    assert "virus scanner" in caught.value.hint
    assert file.path.read_bytes() == b"good:2."
    disk.refuse("replace")
    file.replace(b"good:3.")
    assert file.path.read_bytes() == b"good:3."


@pytest.mark.parametrize("error", [PermissionError(errno.EACCES, "denied"), held(1314), full()], ids=repr)
def test_anything_else_is_refused_at_once(file: SafeFile, disk: Disk, naps: list[float], error: OSError) -> None:
    disk.refuse("replace", error)
    with pytest.raises(StoreBroken):
        file.replace(b"good:3.")
    assert naps == []
    assert file.path.read_bytes() == b"good:2."
    assert names(file.path) == ["store.json", "store.json.bak"]


def test_without_links_the_generation_before_is_a_copy(file: SafeFile, disk: Disk) -> None:
    disk.refuse("link", *[OSError(errno.EPERM, "no links here")] * 9)
    file.replace(b"good:3.")
    file.replace(b"good:4.")
    assert file.backup.read_bytes() == b"good:3."
    assert disk.calls["fsync"] == (3 if sys.platform != "win32" else 2) * 2


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no fsync there")
def test_a_move_that_may_not_be_on_the_disk_is_undone(file: SafeFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> None:
        raise OSError(errno.EIO, "the disk is gone")

    monkeypatch.setattr(file_module, "sync_folder", refuse)
    with pytest.raises(StoreBroken, match="the disk is gone"):
        file.replace(b"good:3.")
    assert file.path.read_bytes() == b"good:2."


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no fsync there")
def test_a_file_system_without_folder_sync_will_do(file: SafeFile, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def sync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not for folders")
        real(handle)

    monkeypatch.setattr(os, "fsync", sync)
    file.replace(b"good:3.")
    assert file.path.read_bytes() == b"good:3."


def test_a_folder_that_takes_no_files_is_named_with_the_fix(file: SafeFile, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "win32" and os.geteuid() != 0:
        os.chmod(file.path.parent, 0o500)
    else:  # nothing is read-only to root
        monkeypatch.setattr(os, "open", _read_only)
    try:
        with pytest.raises(StoreBroken) as caught:
            file.replace(b"good:3.")
    finally:
        monkeypatch.undo()
        os.chmod(file.path.parent, 0o700)
    assert str(file.path) in caught.value.message
    assert "let this user write" in caught.value.hint
    assert file.path.read_bytes() == b"good:2."


def _read_only(name: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS), name)


FULL_DISK = """
import resource, sys
from pathlib import Path
from bridge.errors import StoreBroken
from bridge.store.file import SafeFile
file = SafeFile(Path(sys.argv[1]))
file.load(lambda data: data)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
try:
    file.replace(b"good:" + b"x" * 2000 + b".")
except StoreBroken as error:
    print(error.as_line())
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
print(file.path.read_bytes().decode())
file.replace(b"good:" + b"x" * 2000 + b".")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is POSIX")
def test_a_disk_that_fills_up_in_the_middle_of_a_write(file: SafeFile) -> None:
    child = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(file.path)], capture_output=True, text=True, check=True, timeout=30
    )
    answer, kept = child.stdout.splitlines()
    assert answer.startswith(f"ERR store_broken cannot write {file.path}: File too large: free some space")
    assert kept == "good:2."
    assert len(file.path.read_bytes()) == 2006
    assert names(file.path) == ["store.json", "store.json.bak"]


def test_an_unreadable_file_is_no_reason_to_go_back_a_generation(
    file: SafeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    read: Callable[[Path], bytes] = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: denied(path) if path == file.path else read(path))
    with pytest.raises(StoreBroken, match="Permission denied"):
        SafeFile(file.path).load(parse)
