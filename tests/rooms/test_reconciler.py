"""One task per room makes LiveKit match the newest intent."""

import asyncio
import json
from dataclasses import replace

import pytest

from bridge.errors import BridgeError, Internal, MediaServerDown, MediaServerRefused, MediaServerTimeout, StoreBroken
from bridge.rooms.admission import Knock
from bridge.rooms.capacity import Claim
from bridge.rooms.looks import Look
from bridge.rooms.model import Role, State
from bridge.rooms.ports import CallInfo, Permissions
from bridge.rooms.reconciler import AT_ONCE
from tests.rooms.fakes import TEAM, a_person, a_room
from tests.rooms.house import house_of, until


async def test_a_started_room_is_opened_as_planned() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        held = house.media.held[room.call]
        assert json.loads(held.metadata)["slug"] == "main"
        assert house.observed.state(room) is State.READY
        assert house.media.log == [f"open {room.call}"]


async def test_the_sid_is_written_down_after_the_answer() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.reconciler.settled(room.id)
        assert house.store.saves == []
        await until(lambda: house.store.saves)
        assert [saved.sid for saved in house.store.saves] == [house.media.held[room.call].sid]


async def test_a_stop_at_once_writes_the_sid_with_itself() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.reconciler.settled(room.id)
        sid = house.media.held[room.call].sid
        await house.intent.stop(room.id)
        assert [(saved.active, saved.sid) for saved in house.store.saves] == [(False, sid)]


async def test_a_sid_that_cannot_be_written_down_harms_nothing(caplog: pytest.LogCaptureFixture) -> None:
    room = a_room()
    async with house_of(room) as house:
        house.store.error = StoreBroken("disk full")
        await house.opened(room)
        assert house.observed.sid(room) == house.media.held[room.call].sid
        await until(lambda: "disk full" in caplog.text)
    assert "disk full" in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_stop_is_not_lost_to_the_sid_of_the_run_before() -> None:
    """The sid comes in while the stop is being written: what is written last must know of both."""
    room = a_room()
    async with house_of(room) as house:
        opening = house.media.hang("open")
        start = asyncio.create_task(house.reconciler.settled(room.id))
        await until(lambda: house.media.count("open") == 1)
        writing = house.store.gate = asyncio.Event()
        stop = asyncio.create_task(house.intent.stop(room.id))
        await house.idle()
        opening.set()
        await start
        await house.idle()
        writing.set()
        await stop
        await house.reconciler.settled(room.id)
        await house.idle()
        now = house.store.get(room.id)
        assert now is not None
        assert not now.active
        assert house.media.held == {}


async def test_identical_presses_share_a_run() -> None:
    room = a_room()
    async with house_of(room) as house:
        await asyncio.gather(*(house.reconciler.settled(room.id) for _ in range(50)))
        assert house.media.count("open") == 1


async def test_presses_during_a_run_share_the_next_one() -> None:
    room = a_room()
    async with house_of(room) as house:
        gate = house.media.hang("open")
        first = asyncio.create_task(house.reconciler.settled(room.id))
        await until(lambda: house.media.count("open") == 1)
        later = [asyncio.create_task(house.reconciler.settled(room.id)) for _ in range(20)]
        await house.idle()
        gate.set()
        await asyncio.gather(first, *later)
        assert house.media.count("open") == 2


async def test_a_stop_overtakes_a_start_that_hangs() -> None:
    room = a_room(active=False)
    async with house_of(room) as house:
        house.media.hang("open")
        call = (await house.intent.start(room.id)).room.call
        start = asyncio.create_task(house.reconciler.settled(room.id))
        await until(lambda: house.media.count("open") == 1)
        await house.intent.stop(room.id)
        await house.reconciler.settled(room.id)
        await start
        assert house.media.log == [f"open {call}", f"close {call}"]
        assert house.observed.state(replace(room, active=False)) is State.STOPPED


async def test_a_restart_ends_the_old_call_before_it_opens_the_new_one() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        gate = house.media.hang("close")
        await house.intent.stop(room.id)
        await until(lambda: house.media.count("close") == 1)
        new = (await house.intent.start(room.id)).room
        gate.set()
        await house.reconciler.settled(room.id)
        assert list(house.media.held) == [new.call]
        assert house.media.log[-2:] == [f"close {room.call}", f"open {new.call}"]
        assert house.observed.state(new) is State.READY
        assert house.observed.troubled() == []


async def test_every_ended_call_is_ended_once() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.intent.stop(room.id)
        await house.reconciler.settled(room.id)
        await house.reconciler.settled(room.id)
        assert house.media.count("close") == 1


async def test_a_removed_room_is_ended_and_forgotten() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        await house.intent.remove(room.id)
        await house.reconciler.settled(room.id)
        assert house.media.held == {}
        assert house.observed.troubled() == []


@pytest.mark.parametrize("error", [MediaServerDown, MediaServerRefused, MediaServerTimeout])
async def test_a_failure_reaches_exactly_those_who_waited_for_it(error: type[BridgeError]) -> None:
    room, other = a_room(), a_room(slug="other")
    async with house_of(room, other) as house:
        gate = house.media.hang("open")
        house.media.errors["open"] = error("no")
        waiting = [asyncio.create_task(house.reconciler.settled(room.id)) for _ in range(3)]
        await until(lambda: house.media.count("open") == 1)
        late = asyncio.create_task(house.reconciler.settled(room.id))
        await house.idle()
        second = house.media.hang("open")
        gate.set()
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(result) for result in results] == [error] * 3
        del house.media.errors["open"]
        second.set()
        await late
        await house.reconciler.settled(other.id)


async def test_a_failed_room_is_checked_and_tried_again() -> None:
    room = a_room()
    async with house_of(room) as house:
        house.media.errors["open"] = MediaServerDown("away")
        with pytest.raises(MediaServerDown):
            await house.reconciler.settled(room.id)
        assert house.observed.state(room) is State.CHECK
        assert house.observed.troubled() == [room.id]
        del house.media.errors["open"]
        await house.reconciler.settled(room.id)
        assert house.observed.state(room) is State.READY
        assert house.observed.troubled() == []


async def test_a_defect_is_told_as_internal_and_ends_nothing() -> None:
    room = a_room()
    async with house_of(room) as house:
        house.media.errors["open"] = ZeroDivisionError("boom")  # type: ignore[assignment]
        with pytest.raises(Internal, match="in line"):
            await house.reconciler.settled(room.id)
        del house.media.errors["open"]
        await house.reconciler.settled(room.id)


async def test_a_press_waits_no_longer_than_its_deadline_and_the_work_goes_on() -> None:
    room = a_room()
    async with house_of(room) as house:
        gate = house.media.hang("open")
        with pytest.raises(MediaServerTimeout):
            await house.reconciler.settled(room.id, within=0.02)
        gate.set()
        await until(lambda: house.observed.state(room) is State.READY)
        assert house.media.count("open") == 1


async def test_a_hanging_room_holds_up_no_other() -> None:
    room, other = a_room(), a_room(slug="other")
    async with house_of(room, other) as house:
        house.media.hang("open")
        with pytest.raises(MediaServerTimeout):
            await house.reconciler.settled(room.id, within=0.01)
        del house.media.gates["open"]
        await house.reconciler.settled(other.id, within=0.5)


async def test_a_thousand_rooms_do_not_meet_livekit_at_once() -> None:
    rooms = [a_room(slug=f"room-{n}") for n in range(AT_ONCE + 5)]
    async with house_of(*rooms) as house:
        gate = house.media.hang("open")
        for room in rooms:
            house.reconciler.wake(room.id)
        await house.idle()
        assert house.media.count("open") == AT_ONCE
        gate.set()
        await until(lambda: len(house.media.held) == len(rooms))


async def test_changed_metadata_is_sent() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        await house.intent.set(room.id, policy={"chat": False})
        await house.reconciler.settled(room.id)
        assert json.loads(house.media.held[room.call].metadata)["chat"] is False


async def test_a_limit_that_became_too_low_is_put_right_while_nobody_is_inside() -> None:
    room = a_room()
    async with house_of(room) as house:
        room = await house.opened(room)
        await house.intent.set(room.id, policy={"max": 1000})
        await house.reconciler.settled(room.id)
        assert house.media.held[room.call].limit > 1000
        assert house.media.held[room.call].sid != room.sid


async def test_nobody_is_put_out_to_raise_the_limit() -> None:
    room = a_room()
    async with house_of(room) as house:
        room = await house.opened(room)
        house.media.inside[room.call] = [a_person("ann")]
        await house.intent.set(room.id, policy={"max": 1000})
        await house.reconciler.settled(room.id)
        assert house.media.count("close") == 0
        assert house.media.held[room.call].sid == house.observed.sid(room)


async def test_rights_that_differ_are_put_right_in_a_known_call() -> None:
    room = a_room()
    all_rights = Permissions(frozenset(("camera", "any")), data=True, hidden=False)
    async with house_of(room) as house:
        room = await house.opened(room)
        house.media.inside[room.call] = [
            a_person("right"),
            a_person("wrong", may=all_rights),
            a_person("guest", Role.GUEST, may=all_rights),
        ]
        await house.reconciler.settled(room.id)
        assert [entry for entry in house.media.log if entry.startswith("set_permissions")] == [
            "set_permissions wrong",
            "set_permissions guest",
        ]
        assert house.reconciler.wrong_permissions(room, house.media.inside[room.call]) == []


async def test_whoever_came_beyond_the_cap_goes_and_cannot_wear_the_bridge_down() -> None:
    room = a_room(policy=replace(TEAM, max=1))
    async with house_of(room) as house:
        room = await house.opened(room)
        house.capacity.reserve(room.call, Claim("ann"), Look(house.clock()), 1)
        for _ in range(3):
            house.media.inside[room.call] = [a_person("ann"), a_person("eve", joined=1)]
            await house.reconciler.settled(room.id)
            assert [person.identity for person in house.media.inside[room.call]] == ["ann"]
            assert house.roster.count(room) == 1
        assert house.media.count("remove") == 3


async def test_people_found_by_a_new_process_stay() -> None:
    room = a_room(policy=replace(TEAM, max=1), sid="RM_before")
    async with house_of(room) as house:
        house.media.held[room.call] = CallInfo(room.call, "RM_before", 200, "", 2)
        house.media.inside[room.call] = [a_person("ann"), a_person("bob")]
        await house.reconciler.settled(room.id)
        assert len(house.media.inside[room.call]) == 2
        house.media.inside[room.call].append(a_person("eve", joined=1))
        await house.reconciler.settled(room.id)
        assert [person.identity for person in house.media.inside[room.call]] == ["ann", "bob"]


async def test_a_stopped_room_holds_no_reservations_for_the_next_start() -> None:
    room = a_room(policy=replace(TEAM, max=1))
    async with house_of(room) as house:
        await house.admission.admit(room, Knock("ann"))
        await house.intent.stop(room.id)
        again = (await house.intent.start(room.id)).room
        await house.admission.admit(again, Knock("bob"))


async def test_fifty_changes_in_a_row_end_at_the_newest() -> None:
    room = a_room(active=False)
    async with house_of(room) as house:

        async def press(number: int) -> None:
            match number % 3:
                case 0:
                    await house.intent.start(room.id)
                case 1:
                    await house.intent.stop(room.id)
                case _:
                    await house.intent.set(room.id, policy={"max": number + 1})
            await house.reconciler.settled(room.id)

        await asyncio.gather(*(press(number) for number in range(50)))
        await house.idle()
        now = house.store.get(room.id)
        assert now is not None
        assert list(house.media.held) == ([now.call] if now.active else [])


async def test_closing_leaves_nothing_running() -> None:
    room = a_room()
    async with house_of(room, a_room(slug="other")) as house:
        house.media.hang("open")
        before = asyncio.all_tasks()
        for started in house.store.all():
            house.reconciler.wake(started.id)
        press = asyncio.create_task(house.reconciler.settled(room.id))
        await until(lambda: house.media.count("open") == 2)
        await house.reconciler.aclose()
        with pytest.raises(asyncio.CancelledError):
            await press
        assert asyncio.all_tasks() == before
