"""The store against stock TinyDB, side by side: ``python -m tests.benchmarks.store [folder]``.

``folder`` is on the disk to be measured; the system's folder for temporary files otherwise. Figures of one run compare
with each other, not with those of another machine.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tinydb import TinyDB

from bridge.store.database import Database
from bridge.store.rooms import Rooms
from tests.store.samples import codes, room

CALLERS = 50
ROUNDS = 40


async def opened(path: Path, count: int) -> tuple[Database, Rooms]:
    database = Database(path)
    rooms = Rooms(database, codes)
    await asyncio.gather(*(rooms.save(room(number)) for number in range(count)))
    return database, rooms


async def toggle(rooms: Rooms, number: int, rounds: int) -> None:
    """What a press does to the store: read the room, write its new intent."""
    for _ in range(rounds):
        known = rooms.get(room(number).id)
        assert known is not None
        await rooms.save(replace(known, active=not known.active, revision=known.revision + 1))


async def ours_per_second(folder: Path, count: int) -> float:
    database, rooms = await opened(folder / "ours.json", count)
    started = time.perf_counter()
    await asyncio.gather(*(toggle(rooms, number, ROUNDS) for number in range(CALLERS)))
    took = time.perf_counter() - started
    await database.aclose()
    return CALLERS * ROUNDS / took


def stock_per_second(folder: Path, count: int) -> float:
    """Stock TinyDB has one writer: fifty callers wait in line, so they are called in line."""
    with Database(folder / "ours.json") as database:
        rows = [row for _, row in database.rows("rooms")]
    with TinyDB(folder / "stock.json") as stock:
        table = stock.table("rooms")
        table.insert_multiple(rows)
        started = time.perf_counter()
        for number in range(CALLERS):
            table.update({"active": True, "revision": number}, doc_ids=[number + 1])
        took = time.perf_counter() - started
    return CALLERS / took


def milliseconds(step: Callable[[], object]) -> float:
    started = time.perf_counter()
    step()
    return (time.perf_counter() - started) * 1000


def bare_write(path: Path, data: bytes) -> tuple[float, float]:
    """Milliseconds to write ``data`` to a new file, and for the fsync after it."""
    with open(path, "wb", buffering=0) as file:
        return milliseconds(lambda: file.write(data)), milliseconds(lambda: os.fsync(file.fileno()))


async def longest_gap(seconds: float) -> tuple[float, float]:
    """The longest turn of the loop in that time, and the longest but one in a thousand: milliseconds."""
    gaps: list[float] = []
    end = last = time.perf_counter()
    end += seconds
    while last < end:
        await asyncio.sleep(0)
        now = time.perf_counter()
        gaps.append((now - last) * 1000)
        last = now
    gaps.sort()
    return gaps[-1], gaps[-len(gaps) // 1000]


async def single_updates(folder: Path, count: int) -> None:
    database, rooms = await opened(folder / "many.json", count)
    data = await asyncio.to_thread(database.path.read_bytes)
    updates, writes = [], []
    for number in range(40):
        started = time.perf_counter()
        await toggle(rooms, number, 1)
        updates.append((time.perf_counter() - started) * 1000)
        writes.append(await asyncio.to_thread(bare_write, folder / "bare", data))
    write, sync = (statistics.median(column) for column in zip(*writes, strict=True))
    small = statistics.median(bare_write(folder / "small", b"x" * 4096)[1] for _ in range(40))
    print(f"one durable update at {count:,} rooms ({len(data) / 1e6:.1f} MB), goal 25 ms where fsync takes 1 ms")
    print(f"  median {statistics.median(updates):.1f} ms, worst of 40 {max(updates):.1f} ms")
    print(f"  the same bytes to a bare file: write {write:.1f} ms, fsync {sync:.1f} ms; fsync of 4 kB {small:.2f} ms")
    await hold_ups(rooms)
    await database.aclose()


async def hold_ups(rooms: Rooms) -> None:
    print(f"event loop held up at {len(rooms.all()):,} rooms, longest turn and the longest but 1 in 1,000")
    for callers in (0, 1, CALLERS):
        load = asyncio.gather(*(toggle(rooms, number, 10**9) for number in range(callers)))
        await asyncio.sleep(0.1)
        longest, usual = await longest_gap(3)
        load.cancel()
        await asyncio.gather(load, return_exceptions=True)
        print(f"  {callers} callers that write without a pause: {longest:.1f} ms, {usual:.2f} ms")
    print("  (the callers' own turns and Python's full garbage collections are in it)")


async def main(folder: Path) -> None:
    count = 1000
    ours = await ours_per_second(folder, count)
    stock = await asyncio.to_thread(stock_per_second, folder, count)
    print(f"durable updates, {CALLERS} callers, {count:,} rooms, goal 20x")
    print(f"  ours {ours:,.0f}/s, stock TinyDB {stock:,.0f}/s: {ours / stock:.1f}x")
    print("  stock JSONStorage syncs its one file in place and truncates it after: a death in between leaves it broken")
    await single_updates(folder, 10_000)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as name:
        asyncio.run(main(Path(name)))
