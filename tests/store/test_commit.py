"""Commits: on the disk before they are seen, together where they arrive together, never on the loop's time."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bridge.errors import StoreBroken, StoreStalled
from bridge.store.database import Database
from bridge.store.file import SafeFile
from bridge.store.rows import Change
from bridge.store.writer import Writer
from tests.store.disk import Disk, content, full


@pytest.fixture
def disk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Starts to count once the store is open."""
    return Disk(monkeypatch)


def on_disk(path: Path) -> dict[str, Any]:
    tables: dict[str, Any] = json.loads(content(path))
    return tables


def seen(database: Database, table: str = "t") -> dict[int, Any]:
    return dict(database.rows(table))


async def waiting(disk: Disk) -> None:
    assert await asyncio.to_thread(disk.reached.wait, 10)


async def turns() -> None:
    """Whatever need not wait for the disk has happened."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_an_acknowledged_commit_is_on_the_disk(database: Database, path: Path) -> None:
    await database.commit([Change("t", 1, {"a": 1}), Change("u", 7, {"b": [1, None]})])
    assert on_disk(path)["t"] == {"1": {"a": 1}}
    assert on_disk(path)["u"] == {"7": {"b": [1, None]}}
    await database.commit([Change("t", 1, None)])
    assert on_disk(path)["t"] == {}


async def test_callers_that_arrive_together_share_a_write(database: Database, disk: Disk) -> None:
    disk.hold()
    first = asyncio.create_task(database.commit([Change("t", 1, {"n": 1})]))
    await waiting(disk)
    others = [asyncio.create_task(database.commit([Change("t", n, {"n": n})])) for n in range(2, 52)]
    await turns()
    disk.release()
    await asyncio.gather(first, *others)
    assert disk.calls["replace"] == 4  # two generations, each with its backup
    assert disk.calls["fsync"] <= 4
    assert len(seen(database)) == 51


async def test_nothing_is_seen_before_it_is_on_the_disk(database: Database, disk: Disk) -> None:
    disk.hold()
    task = asyncio.create_task(database.commit([Change("t", 1, {"n": 1})]))
    await waiting(disk)
    assert seen(database) == {}
    assert not task.done()
    disk.release()
    await task
    assert seen(database) == {1: {"n": 1}}


async def test_a_slow_disk_does_not_hold_up_the_loop(database: Database, disk: Disk) -> None:
    disk.hold()
    task = asyncio.create_task(database.commit([Change("t", 1, {"n": 1})]))
    await waiting(disk)
    await turns()  # a loop that were held up would never come to the release
    assert not task.done()
    disk.release()
    await task


async def test_a_refused_write_tells_everyone_it_carried_and_changes_nothing(
    database: Database, disk: Disk, path: Path
) -> None:
    await database.commit([Change("t", 1, {"n": 0})])
    before = content(path)
    disk.hold()
    disk.refuse("replace", full())
    first = asyncio.create_task(database.commit([Change("t", 1, {"n": 1})]))
    await waiting(disk)
    later = [asyncio.create_task(database.commit([Change("t", 2, {"n": n})])) for n in range(5)]
    await turns()
    assert content(path) == before
    disk.release()
    with pytest.raises(StoreBroken, match="No space left"):
        await first
    await asyncio.gather(*later)  # the next write is tried, and the disk is free again
    assert seen(database) == {1: {"n": 0}, 2: {"n": 4}}
    assert on_disk(path)["t"] == {"1": {"n": 0}, "2": {"n": 4}}


async def test_each_refused_caller_has_an_exception_of_its_own(database: Database, disk: Disk) -> None:
    disk.refuse("replace", *[full()] * 9)
    answers = await asyncio.gather(
        *(database.commit([Change("t", n, {})]) for n in range(1, 9)), return_exceptions=True
    )
    assert all(isinstance(answer, StoreBroken) for answer in answers)
    assert len({id(answer) for answer in answers}) == 8
    assert "No space left" in database.problem
    assert seen(database) == {}
    disk.refuse("replace")
    await database.commit([Change("t", 1, {})])
    assert database.problem == ""


async def test_a_cancelled_caller_loses_nothing(database: Database, disk: Disk, path: Path) -> None:
    disk.hold()
    told: list[bool] = []
    task = asyncio.create_task(database.commit([Change("t", 1, {"n": 1})], told.append))
    await waiting(disk)
    queued = asyncio.create_task(database.commit([Change("t", 2, {"n": 2})], told.append))
    await asyncio.sleep(0)
    task.cancel()
    queued.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    disk.release()
    await database.commit([Change("t", 3, {"n": 3})])
    assert told == [True, True]
    assert on_disk(path)["t"] == {"1": {"n": 1}, "2": {"n": 2}, "3": {"n": 3}}


async def test_commits_of_one_row_apply_in_call_order(database: Database, path: Path) -> None:
    order: list[int] = []
    await asyncio.gather(
        *(database.commit([Change("t", 1, {"n": n})], lambda _, n=n: order.append(n)) for n in range(200))  # type: ignore[misc]
    )
    assert order == list(range(200))
    assert seen(database) == {1: {"n": 199}}
    assert on_disk(path)["t"] == {"1": {"n": 199}}


class Odd:
    pass


@pytest.mark.parametrize(
    "value",
    [Odd(), float("nan"), {1: 2}, b"bytes", {1, 2}, (1, 2), "\ud800", 2**70],
    ids=lambda value: type(value).__name__,
)
async def test_a_row_that_is_no_json_changes_nothing(database: Database, disk: Disk, path: Path, value: Any) -> None:
    await database.commit([Change("t", 1, {"n": 1})])
    before, written = content(path), disk.calls["fsync"]
    told: list[bool] = []
    with pytest.raises(ValueError, match="row 2 of t cannot be kept"):
        await database.commit([Change("t", 1, {"n": 2}), Change("t", 2, {"deep": [value]})], told.append)
    assert told == [False]
    assert seen(database) == {1: {"n": 1}}
    assert (content(path), disk.calls["fsync"]) == (before, written)


async def test_what_was_handed_in_may_change_afterwards(database: Database) -> None:
    row = {"list": [1]}
    task = asyncio.create_task(database.commit([Change("t", 1, row)]))
    await asyncio.sleep(0)
    row["list"].append(2)
    await task
    assert seen(database) == {1: {"list": [1]}}


async def test_closing_waits_for_what_was_accepted(database: Database, disk: Disk, path: Path) -> None:
    disk.hold()
    tasks = [asyncio.create_task(database.commit([Change("t", n, {"n": n})])) for n in range(1, 6)]
    await waiting(disk)
    closing = asyncio.create_task(database.aclose())
    await turns()
    assert not closing.done()
    disk.release()
    await closing
    assert all(task.done() and task.exception() is None for task in tasks)
    assert len(on_disk(path)["t"]) == 5
    with pytest.raises(StoreBroken, match="closed"):
        await database.commit([Change("t", 9, {})])
    await database.aclose()


async def test_a_defect_in_one_write_does_not_end_the_writer(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace
    monkeypatch.setattr(os, "replace", lambda *_: 1 / 0)
    with pytest.raises(StoreBroken, match="ZeroDivisionError"):
        await database.commit([Change("t", 1, {})])
    monkeypatch.setattr(os, "replace", real)
    await database.commit([Change("t", 1, {})])
    assert seen(database) == {1: {}}


async def test_a_caller_that_fails_to_take_its_answer_harms_no_other(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(written: bool) -> None:
        raise RuntimeError("oh")

    await asyncio.gather(database.commit([Change("t", 1, {})], fail), database.commit([Change("t", 2, {})]))
    assert len(seen(database)) == 2
    assert "failed to take its answer" in caplog.text


async def test_a_full_database_comes_back_as_it_was(database: Database, reopen: Callable[[], Database]) -> None:
    rows = {n: {"n": n, "text": "Ünïcode ✓ \U0001f600", "f": 1.5, "deep": {"a": [None, True]}} for n in range(1, 500)}
    await database.commit([Change("t", n, row) for n, row in rows.items()])
    assert seen(reopen()) == rows


async def test_a_caller_is_answered_while_the_disk_stalls(
    database: Database, disk: Disk, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.store.database.WAIT_SECONDS", 0.05)
    disk.hold()
    told: list[bool] = []
    with pytest.raises(StoreStalled, match=r"within 0\.05 s") as caught:
        await database.commit([Change("t", 1, {"n": 1})], told.append)
    assert "may still be carried out" in caught.value.hint
    assert (told, seen(database)) == ([], {})
    later = asyncio.create_task(database.commit([Change("t", 2, {"n": 2})], patient=True))
    disk.release()
    await later
    assert told == [True]
    assert on_disk(path)["t"] == {"1": {"n": 1}, "2": {"n": 2}}


async def test_a_write_that_waits_for_long_is_a_problem(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    rows = Writer(SafeFile(path), {}, clock=lambda: now)
    disk = Disk(monkeypatch)
    loop, settled = asyncio.get_running_loop(), asyncio.Event()
    disk.hold()
    rows.submit([Change("t", 1, {})], lambda error: settled.set(), loop)
    await waiting(disk)
    now += 2
    assert rows.problem == ""
    rows.submit([Change("t", 2, {})], lambda error: None, loop)
    now += 1
    assert rows.problem == "the disk has not taken a write for 3 s"
    disk.release()
    await settled.wait()
    await asyncio.to_thread(rows.close)
    assert rows.problem == ""
