"""Folders of earlier versions open, with everything that was in them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.errors import StoreBroken
from bridge.rooms.model import Call
from bridge.store.database import Database
from bridge.store.migrate import SCHEMA
from bridge.store.rooms import Rooms
from tests.bridges import SECRETS, bridge_on
from tests.store.disk import content, overwrite

MADE_BY_SCHEMA_1 = Path(__file__).with_name("schema_1")
ENDED = {
    "b375c780-c075-45c9-8584-8a0edbd5adca": "8bcd6aa7948759294cd8352a",
    "9ce8b412-d8cf-413f-b802-cdc135062533": "ed912aafcee213f5457c2ac5",
}
ROOM_KEYS = ("rk_main-stage_6vvnjlhjtuyfwqp64itbwo7mbblxej3v",)
STUDIO_KEY = "sk_524b56fbzlpnvqazykfuabq6tge6nn7a"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    SECRETS.update((*ROOM_KEYS, STUDIO_KEY))
    return Path(shutil.copytree(MADE_BY_SCHEMA_1, tmp_path / "data"))


async def test_a_folder_of_schema_1_goes_on_where_it_was(folder: Path) -> None:
    for _ in range(2):  # today's version has written it at the second
        async with bridge_on(folder) as bridge:
            assert bridge.studio_key == STUDIO_KEY
            listed = (await bridge.get("/r")).text
            assert "OK main-stage ready people=0 server=rehearsal name=Main Stage – Студия" in listed
            assert "OK green-room stopped" in listed
            assert (await bridge.get("/r/main-stage/state", key=ROOM_KEYS[0])).status == 200
            calls = bridge.running.store.calls()
            assert {name: call.room_id for name, call in calls.items() if call.ended} == ENDED
    assert json.loads((folder / "store.json").read_text())["_meta"]["1"] == {"schema": SCHEMA, "real_server": False}


def test_the_file_of_before_stays_beside_it(folder: Path) -> None:
    before = content(folder / "store.json")
    database = Database(folder / "store.json")
    tables = json.loads(content(folder / "store.json"))
    database.close()
    assert content(folder / "store.json.bak") == before
    assert ("ended" in tables, len(tables["calls"])) == (False, 2)


async def test_rows_made_after_it_take_no_row_of_before(folder: Path) -> None:
    database = Database(folder / "store.json")
    rooms = Rooms(database, lambda room: {})
    await rooms.note([Call("new", "a room")], [])
    assert {*rooms.calls()} == {*ENDED, "new"}
    database.close()


def test_a_row_that_cannot_be_read_is_named(folder: Path, reopen: Callable[[], Database]) -> None:
    tables = json.loads(content(folder / "store.json"))
    del tables["ended"]["1"]["room"]
    overwrite(folder / "store.json", json.dumps(tables))
    with pytest.raises(StoreBroken, match="has no 'room'"):
        Database(folder / "store.json")
