"""Users, generations and facts: kept, unique, and there after a restart."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.access.derived import Derived, Generation
from bridge.access.users import User
from bridge.errors import StoreBroken
from bridge.rooms.model import Call
from bridge.store.database import Database
from bridge.store.facts import Facts
from bridge.store.generations import Generations
from bridge.store.migrate import SCHEMA
from bridge.store.rooms import Rooms
from bridge.store.users import Users
from tests.store.disk import Disk, content, full
from tests.store.samples import codes, room

ANNA = User("a" * 24, "Anna", "1" * 64, 1_700_000_000_000, first=True)
BEN = User("b" * 24, "Ben", "2" * 64, 1_700_000_000_001, first=False)


async def test_users_are_found_by_id_and_by_token(database: Database, reopen: Callable[[], Database]) -> None:
    users = Users(database)
    assert users.first() is None
    await users.add(ANNA)
    await users.add(BEN)
    for store in (users, Users(reopen())):
        assert store.all() == (ANNA, BEN)
        assert (store.get(BEN.id), store.by_sha256("1" * 64), store.first()) == (BEN, ANNA, ANNA)
        assert (store.get("x"), store.by_sha256("")) == (None, None)


async def test_a_user_can_have_another_token(database: Database, reopen: Callable[[], Database]) -> None:
    users = Users(database)
    await users.add(ANNA)
    await users.add(BEN)
    other = replace(BEN, token_sha256="3" * 64)
    await users.replace(other)
    with pytest.raises(ValueError, match="another's"):
        await users.replace(replace(BEN, token_sha256=ANNA.token_sha256))
    with pytest.raises(ValueError, match="no such user"):
        await users.replace(replace(BEN, id="c" * 24))
    for store in (users, Users(reopen())):
        assert (store.by_sha256("3" * 64), store.by_sha256("2" * 64)) == (other, None)
        assert store.all() == (ANNA, other)


async def test_a_user_goes_with_the_rooms_in_one_commit(
    database: Database, reopen: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    users = Users(database)
    rooms = Rooms(database, codes, users.removal)
    await users.add(ANNA)
    await users.add(BEN)
    theirs = [room(number, owner=BEN.id, active=True) for number in (1, 2)]
    for one in theirs:
        await rooms.save(one)
    handed = [replace(one, owner=ANNA.id, active=False, call="") for one in theirs]
    ended = [Call(f"call-{number}", one.id, ended=True) for number, one in enumerate(theirs)]
    Disk(monkeypatch).refuse("fsync", full())
    with pytest.raises(StoreBroken):
        await rooms.hand_over(BEN.id, ANNA.id, handed, ended)
    assert (users.get(BEN.id), rooms.of_owner(BEN.id), rooms.calls()) == (BEN, tuple(theirs), {})
    await rooms.hand_over(BEN.id, ANNA.id, handed, ended)
    await rooms.hand_over(BEN.id, ANNA.id, (), ())
    again = reopen()
    for store, kept in ((users, rooms), (Users(again), Rooms(again, codes))):
        assert (store.get(BEN.id), store.by_sha256(BEN.token_sha256)) == (None, None)
        assert store.all() == (ANNA,)
        assert (kept.of_owner(ANNA.id), kept.of_owner(BEN.id)) == (tuple(handed), ())
        assert list(kept.calls().values()) == ended


@pytest.mark.parametrize(
    "user",
    [
        replace(BEN, id=ANNA.id),
        replace(BEN, token_sha256=ANNA.token_sha256),
        replace(BEN, first=True),
        replace(BEN, id="B" * 24),
        replace(BEN, token_sha256="2" * 63 + "\n"),
        replace(BEN, name=""),
    ],
)
async def test_a_user_that_cannot_be_is_refused(database: Database, user: User) -> None:
    users = Users(database)
    await users.add(ANNA)
    with pytest.raises(ValueError):
        await users.add(user)
    assert users.all() == (ANNA,)


async def test_generations_start_at_one_and_are_kept(database: Database, reopen: Callable[[], Database]) -> None:
    generations = Generations(database)
    assert generations.get(Derived.ROOM, ANNA.id, "main") == Generation(1, 1)
    await generations.set(Derived.ROOM, ANNA.id, {"main": Generation(2, 1)})
    await generations.set(Derived.ROOM, ANNA.id, {"main": Generation(2, 2)})
    await generations.set(Derived.STUDIO, ANNA.id, {"*": Generation(5, 4)})
    for store in (generations, Generations(reopen())):
        assert store.get(Derived.ROOM, ANNA.id, "main") == Generation(2, 2)
        assert store.get(Derived.STUDIO, ANNA.id, "*") == Generation(5, 4)
        assert store.get(Derived.LINKS, ANNA.id, "main") == Generation(1, 1)
        assert store.get(Derived.ROOM, BEN.id, "main") == Generation(1, 1)


@pytest.mark.parametrize("generation", [Generation(1, 2), Generation(0, 0), Generation(1, 0)])
async def test_a_generation_that_cannot_be_is_refused(database: Database, generation: Generation) -> None:
    with pytest.raises(ValueError, match=r"oldest|current"):
        await Generations(database).set(Derived.LINKS, ANNA.id, {"main": generation})


async def test_a_generation_stays_when_the_disk_refuses(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    generations = Generations(database)
    Disk(monkeypatch).refuse("fsync", full())
    with pytest.raises(StoreBroken):
        await generations.set(Derived.LINKS, ANNA.id, {"main": Generation(2, 2)})
    assert generations.get(Derived.LINKS, ANNA.id, "main") == Generation(1, 1)


async def test_a_real_server_is_remembered_for_good(
    database: Database, reopen: Callable[[], Database], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = Facts(database)
    assert (facts.real_server, facts.schema) == (False, SCHEMA)
    await facts.remember_real_server()
    calls = Disk(monkeypatch).calls
    await facts.remember_real_server()
    assert not calls
    assert facts.real_server
    assert Facts(reopen()).real_server
    assert json.loads(content(path))["_meta"] == {"1": {"schema": SCHEMA, "real_server": True}}


def test_facts_that_are_no_facts_are_named(path: Path) -> None:
    path.write_text('{"_meta":{"1":{"schema":2,"real_server":"yes"}}}')
    with Database(path) as database, pytest.raises(StoreBroken, match=r"row 1 of _meta .* real_server is neither"):
        Facts(database)
