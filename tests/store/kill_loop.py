"""Kills a writing process again and again: ``python -m tests.store.kill_loop [runs]``.

After each kill the file must be readable, by us and by stock TinyDB, and hold every acknowledged value.
"""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tinydb import TinyDB

from bridge.store.database import Database

WRITER = "tests.store.writer"
ROOT = Path(__file__).parents[2]


def reported(output: str) -> dict[int, int]:
    """The last value acknowledged to each caller; a line cut short by the kill was not."""
    lines = (line.split() for line in output.splitlines(keepends=True) if line.endswith("\n"))
    return {int(row): int(value) for row, value in lines}


def check(path: Path, acknowledged: dict[int, int]) -> None:
    """Raises ``AssertionError`` or the reader's error when something acknowledged is lost."""
    if path.exists():
        with TinyDB(path, access_mode="r") as stock:
            rows = {row.doc_id: row["n"] for row in stock.table("t")}
        with Database(path) as database:
            assert {row_id: row["n"] for row_id, row in database.rows("t")} == rows
    else:
        rows = {}
    for row_id, value in acknowledged.items():
        # The next value may be there too: written, and the process dead before it could say so.
        assert rows[row_id] in (value, value + 1), f"row {row_id}: {value} was acknowledged, {rows[row_id]} is there"


def kill_once(path: Path, seconds: float) -> int:
    """Let a writer work for ``seconds`` after its first acknowledged value and kill it; how many it acknowledged."""
    command = [sys.executable, "-m", WRITER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(seconds)
        child.kill()
        output = first + child.stdout.read()
    check(path, reported(output))
    return output.count("\n")


def kill_loop(folder: Path, runs: int, seed: int) -> int:
    """``runs`` kills on one store; how many values were acknowledged in all."""
    chance = random.Random(seed)
    return sum(kill_once(folder / "store.json", chance.uniform(0, 0.06)) for _ in range(runs))


if __name__ == "__main__":
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seed = random.SystemRandom().randrange(10**6)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        acknowledged = kill_loop(Path(folder), runs, seed)
    took = time.perf_counter() - started
    print(f"{runs} kills in {took:.0f} s (seed {seed}): {acknowledged} acknowledged values, none lost, every file read")
