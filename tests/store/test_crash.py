"""Death at every step of a write: the file can be read, and what was acknowledged is in it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.kill_loop import ROOT, WRITER, check, kill_loop, reported

STEPS = [(call, nth) for call in ("fsync", "replace", "link") for nth in range(1, 6)]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(("call", "nth"), STEPS)
def test_a_death_inside_a_step_of_a_write(path: Path, call: str, nth: int, moment: str) -> None:
    command = [sys.executable, "-m", WRITER, str(path), call, str(nth), moment]
    child = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=ROOT, check=False)
    if child.returncode == 0:  # fewer writes than that were needed
        assert (call, nth) not in {("fsync", 1), ("fsync", 2), ("fsync", 3), ("replace", 1), ("replace", 2)}
    check(path, reported(child.stdout))
    backup = path.with_name("store.json.bak")
    if backup.exists():
        assert "_meta" in json.loads(backup.read_text())
    again = subprocess.run([*command[:4], "fsync", "1000000", "before"], capture_output=True, cwd=ROOT, check=False)
    assert again.returncode == 0, again.stderr
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["store.json", "store.json.bak"]


def test_nothing_acknowledged_is_lost_to_kills(tmp_path: Path) -> None:
    assert kill_loop(tmp_path, runs=30, seed=1) > 100
