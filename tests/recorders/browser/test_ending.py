"""A browser that records ends with the recording and with the bridge, at whatever moment that is."""

import asyncio
import threading
from pathlib import Path

import psutil
import pytest

from bridge.recorders.browser import process
from bridge.recorders.browser.recorder import BrowserRecorder
from bridge.rooms.model import Mode, Part, Recorded
from tests.rooms.house import until

ROOM = Recorded("r", "room", "owner", "main", "Main", "call", Mode.GRID, "browser", 1, parts=(Part("main/one.webm"),))


@pytest.fixture
def recorder(tmp_path: Path) -> BrowserRecorder:
    """Its browser does nothing."""
    program = tmp_path / "browser"
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    return BrowserRecorder(str(program), tmp_path / "files", tmp_path / "work", "http://127.0.0.1:1/recording")


async def test_with_the_bridge_it_ends_and_its_file_has_its_name(recorder: BrowserRecorder, tmp_path: Path) -> None:
    starting = asyncio.create_task(recorder.start(ROOM))
    await until(lambda: ROOM.id in recorder._runs)
    await recorder._runs[ROOM.id].take.put(0, b"webm")
    await starting
    assert recorder.path(ROOM.parts[0]) == tmp_path / "files" / "main" / "one.webm.part"
    await recorder.aclose()
    assert [file.name for file in (tmp_path / "files").rglob("*.*")] == ["one.webm"]
    assert (await recorder.stop(ROOM)).bytes == 4


async def test_one_that_is_called_off_while_it_is_started_ends_all_the_same(
    recorder: BrowserRecorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noting, note = threading.Event(), process._note
    pids: list[int] = []

    def slow(folder: Path, pid: int) -> None:
        pids.append(pid)
        noting.wait(30)
        note(folder, pid)

    monkeypatch.setattr(process, "_note", slow)
    starting = asyncio.create_task(recorder.start(ROOM))
    await until(lambda: bool(pids))
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    noting.set()
    await recorder.aclose()
    assert not psutil.pid_exists(pids[0])
    assert not (tmp_path / "work" / ROOM.id).exists()
