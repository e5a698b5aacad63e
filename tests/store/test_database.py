"""Opening the database: schema, generations, and what stock TinyDB makes of the file."""

import json
import shutil
from collections.abc import Callable
from io import UnsupportedOperation
from pathlib import Path

import pytest
from tinydb import TinyDB, where
from tinydb.table import Table

from bridge.errors import StoreBroken
from bridge.store.database import Database
from bridge.store.migrate import SCHEMA
from bridge.store.rows import Change
from tests.store.disk import content

GOOD = '{"_meta":{"1":{"schema":1,"real_server":false}},"t":{"1":{"n":1}}}'
BAD = {
    "empty": "",
    "torn": GOOD[:-9],
    "extra data": GOOD + '":1}}',
    "no object": "[]",
    "no schema": "{}",
    "bad schema": '{"_meta":{"1":{"schema":"1"}}}',
    "no table": '{"_meta":{"1":{"schema":1}},"t":[]}',
    "no row": '{"_meta":{"1":{"schema":1}},"t":{"1":7}}',
    "odd id": '{"_meta":{"1":{"schema":1}},"t":{"01":{}}}',
    "deep": "[" * 100_000,
    "a deep row": '{"_meta":{"1":{"schema":1}},"t":{"1":{"n":' + "[" * 500 + "]" * 500 + "}}}",
    "a row twice": '{"_meta":{"1":{"schema":1}},"t":{"1":{"n":1},"1":{"n":2}}}',
    "a row twice, spelled differently": r'{"_meta":{"1":{"schema":1}},"t":{"1":{"n":1},"\u0031":{"n":1}}}',
    "a row twice, as we write": '{"_meta":{\n"1":{"schema":1}\n},\n"t":{\n"1":{"n":1},\n"1":{"n":2}\n}}\n',
    "a table twice": '{"_meta":{"1":{"schema":1}},"t":{"1":{}},"t":{"2":{}}}',
    "a field twice": '{"_meta":{"1":{"schema":1,"schema":1}}}',
}


def test_a_new_store_is_written_at_once(database: Database, path: Path) -> None:
    assert json.loads(path.read_text()) == {"_meta": {"1": {"schema": SCHEMA, "real_server": False}}}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_bad_file_goes_back_a_generation_or_refuses(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(StoreBroken, match=r"store\.json is broken"):
        Database(path)
    assert path.read_text() == text
    path.with_name("store.json.bak").write_text(GOOD)
    with Database(path) as database:
        assert database.table("t").all() == [{"n": 1}]


def test_a_newer_store_is_refused_although_an_older_generation_is_there(path: Path) -> None:
    path.write_text(GOOD.replace('"schema":1', f'"schema":{SCHEMA + 1}'))
    path.with_name("store.json.bak").write_text(GOOD)
    with pytest.raises(StoreBroken, match="newer version") as caught:
        Database(path)
    assert str(path) in caught.value.message


async def test_a_tinydb_user_can_query_ours_and_a_copy_of_the_running_file(database: Database, path: Path) -> None:
    await database.commit([Change("rooms", n, {"slug": f"room-{n}", "name": "Студия ✓"}) for n in (3, 1, 2)])
    await database.commit([Change("rooms", 2, None), Change("none", 0, None)])
    assert content(path).isascii()  # stock TinyDB opens it in the encoding of the system
    with TinyDB(shutil.copy(path, path.with_name("copy.json")), access_mode="r") as stock:
        for either in (stock, database):
            assert isinstance(either, TinyDB)
            assert type(either.table("rooms")) is Table
            assert either.tables() == {"_meta", "rooms", "none"}
            assert [(row.doc_id, row["slug"]) for row in either.table("rooms")] == [(3, "room-3"), (1, "room-1")]
            assert either.table("rooms").search(where("slug") == "room-1") == [{"slug": "room-1", "name": "Студия ✓"}]


async def test_a_query_asked_again_sees_what_was_committed_and_nothing_else(database: Database) -> None:
    table = database.table("rooms")
    await database.commit([Change("rooms", 1, {"tags": ["a"]})])
    (found,) = table.search(where("tags").exists())
    found["tags"].append("scribbled")
    assert table.search(where("tags").exists()) == [{"tags": ["a"]}]
    await database.commit([Change("rooms", 1, {"tags": ["b"]})])
    assert table.search(where("tags").exists()) == [{"tags": ["b"]}]


WRITES: list[Callable[[Database], object]] = [lambda it: it.table("t").insert({"n": 2}), TinyDB.drop_tables]


@pytest.mark.parametrize("write", WRITES, ids=["insert", "drop"])
async def test_tinydb_does_not_write_past_the_commits(database: Database, write: Callable[[Database], object]) -> None:
    await database.commit([Change("t", 1, {"n": 1})])
    with pytest.raises(UnsupportedOperation, match=r"Database\.commit"):
        write(database)
    assert dict(database.rows("t")) == {1: {"n": 1}}


async def test_what_stock_tinydb_wrote_is_read(database: Database, path: Path, reopen: Callable[[], Database]) -> None:
    await database.commit([Change("t", 1, {"n": 1})])
    database.close()
    with TinyDB(path) as stock:
        stock.table("t").insert({"n": 2, "name": "ü"})
    assert dict(reopen().rows("t")) == {1: {"n": 1}, 2: {"n": 2, "name": "ü"}}


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreBroken):
        Database(tmp_path / "file" / "store.json")
