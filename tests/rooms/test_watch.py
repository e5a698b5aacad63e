"""Looking at LiveKit, and what a look leads to."""

import asyncio
from dataclasses import replace

import pytest

from bridge.errors import Internal, MediaServerDown, MediaServerRefused, StoreBroken
from bridge.rooms import watch as module
from bridge.rooms.admission import Knock
from bridge.rooms.model import Call, Role, Room, State
from bridge.rooms.ports import CallInfo, Permissions
from tests.rooms.fakes import TEAM, a_person, a_room
from tests.rooms.house import TOKEN_SECONDS, House, house_of, until


async def swept(house: House) -> None:
    await house.watch.sweep()
    await house.idle()


def state(house: House, room: Room) -> State:
    now = house.store.get(room.id)
    assert now is not None
    return house.observed.state(now)


async def test_a_sweep_opens_what_should_be_open() -> None:
    rooms = [a_room(slug=f"room-{n}") for n in range(100)]
    async with house_of(*rooms, a_room(active=False, slug="stopped")) as house:
        await house.watch.sweep()
        await until(lambda: len(house.media.held) == 100)
        assert set(house.media.held) == {room.call for room in rooms}


async def test_a_sweep_that_finds_everything_right_does_nothing() -> None:
    room = a_room()
    async with house_of(room, a_room(active=False, slug="stopped")) as house:
        await house.opened(room)
        await swept(house)
        house.media.log.clear()
        for _ in range(3):
            await swept(house)
        assert house.media.log == ["calls "] * 3


async def test_a_lost_call_comes_back_under_its_name() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        await swept(house)
        house.media.held.clear()
        await swept(house)
        assert list(house.media.held) == [room.call]
        assert state(house, room) is State.READY


@pytest.mark.parametrize("change", [{"metadata": "{}"}, {"limit": 1}, {"sid": "RM_revived"}], ids=str)
async def test_a_call_that_was_changed_behind_our_back_is_put_right(change: dict[str, object]) -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        planned = house.media.held[room.call]
        await swept(house)
        house.media.held[room.call] = replace(planned, **change)  # type: ignore[arg-type]
        await swept(house)
        assert replace(house.media.held[room.call], sid="") == replace(planned, sid="")
        assert state(house, room) is State.READY


async def test_foreign_calls_are_left_alone() -> None:
    async with house_of(a_room()) as house:
        house.media.held["foreign"] = CallInfo("foreign", "RM_f", 0, "", 3)
        await swept(house)
        await swept(house)
        assert "foreign" in house.media.held
        assert not [entry for entry in house.media.log if "foreign" in entry]


async def test_a_revived_call_is_ended_again_until_its_tokens_are_dead() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        await house.intent.stop(room.id)
        await house.reconciler.settled(room.id)
        for _ in range(2):
            house.media.held[room.call] = CallInfo(room.call, "RM_revived", 0, "", 1)
            await house.watch.sweep()
            assert state(house, room) is State.STOPPED
            await house.idle()
            assert room.call not in house.media.held
        await swept(house)
        assert room.call in house.store.calls()
        house.clock.now += TOKEN_SECONDS + 1
        await swept(house)
        assert house.store.calls() == {}


async def test_an_ended_call_seen_alive_is_watched_for_another_token_life() -> None:
    """LiveKit hands whoever revived it a fresh token, even one who was put out at once."""
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        await house.intent.stop(room.id)
        await house.reconciler.settled(room.id)
        for _ in range(3):
            await swept(house)
            house.clock.now += TOKEN_SECONDS - 1
            await swept(house)
            house.media.held[room.call] = CallInfo(room.call, "RM_revived", 0, "", 1)
            await swept(house)
            await swept(house)
            assert room.call not in house.media.held
        house.clock.now += TOKEN_SECONDS - 1
        await swept(house)
        assert room.call in house.store.calls()
        house.clock.now += 1
        await swept(house)
        assert house.store.calls() == {}


async def test_an_ended_call_that_still_runs_is_never_forgotten() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        house.media.errors["close"] = MediaServerDown("away")
        await house.intent.stop(room.id)
        house.clock.now += TOKEN_SECONDS
        await swept(house)
        await swept(house)
        assert room.call in house.store.calls()
        assert state(house, room) is State.CHECK
        del house.media.errors["close"]
        await swept(house)
        assert house.media.held == {}


async def test_a_removed_rooms_call_is_ended_by_the_next_process() -> None:
    room = a_room()
    async with house_of() as house:
        await house.store.remove(room, call=Call(room.call, room.id, ended=True))
        house.media.held[room.call] = CallInfo(room.call, "RM_1", 0, "", 0)
        await swept(house)
        assert house.media.held == {}


async def test_a_look_that_began_before_a_press_says_nothing_about_its_room() -> None:
    """Else a button would show ``check`` for the moment between the press and the next look."""
    room, other = a_room(active=False), a_room(slug="other")
    async with house_of(room, other) as house:
        await house.opened(other)
        gate = house.media.hang("calls")
        sweep = asyncio.create_task(house.watch.sweep())
        await until(lambda: house.media.count("calls") == 1)
        await house.intent.start(room.id)
        await house.reconciler.settled(room.id)
        await house.intent.stop(other.id)
        await house.reconciler.settled(other.id)
        gate.set()
        await sweep
        assert state(house, room) is State.READY
        assert state(house, other) is State.STOPPED
        await house.idle()
        assert (house.media.count("open"), house.media.count("close")) == (2, 1)


async def test_a_look_that_overlaps_with_another_knows_what_was_pressed_meanwhile() -> None:
    """LiveKit's return and the next second may sweep together: the older list lacks what was started since."""
    room = a_room(active=False)
    async with house_of(room) as house:
        gate = house.media.hang("calls")
        sweeps = [asyncio.create_task(house.watch.sweep())]
        await until(lambda: house.media.count("calls") == 1)
        await house.intent.start(room.id)
        await house.reconciler.settled(room.id)
        sweeps.append(asyncio.create_task(house.watch.sweep()))
        await house.idle()
        gate.set()
        await asyncio.gather(*sweeps)
        await house.idle()
        assert state(house, room) is State.READY
        assert house.media.count("open") == 1


async def test_an_outage_shows_and_ends_in_the_state() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        house.media.errors["calls"] = MediaServerRefused("wrong secret")
        await swept(house)
        assert state(house, room) is State.CHECK
        assert house.observed.outage is house.media.errors["calls"]
        del house.media.errors["calls"]
        await swept(house)
        assert state(house, room) is State.READY


async def test_an_outage_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    async with house_of() as house:
        house.media.errors["calls"] = MediaServerDown("LiveKit cannot be reached")
        for _ in range(5):
            await swept(house)
        assert caplog.text.count("cannot be reached") == 1


async def test_a_defect_in_a_look_is_an_outage_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        house.media.errors["calls"] = ZeroDivisionError("boom")  # type: ignore[assignment]
        for _ in range(5):
            await swept(house)
        assert isinstance(house.observed.outage, Internal)
        assert state(house, room) is State.CHECK
        assert caplog.text.count("boom") == 1
        del house.media.errors["calls"]
        await swept(house)
        assert house.observed.outage is None


async def test_rooms_in_trouble_are_tried_again() -> None:
    room = a_room()
    async with house_of(room) as house:
        house.media.errors["open"] = MediaServerDown("away")
        await swept(house)
        assert state(house, room) is State.CHECK
        del house.media.errors["open"]
        await swept(house)
        assert state(house, room) is State.READY


async def test_people_are_counted_where_a_token_was_given() -> None:
    room = a_room()
    async with house_of(room) as house:
        room = await house.opened(room)
        await house.watch.look()
        assert house.media.count("participants") == 0
        await house.admission.admit(room, Knock("ann"))
        house.media.inside[room.call] = [a_person("ann"), a_person("s", Role.SCENE)]
        await house.watch.look()
        assert (state(house, room), house.roster.count(room)) == (State.LIVE, 1)
        house.media.inside[room.call] = []
        await house.watch.look()
        assert state(house, room) is State.READY


async def test_nobody_is_looked_for_once_the_tokens_are_dead() -> None:
    room = a_room()
    async with house_of(room) as house:
        room = await house.opened(room)
        await house.admission.admit(room, Knock("ann"))
        house.clock.now += TOKEN_SECONDS
        house.media.log.clear()
        await house.watch.look()
        assert house.media.log == []


async def test_people_livekit_speaks_of_are_looked_at() -> None:
    room = a_room()
    async with house_of(room) as house:
        room = await house.opened(room)
        await swept(house)
        house.media.held[room.call] = replace(house.media.held[room.call], people=1)
        house.media.inside[room.call] = [a_person("ann")]
        await swept(house)
        await house.watch.look()
        assert state(house, room) is State.LIVE


@pytest.mark.parametrize("sid", ["RM_revived", ""], ids=["revived by a token", "made again by us"])
async def test_people_are_looked_for_after_livekit_came_back(sid: str) -> None:
    """LiveKit's own count lags by seconds, and it may know of nobody when the first of them is in again."""
    room = a_room(sid="RM_before")
    async with house_of(room) as house:
        if sid:
            house.media.held[room.call] = CallInfo(room.call, sid, 200, "", 0)
        await swept(house)
        house.media.inside[room.call] = [a_person("ann")]
        await house.watch.look()
        assert state(house, room) is State.LIVE


async def test_who_was_in_the_call_before_is_not_counted_in_this_one() -> None:
    """LiveKit's answer about the old call comes when the room was stopped and started again."""
    room = a_room()
    async with house_of(room) as house:
        room = await house.opened(room)
        house.watch.expect(room.id, TOKEN_SECONDS)
        late = house.media.hang("participants")
        look = asyncio.create_task(house.watch.look())
        await until(lambda: house.media.count("participants") == 1)
        await house.intent.stop(room.id)
        await house.intent.start(room.id)
        await house.reconciler.settled(room.id)
        house.media.inside[room.call] = [a_person("ann")]
        late.set()
        await look
        assert state(house, room) is State.READY


async def test_a_thousand_rooms_are_not_looked_into_at_once() -> None:
    rooms = [a_room(slug=f"room-{n}") for n in range(module.LOOKS_AT_ONCE + 5)]
    async with house_of(*rooms) as house:
        await asyncio.gather(*(house.reconciler.settled(room.id) for room in rooms))
        for room in rooms:
            house.watch.expect(room.id, TOKEN_SECONDS)
        gate = house.media.hang("participants")
        look = asyncio.create_task(house.watch.look())
        await house.idle()
        assert house.media.count("participants") == module.LOOKS_AT_ONCE
        gate.set()
        await look
        assert house.media.count("participants") == len(rooms)


async def test_wrong_rights_and_people_beyond_the_cap_wake_the_room() -> None:
    room = a_room(policy=replace(TEAM, max=1))
    async with house_of(room) as house:
        room = await house.opened(room)
        await house.admission.admit(room, Knock("ann"))
        nothing = Permissions(frozenset(), data=False, hidden=False)
        house.media.inside[room.call] = [a_person("ann", may=nothing), a_person("eve", joined=1)]
        await house.watch.look()
        await house.idle()
        assert house.media.inside[room.call] == [a_person("ann")]


async def test_a_failed_look_at_people_keeps_what_was_known() -> None:
    room = a_room()
    async with house_of(room) as house:
        room = await house.opened(room)
        house.roster.apply(room.id, room.call, [a_person("ann")])
        house.media.errors["participants"] = MediaServerDown("away")
        await house.watch.look()
        assert state(house, room) is State.LIVE


async def test_livekits_return_heals_at_once_and_not_at_the_next_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SWEEP_SECONDS", 3600)
    room = a_room()
    async with house_of(room) as house:
        lost = house.media.hang("lost")
        await house.watch.start()
        await until(lambda: house.media.held)
        house.media.held.clear()
        house.media.errors["calls"] = MediaServerDown("away")
        lost.set()
        house.media.hang("lost")
        await until(lambda: state(house, room) is State.CHECK)
        asked = house.media.count("calls")
        await until(lambda: house.media.count("calls") > asked + 3)
        assert house.media.held == {}
        house.media.errors.clear()
        await until(lambda: house.media.held)


async def test_a_server_that_is_back_before_anybody_asked_is_healed_by_the_first_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SWEEP_SECONDS", 3600)
    room = a_room()
    async with house_of(room) as house:
        lost = house.media.hang("lost")
        await house.watch.start()
        await until(lambda: house.media.held)
        asked = house.media.count("calls")
        house.media.held.clear()
        lost.set()
        house.media.hang("lost")
        await until(lambda: house.media.held)
        assert house.media.count("calls") == asked + 1


async def test_a_long_outage_is_asked_after_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SWEEP_SECONDS", 3600)
    monkeypatch.setattr(module, "PATIENCE", ((60, 0.001), (float("inf"), 1800)))
    slept: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        slept.append(seconds)
        await sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", noted)
    async with house_of(a_room()) as house:
        house.media.errors["calls"] = MediaServerDown("away")
        await house.watch.start()
        await until(lambda: house.media.count("calls") > 5)
        assert 1800 not in slept
        house.clock.now += 60
        await until(lambda: 1800 in slept)


async def test_a_server_that_refuses_our_key_is_not_asked_in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is there: nothing will be back in a moment."""
    monkeypatch.setattr(module, "SWEEP_SECONDS", 3600)
    async with house_of(a_room()) as house:
        lost = house.media.hang("lost")
        house.media.errors["calls"] = MediaServerRefused("wrong secret")
        await house.watch.start()
        await until(lambda: house.media.count("calls") == 1)
        lost.set()
        house.media.hang("lost")
        await until(lambda: house.media.count("lost") == 2)
        assert house.media.count("calls") == 2


async def test_the_loops_outlive_whatever_happens_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SWEEP_SECONDS", "PEOPLE_SECONDS", "RETURN_SECONDS"):
        monkeypatch.setattr(module, name, 0.005)
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        await house.intent.stop(room.id)
        await house.reconciler.settled(room.id)
        await swept(house)
        house.clock.now += TOKEN_SECONDS
        house.store.error = StoreBroken("disk full")
        house.media.errors["lost"] = ZeroDivisionError("boom")  # type: ignore[assignment]
        await house.watch.start()
        sweeps, losses = house.media.count("calls"), house.media.count("lost")
        await until(lambda: house.media.count("calls") > sweeps + 2 and house.media.count("lost") > losses + 2)
        house.store.error = None
        await until(lambda: not house.store.calls())
        del house.media.errors["lost"]
        asked = house.media.count("lost")
        await until(lambda: house.media.count("lost") > asked)


async def test_where_livekit_and_the_pages_tell_a_look_is_only_the_repair() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        house.media.inside[room.call] = [a_person("page:ann")]
        await house.watch.look()
        house.watch.expect(room.id, 1000)

        async def looks(rounds: int) -> int:
            before = house.media.count("participants")
            for _ in range(rounds):
                await house.watch.look()
            return house.media.count("participants") - before

        assert await looks(3) == 3
        house.watch.heard(room.call, True)
        house.watch.reports(room.id, "page:ann")
        await until(lambda: not house.watch._looking)
        assert await looks(3) == 0
        house.clock.now += module.TOLD_SECONDS
        assert await looks(3) == 1
        house.watch.reports(room.id, "page:ann", reports=False)
        await until(lambda: not house.watch._looking)
        assert await looks(3) == 3


async def test_where_livekit_tells_those_of_many_rooms_are_looked_into_that_were_longest_ago() -> None:
    rooms = [a_room(slug=f"room-{n}") for n in range(2 * module.LOOKS_A_TURN)]
    async with house_of(*rooms) as house:
        await asyncio.gather(*(house.reconciler.settled(room.id) for room in rooms))
        for room in house.store.all():
            house.watch.expect(room.id, TOKEN_SECONDS)
            house.media.inside[room.call] = [a_person("ann", policy=room.policy)]
        await house.watch.look()
        assert house.media.count("participants") == len(rooms)
        house.clock.now += 1
        house.watch.heard(next(iter(house.store.all())).call, True)
        await until(lambda: not house.watch._looking)
        house.media.log.clear()
        for turn in (1, 2):
            house.clock.now += 1
            await house.watch.look()
            assert house.media.count("participants") == turn * module.LOOKS_A_TURN
        assert len(set(house.media.log)) == len(rooms)


async def test_what_happens_while_a_look_is_under_way_brings_another_one() -> None:
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        await house.watch.look()
        before = house.media.count("participants")
        for _ in range(50):
            house.watch.heard(room.call, True)
        house.media.inside[room.call] = [a_person("ann")]
        await until(lambda: house.roster.count(room) == 1)
        await until(lambda: not house.watch._looking)
        assert house.media.count("participants") - before <= 3


async def test_a_sweep_notices_who_was_not_told_of() -> None:
    """A webhook that was lost, of a client that is none of our pages."""
    room = a_room()
    async with house_of(room) as house:
        await house.opened(room)
        house.watch.heard(room.call, True)
        await until(lambda: not house.watch._looking)
        house.media.inside[room.call] = [a_person("ann")]
        house.media.held[room.call] = replace(house.media.held[room.call], people=1)
        await house.watch.look()
        assert house.roster.count(room) == 0
        await swept(house)
        assert house.roster.count(room) == 0  # LiveKit's count may be of before the last look
        house.clock.now += module.COUNT_SECONDS + 1
        await swept(house)
        await until(lambda: house.roster.count(room) == 1)
