"""Recordings: found by id, owner and name, newest first, the same after a restart, and theirs whose rooms they are."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.errors import StoreBroken
from bridge.rooms.model import Call, Part, Recorded, Wanted
from bridge.rooms.ports import RecordingStore
from bridge.store.database import Database
from bridge.store.recordings import Recordings
from bridge.store.rooms import Rooms
from tests.store.disk import Disk, content, full, overwrite
from tests.store.samples import OWNER, codes, recorded, room

OTHER = "f" * 24


@pytest.fixture
def recordings(database: Database) -> Recordings:
    return Recordings(database)


async def test_they_are_found_by_id_owner_and_name_newest_first(
    recordings: Recordings, reopen: Callable[[], Database]
) -> None:
    all_of_them = [recorded(1, ended=5), recorded(2, slug="side"), recorded(3), recorded(4, owner=OTHER)]
    for one in all_of_them:
        await recordings.add(one)
    first, side, third, others = all_of_them
    kept: RecordingStore
    for kept in (recordings, Recordings(reopen())):
        assert kept.get(third.id) == third
        assert kept.of_owner(OWNER) == (third, side, first)
        assert kept.of_slug(OWNER, "main") == (third, first)
        assert kept.named("main") == (first, third, others)
        assert kept.unfinished() == (side, third, others)
        assert (kept.get("x"), kept.of_owner("x"), kept.of_slug(OWNER, "x")) == (None, (), ())


async def test_a_change_is_made_of_what_the_one_before_left(
    recordings: Recordings, reopen: Callable[[], Database]
) -> None:
    await recordings.add(recorded())
    changes: tuple[Callable[[Recorded], Recorded], ...] = (
        lambda one: replace(one, ended=9),
        lambda one: replace(one, reason="Because."),
        lambda one: replace(one, parts=(*one.parts, Part("main/3.webm"))),
    )
    await asyncio.gather(*(recordings.change(recorded().id, change) for change in changes))
    wanted = replace(recorded(ended=9), reason="Because.", parts=(*recorded().parts, Part("main/3.webm")))
    for kept in (recordings, Recordings(reopen())):
        assert kept.get(wanted.id) == wanted
        assert kept.unfinished() == ()


async def test_a_removed_one_is_found_by_nothing(recordings: Recordings, reopen: Callable[[], Database]) -> None:
    await recordings.add(recorded())
    for _ in range(2):
        await recordings.remove(recorded().id)
    assert await recordings.change(recorded().id, lambda one: replace(one, ended=9)) is None
    for kept in (recordings, Recordings(reopen())):
        assert (kept.get(recorded().id), kept.of_owner(OWNER), kept.unfinished()) == (None, (), ())


async def test_they_outlive_their_room_and_go_along_with_its_owner(
    database: Database, recordings: Recordings, monkeypatch: pytest.MonkeyPatch, reopen: Callable[[], Database]
) -> None:
    rooms = Rooms(database, codes, handing_over=recordings.handing_over)
    await rooms.save(room(1))
    await recordings.add(recorded())
    await rooms.remove(room(1))
    disk = Disk(monkeypatch)
    disk.refuse("fsync", full())
    with pytest.raises(StoreBroken):
        await rooms.hand_over(OWNER, OTHER, (), ())
    assert recordings.of_owner(OWNER) == (recorded(),)
    await asyncio.gather(
        rooms.hand_over(OWNER, OTHER, (), ()), recordings.change(recorded().id, lambda one: replace(one, ended=9))
    )
    for kept in (recordings, Recordings(reopen())):
        assert (kept.of_owner(OWNER), kept.of_owner(OTHER)) == ((), (recorded(owner=OTHER, ended=9),))


async def test_a_row_that_cannot_be_read_is_named(
    path: Path, recordings: Recordings, reopen: Callable[[], Database]
) -> None:
    await recordings.add(recorded())
    tables = json.loads(content(path))
    tables["recordings"]["1"]["mode"] = "wide"
    overwrite(path, json.dumps(tables))
    with pytest.raises(StoreBroken, match=r"row 1 of recordings .* mode is not 'grid'"):
        Recordings(reopen())


async def test_what_was_asked_for_by_hand_is_kept_with_the_call(
    database: Database, reopen: Callable[[], Database]
) -> None:
    calls = [Call(f"call-{wanted}", "a room", record=wanted) for wanted in Wanted]
    await Rooms(database, codes).note(calls, [])
    assert list(Rooms(reopen(), codes).calls().values()) == calls
