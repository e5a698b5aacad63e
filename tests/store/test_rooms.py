"""Rooms: found by every key without a scan, frozen, unique, and the same after a restart."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import pytest

from bridge.errors import StoreBroken
from bridge.rooms.model import PRESETS, Call, Link, Role, Room
from bridge.rooms.ports import RoomStore
from bridge.store.database import Database
from bridge.store.rooms import Rooms
from tests.store.disk import Disk, content, full, overwrite
from tests.store.samples import OWNER, codes, room

OTHER = "f" * 24


@pytest.fixture
def rooms(database: Database) -> Rooms:
    return Rooms(database, codes)


def test_it_is_what_the_rules_ask_for(rooms: Rooms) -> None:
    store: RoomStore = rooms
    assert store.all() == ()


async def test_a_saved_room_is_found_by_every_key(rooms: Rooms, reopen: Callable[[], Database]) -> None:
    for number in (1, 2, 3):
        await rooms.save(room(number, owner=OTHER if number == 3 else OWNER))
    for store in (rooms, Rooms(reopen(), codes)):
        assert store.get(room(2).id) == room(2)
        assert store.by_slug("room-2") == room(2)
        assert store.by_code("room-2-g") == (room(2), Link(Role.GUEST))
        assert store.of_owner(OWNER) == (room(1), room(2))
        assert [one.slug for one in store.all()] == ["room-1", "room-2", "room-3"]
        assert (store.get("x"), store.by_slug("x"), store.by_code("x"), store.of_owner("x")) == (None, None, None, ())


async def test_a_change_replaces_the_room_everywhere(rooms: Rooms, reopen: Callable[[], Database]) -> None:
    await rooms.save(room(1))
    await rooms.save(room(2))
    changed = replace(room(1, active=True, revision=2), name="New", policy=PRESETS["recorded"], owner=OTHER)
    await rooms.save(changed)
    for store in (rooms, Rooms(reopen(), codes)):
        assert store.all() == (changed, room(2))
        assert store.by_slug("room-1") == changed
        assert store.by_code("room-1-s") == (changed, Link(Role.SPEAKER))
        assert store.of_owner(OTHER) == (changed,)
        assert store.of_owner(OWNER) == (room(2),)


async def test_a_removed_room_is_found_by_nothing(rooms: Rooms, reopen: Callable[[], Database]) -> None:
    await rooms.save(room(1))
    ended = Call("call", room(1).id, ended=True)
    await rooms.remove(room(1), call=ended)
    await rooms.remove(room(1))
    for store in (rooms, Rooms(reopen(), codes)):
        assert (store.get(room(1).id), store.by_slug("room-1"), store.by_code("room-1-s")) == (None, None, None)
        assert (store.all(), store.of_owner(OWNER)) == ((), ())
        assert store.calls() == {"call": ended}
    await rooms_again(reopen)


async def rooms_again(reopen: Callable[[], Database]) -> None:
    store = Rooms(reopen(), codes)
    await store.save(room(9, slug="room-1"))
    assert store.by_code("room-1-s") == (room(9, slug="room-1"), Link(Role.SPEAKER))


async def test_calls_come_and_go_with_the_room(rooms: Rooms, path: Path) -> None:
    first, second = Call("a", room(1).id, taken={"ann": "a mint"}), Call("b", room(1).id, ended=True)
    await rooms.note([first], [])
    await rooms.save(room(1), call=second)
    assert rooms.calls() == {"a": first, "b": second}
    assert (rooms.calls_of(room(1).id), rooms.calls_of(room(2).id)) == ((first, second), ())
    await rooms.save(room(1), call=replace(first, ended=True))
    await rooms.forget_calls(["b", "b", "unknown"])
    await rooms.forget_calls([])
    assert rooms.calls_of(room(1).id) == (replace(first, ended=True),)
    row = {
        "name": "a",
        "room": room(1).id,
        "ended": True,
        "taken": {"ann": "a mint"},
        "admitted": [],
        "barred": {},
        "roles": {},
        "blocked": {},
        "record": "policy",
    }
    assert list(json.loads(content(path))["calls"].values()) == [row]


async def test_rows_are_flat_and_readable(rooms: Rooms, path: Path) -> None:
    await rooms.save(room(1, active=True))
    (row,) = json.loads(content(path))["rooms"].values()
    assert row == {
        "id": room(1).id, "slug": "room-1", "name": "Room 1 – Студия", "owner": OWNER, "media": "av", "max": 20,
        "webinar": False, "chat": True, "screen": True, "record": False, "mode": "grid", "seats": [], "lobby": False,
        "active": True, "call": "c",
        "sid": "", "revision": 1, "created": 1_700_000_000_001, "modified": 1_700_000_000_001,
        "titles": {},
        "takes": {},
    }  # fmt: skip


async def test_nothing_handed_out_can_change_the_store(rooms: Rooms) -> None:
    await rooms.save(room(1), call=Call("a", "b"))
    found = rooms.get(room(1).id)
    assert found is not None
    with pytest.raises(FrozenInstanceError):
        found.name = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        rooms.calls()["b"] = Call("b", "b")  # type: ignore[index]
    before = rooms.all()
    await rooms.save(room(2))
    assert before == (room(1),)


async def test_a_slug_belongs_to_one_room(rooms: Rooms, path: Path) -> None:
    await rooms.save(room(1))
    before = content(path)
    with pytest.raises(ValueError, match="room-1 is another's"):
        await rooms.save(room(2, slug="room-1"), call=Call("a", "b"))
    with pytest.raises(ValueError, match="have one id"):
        await rooms.save(room(1, slug="other"))
    assert content(path) == before
    assert (rooms.all(), dict(rooms.calls())) == ((room(1),), {})


async def test_two_that_take_a_slug_at_once_do_not_both_get_it(rooms: Rooms) -> None:
    answers = await asyncio.gather(
        *(rooms.save(room(number, slug="same")) for number in range(1, 11)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [type(None)] + [ValueError] * 9
    assert rooms.all() == (room(1, slug="same"),)


async def test_a_slug_is_free_again_after_a_failed_save_and_after_a_removal(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch)
    disk.refuse("replace", full())
    with pytest.raises(StoreBroken):
        await rooms.save(room(1, slug="same"))
    assert (rooms.get(room(1).id), rooms.by_slug("same"), rooms.by_code("same-s")) == (None, None, None)
    await rooms.save(room(2, slug="same"))
    await rooms.remove(room(2, slug="same"))
    await rooms.save(room(3, slug="same"))
    assert rooms.all() == (room(3, slug="same"),)


async def test_saves_of_a_new_room_at_once_make_one_row(rooms: Rooms, path: Path) -> None:
    await asyncio.gather(*(rooms.save(room(1, revision=revision)) for revision in range(1, 21)))
    assert rooms.all() == (room(1, revision=20),)
    assert [row["revision"] for row in json.loads(content(path))["rooms"].values()] == [20]


async def test_a_refused_save_leaves_the_room_as_it_was(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    await rooms.save(room(1))
    Disk(monkeypatch).refuse("fsync", full())
    with pytest.raises(StoreBroken):
        await rooms.save(room(1, active=True), call=Call("a", "b"))
    assert (rooms.get(room(1).id), dict(rooms.calls())) == (room(1), {})
    await rooms.save(room(1, active=True))
    assert rooms.get(room(1).id) == room(1, active=True)


async def test_a_cancelled_save_is_in_memory_once_it_is_on_the_disk(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    disk = Disk(monkeypatch)
    disk.hold()
    task = asyncio.create_task(rooms.save(room(1)))
    assert await asyncio.to_thread(disk.reached.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert rooms.all() == ()
    disk.release()
    await rooms.save(room(2))
    assert rooms.all() == (room(1), room(2))
    assert len(json.loads(content(path))["rooms"]) == 2


async def test_renewed_codes_replace_the_old_ones(database: Database) -> None:
    generation = 1

    def codes_of(one: Room) -> Mapping[str, Link]:
        return {f"{one.slug}-{generation}": Link(Role.GUEST)}

    rooms = Rooms(database, codes_of)
    await rooms.save(room(1))
    generation = 2
    assert rooms.by_code("room-1-1") is not None
    rooms.reindex(room(1))
    rooms.reindex(room(7))
    assert rooms.by_code("room-1-1") is None
    assert rooms.by_code("room-1-2") == (room(1), Link(Role.GUEST))


@pytest.mark.parametrize("change", [{"name": ""}, {"revision": -1}, {"created": 2**60}, {"id": ""}], ids=str)
async def test_what_could_not_be_read_back_is_not_written(rooms: Rooms, change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"is empty|whole number"):
        await rooms.save(replace(room(1), **change))
    assert rooms.all() == ()


BAD_FIELDS = {
    "slug is missing": {"slug": None},
    "name is no text": {"name": 7},
    "owner is empty": {"owner": ""},
    "media is not 'av', 'video' or 'audio'": {"media": "smell"},
    "max is no whole number": {"max": True},
    "max is no whole number from 1": {"max": 0},
    "chat is neither true nor false": {"chat": 1},
    "'surprise' is not known": {"surprise": 1},
    "stands twice": {"id": room(2).id},
    "twice": {"slug": "room-2"},
}


@pytest.mark.parametrize(("message", "change"), BAD_FIELDS.items(), ids=BAD_FIELDS)
async def test_a_row_that_is_no_room_is_named(
    rooms: Rooms, database: Database, path: Path, message: str, change: dict[str, Any]
) -> None:
    await rooms.save(room(1))
    await rooms.save(room(2))
    database.close()
    tables = json.loads(content(path))
    tables["rooms"]["1"].update(change)
    tables["rooms"]["1"] = {name: value for name, value in tables["rooms"]["1"].items() if value is not None}
    overwrite(path, json.dumps(tables))
    database = Database(path)
    with pytest.raises(StoreBroken, match=r"row \d of rooms in .*store.json: ") as caught:
        Rooms(database, codes)
    assert message in caught.value.message
    database.close()
