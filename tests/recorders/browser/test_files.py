"""The file of a part, on real disks."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.recorders.browser.files import Growing, erase, finish, unfinished
from bridge.recorders.browser.recorder import BrowserRecorder
from bridge.recorders.browser.takes import Take
from bridge.rooms.model import Mode, Part, Recorded
from bridge.rooms.ports import RecorderFailed

PIECE = bytes(256 * 1024)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Of four megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4M", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can make a small disk here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def wanted() -> Recorded:
    return Recorded("1", "2", "3", "show", "Show", "call", Mode.GRID, "browser", 0, parts=(Part("show/first.webm"),))


async def test_a_disk_that_fills_up_ends_the_part_in_time_and_says_so(small_disk: Path) -> None:
    file = small_disk / "show" / "first.webm"
    growing = Growing(file, least_free=2 * 2**20)
    growing.prepare()
    take, put = Take(wanted(), growing), 0
    while not take.ended.done():
        put = await take.put(put, PIECE)
    await take.close()
    assert "is nearly full (1 MB are left): make room there" in await take.over()
    assert finish(file) == put * len(PIECE) > 0


async def test_a_disk_that_is_full_all_at_once_ends_the_part_too(small_disk: Path) -> None:
    growing = Growing(small_disk / "first.webm", least_free=0)
    growing.prepare()
    take = Take(wanted(), growing)
    for number in range(20):
        await take.put(number, PIECE)
    await take.close()
    assert await take.over() == "Its file cannot be written: No space left on device."


async def test_nothing_is_begun_on_a_disk_without_room(tmp_path: Path) -> None:
    recorder = BrowserRecorder("", tmp_path, tmp_path / "work", "http://127.0.0.1:1", least_free=2**60)
    if recorder.missing():
        pytest.skip(recorder.missing())
    with pytest.raises(RecorderFailed, match="nearly full"):
        await recorder.start(wanted())


async def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "first.webm"
    file.write_bytes(b"a recording")
    with pytest.raises(FileExistsError):
        Growing(file).prepare()


def test_a_part_has_another_name_until_its_end(tmp_path: Path) -> None:
    file = tmp_path / "show" / "first.webm"
    growing = Growing(file)
    growing.prepare()
    growing.append(b"one")
    assert not file.exists()
    assert unfinished(file).read_bytes() == b"one"
    growing.close()
    assert finish(file) == 3
    assert file.read_bytes() == b"one"
    assert finish(file) == 3
    assert finish(tmp_path / "never.webm") == 0


def test_what_is_erased_takes_its_empty_folder_along(tmp_path: Path) -> None:
    kept, gone = tmp_path / "show" / "kept.webm", tmp_path / "show" / "gone.webm"
    kept.parent.mkdir()
    kept.touch()
    unfinished(gone).touch()
    erase(gone, tmp_path)
    assert [file.name for file in kept.parent.iterdir()] == ["kept.webm"]
    erase(kept, tmp_path)
    erase(kept, tmp_path)
    assert not list(tmp_path.iterdir())
