"""Browsers that an earlier bridge left behind."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bridge.recorders.browser.process import NOTE, PROFILE, end_orphans


@pytest.fixture
def left_behind(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """What runs with the profile of the recording ``old``, and has a child."""
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
    profile = tmp_path / "old" / PROFILE
    profile.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", script, f"--user-data-dir={profile}"]) as process:
        yield process
        process.kill()


def note(folder: Path, pid: int, created: float) -> None:
    (folder / NOTE).write_text(json.dumps({"pid": pid, "created": created}))


def test_an_orphan_is_ended_with_its_children_and_its_profile(
    left_behind: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    process = psutil.Process(left_behind.pid)
    while not process.children():
        assert left_behind.poll() is None
    (child,) = process.children()
    note(tmp_path / "old", process.pid, process.create_time())
    end_orphans(tmp_path)
    left_behind.wait(10)
    psutil.wait_procs([child], 10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("later", [0, 3600])
def test_another_process_of_that_number_is_left_alone(
    left_behind: "subprocess.Popen[bytes]", later: int, tmp_path: Path
) -> None:
    other = tmp_path / ("old" if later else "other")
    other.mkdir(exist_ok=True)
    note(other, left_behind.pid, psutil.Process(left_behind.pid).create_time() + later)
    end_orphans(tmp_path, but=["old"] if not later else [])
    assert left_behind.poll() is None
    assert not other.exists()


def test_where_nothing_was_left_nothing_is_ended(tmp_path: Path) -> None:
    end_orphans(tmp_path / "never")
