"""TinyDB's own API on our table: the same answers as stock TinyDB, durable on return, and nothing shared."""

import json
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tinydb import Query, TinyDB, where
from tinydb.operations import delete, increment
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from bridge.errors import StoreBroken
from bridge.store.database import Database
from bridge.store.rows import Change
from bridge.store.storage import RowStorage
from tests.store.disk import Disk, full


@pytest.fixture
def table(database: Database) -> Table:
    return database.table("t")


def on_disk(path: Path) -> Any:
    return json.loads(path.read_text()).get("t")


def test_each_write_is_on_the_disk_when_it_returns(table: Table, path: Path) -> None:
    assert table.insert({"n": 1}) == 1
    assert on_disk(path) == {"1": {"n": 1}}
    assert table.insert_multiple([{"n": 2}, {"n": 3}]) == [2, 3]
    assert table.update({"m": 0}, where("n") >= 2) == [2, 3]
    assert on_disk(path) == {"1": {"n": 1}, "2": {"n": 2, "m": 0}, "3": {"n": 3, "m": 0}}
    assert table.remove(doc_ids=[2]) == [2]
    assert on_disk(path) == {"1": {"n": 1}, "3": {"n": 3, "m": 0}}
    table.truncate()
    assert on_disk(path) == {}


def test_reads_find_what_was_written(table: Table) -> None:
    table.insert_multiple({"n": n, "even": n % 2 == 0} for n in range(10))
    assert [row["n"] for row in table.search(Query().even == True)] == [0, 2, 4, 6, 8]  # noqa: E712  # TinyDB's own way
    row = table.get(where("n") == 3)
    assert row is not None
    assert row.doc_id == 4
    assert table.get(doc_id=99) is None
    assert [row["n"] for row in table.get(None, None, [1, 10])] == [0, 9]
    assert table.contains(doc_id=10)
    assert table.count(where("n") > 7) == 2
    assert len(table) == len(list(table)) == len(table.all()) == 10


def test_upsert_operations_and_functions(table: Table) -> None:
    assert table.upsert({"k": "a", "n": 1}, where("k") == "a") == [1]
    assert table.upsert({"k": "a", "n": 2}, where("k") == "a") == [1]
    table.update(increment("n"), where("k") == "a")
    table.update_multiple([({"x": 1}, where("k") == "a"), (delete("k"), where("n") == 3)])
    assert table.all() == [{"n": 3, "x": 1}]
    assert table.upsert(Document({"n": 9}, doc_id=40)) == [40]
    assert table.insert({}) == 41
    with pytest.raises(ValueError, match="already exists"):
        table.insert(Document({}, doc_id=40))


def test_no_result_is_shared_with_the_store(table: Table, reopen: Callable[[], Database]) -> None:
    row: dict[str, Any] = {"list": [1]}
    table.insert(row)
    row["list"].append("after")
    for found in (*table.search(where("list").exists()), *table, *table.all(), table.get(doc_id=1)):
        assert found == {"list": [1]}
        found["list"].append("shared")
    assert table.search(where("list").exists()) == [{"list": [1]}]
    assert reopen().table("t").all() == [{"list": [1]}]


def test_a_write_hands_on_only_the_rows_that_changed(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    table.insert_multiple({"n": n} for n in range(20))
    handed: list[Change] = []
    real = RowStorage.commit_now

    def commit_now(storage: RowStorage, changes: Iterable[Change]) -> None:
        handed.extend(changes := list(changes))
        real(storage, changes)

    monkeypatch.setattr(RowStorage, "commit_now", commit_now)
    table.update({"n": 5}, where("n") < 7)
    assert [change.row_id for change in handed] == [1, 2, 3, 4, 5, 7]


def test_a_failing_updater_changes_nothing(table: Table, path: Path) -> None:
    table.insert_multiple([{"n": 1}, {"n": 2}])

    def fail_at_two(row: Any) -> None:
        row["n"] = row["n"] * 10 if row["n"] == 1 else 1 / 0

    with pytest.raises(ZeroDivisionError):
        table.update(fail_at_two)
    with pytest.raises(ValueError, match="cannot be kept as JSON"):
        table.update({"bad": {1, 2}})
    assert table.all() == [{"n": 1}, {"n": 2}]
    assert on_disk(path) == {"1": {"n": 1}, "2": {"n": 2}}


def test_a_full_disk_changes_nothing_and_passes(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    table.insert({"n": 1})
    Disk(monkeypatch).refuse("replace", full())
    with pytest.raises(StoreBroken):
        table.update({"n": 2})
    assert table.all() == [{"n": 1}]
    table.update({"n": 2})
    assert table.all() == [{"n": 2}]


async def test_tables_and_commits_see_each_other(database: Database, table: Table) -> None:
    await database.commit([Change("t", 5, {"n": 5})])
    assert table.insert({"n": 6}) == 6
    assert database.new_id("t") == 7
    assert dict(database.rows("t")) == {5: {"n": 5}, 6: {"n": 6}}


def test_tables_can_be_dropped_but_not_the_schema(database: Database, reopen: Callable[[], Database]) -> None:
    database.table("t").insert({"n": 1})
    database.table("u", persist_empty=True)
    database.insert({"default": True})
    assert database.tables() == {"_meta", "_default", "t", "u"}
    database.drop_table("t")
    assert database.tables() == {"_meta", "_default", "u"}
    database.drop_tables()
    assert database.tables() == {"_meta"}
    assert reopen().tables() == {"_meta"}


ROWS = st.dictionaries(st.sampled_from("abc"), st.integers(0, 3) | st.text(max_size=3) | st.none(), max_size=3)
KEYS, VALUES, IDS = st.sampled_from("abc"), st.integers(0, 3), st.integers(1, 12)


class SameAsStock(RuleBasedStateMachine):
    """Ours and stock TinyDB in memory, side by side. New rows get our id: stock starts over in an emptied table."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(Path(self.folder.name) / "store.json")
        self.ours = self.database.table("t")
        self.stock = TinyDB(storage=MemoryStorage).table("t")

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    @rule(rows=st.lists(ROWS, max_size=3))
    def insert(self, rows: list[dict[str, Any]]) -> None:
        ids = self.ours.insert_multiple(rows)
        self.stock.insert_multiple(Document(row, doc_id) for row, doc_id in zip(rows, ids, strict=True))

    @rule(fields=ROWS, key=KEYS, value=VALUES)
    def update(self, fields: dict[str, Any], key: str, value: int) -> None:
        assert self.ours.update(fields, where(key) == value) == self.stock.update(fields, where(key) == value)

    @rule(fields=ROWS, ids=st.lists(IDS, max_size=3, unique=True))
    def update_ids(self, fields: dict[str, Any], ids: list[int]) -> None:
        assert self.ours.update(fields, doc_ids=ids) == self.stock.update(fields, doc_ids=ids)

    @rule(fields=ROWS, doc_id=IDS)
    def upsert(self, fields: dict[str, Any], doc_id: int) -> None:
        document = Document(fields, doc_id)
        assert self.ours.upsert(document) == self.stock.upsert(document)

    @rule(key=KEYS, value=VALUES)
    def remove(self, key: str, value: int) -> None:
        assert self.ours.remove(where(key) == value) == self.stock.remove(where(key) == value)

    @rule(ids=st.lists(IDS, max_size=2, unique=True))
    def remove_ids(self, ids: list[int]) -> None:
        assert self.ours.remove(doc_ids=ids) == self.stock.remove(doc_ids=ids)

    @rule()
    def truncate(self) -> None:
        self.ours.truncate()
        self.stock.truncate()

    @rule()
    def restart(self) -> None:
        self.database.close()
        self.database = Database(Path(self.folder.name) / "store.json")
        self.ours = self.database.table("t")

    @rule(key=KEYS, value=VALUES, doc_id=IDS)
    def look(self, key: str, value: int, doc_id: int) -> None:
        assert self.ours.search(where(key) == value) == self.stock.search(where(key) == value)
        assert self.ours.get(where(key) == value) == self.stock.get(where(key) == value)
        assert self.ours.get(doc_id=doc_id) == self.stock.get(doc_id=doc_id)
        assert self.ours.count(where(key).exists()) == self.stock.count(where(key).exists())

    @invariant()
    def same_rows(self) -> None:
        assert len(self.ours) == len(self.stock)
        assert [(row.doc_id, row) for row in self.ours] == [(row.doc_id, row) for row in self.stock]


TestSameAsStock = SameAsStock.TestCase
TestSameAsStock.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
