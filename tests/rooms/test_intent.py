"""What an operator wants, written down."""

import asyncio

import pytest

from bridge.errors import BadSetting, NameTaken, RoomNotFound, StoreBroken, StoreStalled
from bridge.rooms import countdown
from bridge.rooms.intent import Intent
from bridge.rooms.locks import Locks
from bridge.rooms.model import Call
from bridge.rooms.notes import Notes
from bridge.rooms.writes import Writes
from tests.rooms.fakes import TEAM, Clock, FakeStore, a_room

OWNER, OTHER = "a" * 24, "b" * 24


class Desk:
    """An intent over a store, with the rooms it woke."""

    def __init__(self) -> None:
        self.store, self.clock = FakeStore(), Clock()
        self.woken: list[str] = []
        self.writes = Writes(self.woken.append)
        self.intent = intent_over(self.store, self.writes, self.clock)


def intent_over(store: FakeStore, writes: Writes, clock: Clock) -> Intent:
    locks = Locks()
    return Intent(
        store, locks, Notes(store, locks, writes), writes, lambda room: ["inside"], lambda room: room.sid, clock.ms
    )


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_a_start_gives_a_new_call_and_a_repeated_one_keeps_it(desk: Desk) -> None:
    room = await desk.intent.create(OWNER, "Main", TEAM, active=False)
    assert (room.call, room.active, room.revision) == ("", False, 1)
    first = await desk.intent.start(room.id)
    again = await desk.intent.start(room.id)
    assert (first.changed, again.changed) == (True, False)
    assert first.room.call == again.room.call != ""
    assert again.room.revision == 2
    await desk.intent.stop(room.id)
    second = await desk.intent.start(room.id)
    assert second.room.call not in ("", first.room.call)


async def test_every_press_wakes_the_room_whether_it_changed_or_not(desk: Desk) -> None:
    room = await desk.intent.create(OWNER, "Main", TEAM, active=True)
    await desk.intent.start(room.id)
    await desk.intent.set(room.id)
    assert desk.woken == [room.id] * 3


async def test_a_stop_remembers_the_call_until_no_token_of_it_can_live(desk: Desk) -> None:
    room = await desk.intent.create(OWNER, "Main", TEAM, active=True)
    stopped = (await desk.intent.stop(room.id)).room
    assert stopped.call == ""
    ended = desk.store.calls()[room.call]
    assert ended == Call(room.call, room.id, ended=True)
    assert not (await desk.intent.stop(room.id)).changed


async def test_revision_and_time_grow_with_every_change_and_only_then(desk: Desk) -> None:
    room = await desk.intent.create(OWNER, "Main", TEAM, active=True)
    desk.clock.now += 5
    changed = (await desk.intent.set(room.id, policy={"chat": False})).room
    assert (changed.revision, changed.modified) == (2, desk.clock.ms())
    desk.clock.now += 5
    same = await desk.intent.set(room.id, policy={"chat": False}, name="Main", active=True)
    assert (same.changed, same.room) == (False, changed)
    assert len(desk.store.saves) == 2


async def test_a_policy_change_keeps_call_slug_and_id(desk: Desk) -> None:
    room = await desk.intent.create(OWNER, "Main", TEAM, active=True)
    renamed = (await desk.intent.set(room.id, name="Other Name", policy={"max": 3})).room
    assert (renamed.name, renamed.policy.max) == ("Other Name", 3)
    assert (renamed.call, renamed.slug, renamed.id) == (room.call, "main", room.id)


async def test_removing_ends_the_call_and_frees_the_slug(desk: Desk) -> None:
    room = await desk.intent.create(OWNER, "Main", TEAM, active=True)
    await desk.intent.remove(room.id)
    assert room.call in desk.store.calls()
    again = await desk.intent.create(OWNER, "Main", TEAM, active=True)
    assert again.slug == "main"
    assert again.id != room.id
    with pytest.raises(RoomNotFound):
        await desk.intent.start(room.id)


async def test_rooms_of_one_name_made_at_once_get_slugs_of_their_own(desk: Desk) -> None:
    rooms = await asyncio.gather(*(desk.intent.create(OWNER, "Main", TEAM, active=False) for _ in range(5)))
    assert sorted(room.slug for room in rooms) == ["main", "main-2", "main-3", "main-4", "main-5"]


async def test_making_sure_of_a_room_makes_it_once(desk: Desk) -> None:
    written = await asyncio.gather(
        *(desk.intent.ensure(OWNER, "main", "Main", TEAM, active=True) for _ in range(10)),
    )
    assert [w.changed for w in written].count(True) == 1
    assert len({w.room.id for w in written}) == 1


async def test_another_users_slug_is_taken(desk: Desk) -> None:
    await desk.intent.ensure(OWNER, "main", "Main", TEAM, active=False)
    with pytest.raises(NameTaken):
        await desk.intent.ensure(OTHER, "main", "Main", TEAM, active=False)


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\nb", "a\u202eb"])
async def test_a_bad_name_changes_nothing(desk: Desk, name: str) -> None:
    room = await desk.intent.create(OWNER, "Main", TEAM, active=False)
    with pytest.raises(BadSetting):
        await desk.intent.set(room.id, name=name)
    assert desk.store.get(room.id) == room


async def test_what_could_not_be_written_wakes_nobody() -> None:
    room = a_room(active=False)
    store, woken = FakeStore(room), list[str]()
    store.error = StoreBroken("disk full")
    intent = intent_over(store, Writes(woken.append), Clock())
    with pytest.raises(StoreBroken):
        await intent.start(room.id)
    assert (store.get(room.id), woken) == (room, [])


async def test_a_caller_that_goes_away_lets_nobody_build_on_the_room_before(desk: Desk) -> None:
    """The write is on its way: whoever comes next has to wait for it."""
    room = await desk.intent.create(OWNER, "Main", TEAM, active=False)
    desk.store.gate = asyncio.Event()
    gone = asyncio.create_task(desk.intent.set(room.id, policy={"max": 9}))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    woken = len(desk.woken)
    later = asyncio.create_task(desk.intent.set(room.id, policy={"chat": False}))
    await asyncio.sleep(0)
    desk.store.gate.set()
    now = (await later).room
    assert (now.policy.max, now.policy.chat, now.revision) == (9, False, 3)
    assert len(desk.woken) == woken + 2


async def test_a_caller_that_is_answered_late_is_told_that_it_may_still_happen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(countdown, "PRESS_SECONDS", 0.0)
    monkeypatch.setattr(countdown, "LEAST_SECONDS", 0.02)
    desk.store.gate = asyncio.Event()
    with pytest.raises(StoreStalled, match=r"within 0\.02 s"):
        await desk.intent.ensure(OWNER, "main", "Main", TEAM, active=True)
    with pytest.raises(StoreStalled):  # another one waits for it, and does not make a second room
        await desk.intent.ensure(OWNER, "main", "Main", TEAM, active=True)
    assert desk.woken == []
    desk.store.gate.set()
    made = await desk.intent.ensure(OWNER, "main", "Main", TEAM, active=True)
    assert not made.changed
    assert set(desk.woken) == {made.room.id}


async def test_closing_builds_on_nothing_any_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(countdown, "LEAST_SECONDS", 0.02)
    room = await desk.intent.create(OWNER, "Main", TEAM, active=False)
    desk.store.gate = asyncio.Event()
    presses = [asyncio.create_task(desk.intent.start(room.id)) for _ in range(3)]
    await asyncio.sleep(0)
    await desk.writes.aclose()
    desk.store.gate.set()
    assert all(
        isinstance(end, asyncio.CancelledError) for end in await asyncio.gather(*presses, return_exceptions=True)
    )
    assert desk.woken == [room.id]


async def test_presses_of_one_room_follow_each_other(desk: Desk) -> None:
    room = await desk.intent.create(OWNER, "Main", TEAM, active=False)
    await asyncio.gather(*(desk.intent.set(room.id, policy={"max": n}) for n in range(1, 31)))
    now = desk.store.get(room.id)
    assert now is not None
    assert [saved.revision for saved in desk.store.saves] == list(range(1, now.revision + 1))
