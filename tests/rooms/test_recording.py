"""What is recorded, from when to when, whatever the recorder does; nothing waits for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.errors import NoRecorder, RoomStopped, StoreBroken
from bridge.rooms import recording, recording_run
from bridge.rooms.model import PRESETS, Part, Recorded, RecordingState, Role, Room
from bridge.rooms.recording import Standing
from bridge.rooms.recording_run import DEFECT, LONGEST, SILENT, Means
from tests.recorders.standin import BYTES, StandIn
from tests.rooms.fakes import TEAM, FakeRecordings, a_person, a_room
from tests.rooms.house import House, house_of, until

RECORDED = PRESETS["recorded"]
OFF, ARMED, STARTING, ON, STOPPING, FAILED, UNAVAILABLE = (
    RecordingState[name] for name in ("OFF", "ARMED", "STARTING", "ON", "STOPPING", "FAILED", "UNAVAILABLE")
)


@pytest.fixture(autouse=True)
def hardly_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_run, "GRACE_SECONDS", 0.01)
    monkeypatch.setattr(recording_run, "DISK_SECONDS", 0.01)
    monkeypatch.setattr(recording, "CLOSE_SECONDS", 0.05)
    monkeypatch.setattr(recording, "MISSING_SECONDS", 0.0)


@pytest.fixture
def recorder(tmp_path: Path) -> StandIn:
    return StandIn(tmp_path)


def means(recorder: StandIn, backoff: float = 0.0, patience: float = 30.0) -> Means:
    return Means(recorder, longest=3600.0, backoff=(0.0, backoff), patience=patience)


@asynccontextmanager
async def house_with(
    recorder: StandIn, *rooms: Room, backoff: float = 0.0, patience: float = 30.0
) -> AsyncIterator[House]:
    async with house_of(*rooms, means=means(recorder, backoff, patience)) as house:
        house.recording.start()
        for room in rooms:
            if room.active:
                await house.opened(room)
        yield house


def a_recorded_room(**options: bool | str) -> Room:
    return a_room(policy=RECORDED, **options)  # type: ignore[arg-type]


async def inside(house: House, room: Room, *people: str, role: Role = Role.SPEAKER) -> None:
    """These people, and nobody else."""
    room = now(house, room)
    house.media.inside[room.call] = [a_person(one, role, policy=room.policy) for one in people]
    await house.reconciler.settled(room.id)


def now(house: House, room: Room) -> Room:
    found = house.store.get(room.id)
    assert found
    return found


def standing(house: House, room: Room) -> Standing:
    return house.recording.of(now(house, room))


async def becomes(house: House, room: Room, state: RecordingState) -> None:
    await until(lambda: standing(house, room).state is state)


def the_only_one(house: House) -> Recorded:
    (recorded,) = house.recordings.of_owner("a" * 24)
    return recorded


async def test_it_begins_with_the_first_speaker_and_ends_with_the_room(recorder: StandIn, tmp_path: Path) -> None:
    room = a_recorded_room()
    async with house_with(recorder, room) as house:
        await inside(house, room, "guest", role=Role.GUEST)
        assert (standing(house, room).state, recorder.log) == (ARMED, [])
        await inside(house, room, "guest", "ann")
        await becomes(house, room, ON)
        before, with_handle = house.recordings.written
        (part,) = before.parts
        assert (before.by, before.mode, before.call, before.ended) == ("browser", "speaker", now(house, room).call, 0)
        assert part == Part("main/1970-01-01T00-16-40Z.webm")
        assert with_handle.parts == (replace(part, handle=f"handle of {part.file}"),)
        await house.presses.stop(room)
        await becomes(house, room, ARMED)
        recorded = the_only_one(house)
        assert (recorded.ended, recorded.reason) == (house.clock.ms(), "")
        assert [(one.bytes, one.seconds) for one in recorded.parts] == [(len(BYTES), 2.0)]
        assert (tmp_path / part.file).read_bytes() == BYTES


async def test_what_the_studio_made_a_speaker_begins_it_too(recorder: StandIn) -> None:
    room = a_recorded_room()
    async with house_with(recorder, room) as house:
        await inside(house, room, "guest", role=Role.GUEST)
        await house.floor.promote(now(house, room), "guest")
        await house.watch.look()
        await becomes(house, room, ON)


async def test_an_empty_minute_ends_it_and_the_next_speaker_begins_another(recorder: StandIn) -> None:
    room = a_recorded_room()
    async with house_with(recorder, room) as house:
        await inside(house, room, "ann")
        await becomes(house, room, ON)
        await inside(house, room)
        house.clock.now += 59
        await inside(house, room, "ann")
        house.clock.now += 59
        await inside(house, room)
        await house.idle()
        assert standing(house, room).state is ON
        house.clock.now += 60
        house.changes.tell(room.id)
        await becomes(house, room, ARMED)
        await inside(house, room, "ann")
        await becomes(house, room, ON)
        second, first = house.recordings.of_owner("a" * 24)
        assert (bool(first.ended), second.ended, first.reason) == (True, 0, "")


async def test_by_hand_it_begins_at_once_and_goes_on_in_an_empty_room_until_it_is_stopped(recorder: StandIn) -> None:
    room = a_room()
    async with house_with(recorder, room) as house:
        assert standing(house, room).state is OFF
        assert await house.recording.ask(now(house, room))
        assert standing(house, room).state is STARTING  # the press's own answer says so
        assert not await house.recording.ask(now(house, room))
        await becomes(house, room, ON)
        house.clock.now += 120
        house.changes.tell(room.id)
        await house.idle()
        assert standing(house, room).state is ON
        assert await house.recording.stop(now(house, room))
        assert standing(house, room).state is STOPPING
        assert not await house.recording.stop(now(house, room))
        await becomes(house, room, OFF)
        assert the_only_one(house).ended


async def test_stopped_by_hand_it_stays_so_until_it_is_asked_for_or_the_room_is_started_again(
    recorder: StandIn,
) -> None:
    room = a_recorded_room()
    async with house_with(recorder, room) as house:
        await inside(house, room, "ann")
        await becomes(house, room, ON)
        assert await house.recording.stop(now(house, room))
        await becomes(house, room, OFF)
        await inside(house, room, "ann", "bob")
        await house.idle()
        assert standing(house, room).state is OFF
        assert await house.recording.ask(now(house, room))
        await becomes(house, room, ON)
        assert await house.recording.stop(now(house, room))
        await house.presses.stop(room)
        await house.presses.start(room)
        await becomes(house, room, ARMED)
        await inside(house, room, "ann")
        await becomes(house, room, ON)


@pytest.mark.parametrize("how", ["remove", "policy"])
async def test_it_ends_with_the_room_or_the_policy(recorder: StandIn, how: str) -> None:
    room = a_recorded_room()
    async with house_with(recorder, room) as house:
        await inside(house, room, "ann")
        await becomes(house, room, ON)
        if how == "remove":
            await house.presses.remove(room)
        else:
            await house.presses.set(room, policy={"record": False})
        await until(lambda: the_only_one(house).ended)
        assert not recorder.running


async def test_a_part_that_ends_by_itself_is_followed_by_the_next_one_at_once(recorder: StandIn) -> None:
    room = a_recorded_room()
    async with house_with(recorder, room, backoff=3600) as house:
        await inside(house, room, "ann")
        await becomes(house, room, ON)
        recorder.ends()
        await until(lambda: len(the_only_one(house).parts) == 2 and the_only_one(house).parts[1].handle)
        assert standing(house, room) == Standing(ON)
        await house.presses.stop(room)
        await until(lambda: the_only_one(house).ended)
        files = [part.file for part in the_only_one(house).parts]
        assert files == ["main/1970-01-01T00-16-40Z.webm", "main/1970-01-01T00-16-40Z-2.webm"]
        assert [part.bytes for part in the_only_one(house).parts] == [len(BYTES)] * 2
        assert the_only_one(house).reason == ""


async def test_a_recorder_that_fails_is_tried_again_and_said_to_have_failed_after_three_times(
    recorder: StandIn,
) -> None:
    room = a_recorded_room()
    recorder.fails("There is no browser.")
    async with house_with(recorder, room, backoff=0.001) as house:
        await inside(house, room, "ann")
        await becomes(house, room, FAILED)
        assert standing(house, room) == Standing(FAILED, "recorder_failed", "There is no browser.")
        tried = len(recorder.log)
        await until(lambda: len(recorder.log) > tried + 2)
        recorder.errors.clear()
        await becomes(house, room, ON)
        assert len(the_only_one(house).parts) == 1  # those without a byte are none
        house.clock.now += 30
        recorder.fails("There is no browser.")
        recorder.ends("It crashed.")
        await becomes(house, room, FAILED)
        await house.presses.stop(room)
        await becomes(house, room, ARMED)
        assert (the_only_one(house).reason, len(the_only_one(house).parts)) == ("There is no browser.", 1)


async def test_a_defect_of_the_recorder_is_a_failure_and_no_more(
    recorder: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    room = a_recorded_room()
    recorder.errors = {"start": KeyError("x"), "stop": KeyError("y")}
    async with house_with(recorder, room) as house:
        await inside(house, room, "ann")
        await becomes(house, room, FAILED)
        assert standing(house, room).why == DEFECT
        await house.presses.stop(room)
        await becomes(house, room, ARMED)
    assert "recording main failed" in caplog.text


@pytest.mark.parametrize("deaf", [False, True])
@pytest.mark.parametrize("method", ["start", "stop"])
async def test_a_recorder_that_hangs_holds_nothing_up(recorder: StandIn, method: str, deaf: bool) -> None:
    room = a_recorded_room()
    recorder.hangs, recorder.deaf = {method}, deaf
    async with house_with(recorder, room, backoff=3600, patience=0.05) as house:
        await inside(house, room, "ann")
        await until(lambda: recorder.log)
        await house.presses.stop(room)
        await becomes(house, room, ARMED)
        assert the_only_one(house).ended
        recorder.hangs = set()


async def test_a_recorder_that_does_not_answer_has_failed(recorder: StandIn) -> None:
    room = a_recorded_room()
    recorder.hangs = {"start"}
    async with house_with(recorder, room, patience=0.01) as house:
        await inside(house, room, "ann")
        await becomes(house, room, FAILED)
        assert standing(house, room).why == SILENT


async def test_beyond_at_once_a_room_waits_and_whoever_waits_longest_is_next(recorder: StandIn) -> None:
    rooms = [a_recorded_room(slug=slug) for slug in ("one", "two", "three", "four")]
    async with house_with(recorder, *rooms) as house:
        for room in rooms:
            await inside(house, room, "ann")
        await becomes(house, rooms[0], ON)
        assert [standing(house, room) for room in rooms[1:]] == [Standing(ARMED, "recorder_busy")] * 3
        await house.presses.stop(rooms[1])
        await until(lambda: standing(house, rooms[1]) == Standing(ARMED))
        await house.presses.stop(rooms[0])
        await becomes(house, rooms[2], ON)
        assert standing(house, rooms[3]).reason == "recorder_busy"
        assert len(house.recordings.of_owner("a" * 24)) == 2


async def test_one_that_goes_on_for_too_long_is_ended_and_another_one_begins(recorder: StandIn) -> None:
    room = a_recorded_room()
    async with house_with(recorder, room) as house:
        await inside(house, room, "ann")
        await becomes(house, room, ON)
        house.clock.now += 3600
        house.changes.tell(room.id)
        await until(lambda: len(house.recordings.of_owner("a" * 24)) == 2)
        await becomes(house, room, ON)
        second, first = house.recordings.of_owner("a" * 24)
        assert (first.reason, second.ended) == (LONGEST, 0)


async def test_two_of_one_second_have_files_of_their_own(recorder: StandIn) -> None:
    room = a_room()
    async with house_with(recorder, room) as house:
        for _ in range(3):
            await house.recording.ask(now(house, room))
            await becomes(house, room, ON)
            await house.recording.stop(now(house, room))
            await becomes(house, room, OFF)
        files = [one.parts[0].file for one in house.recordings.of_owner("a" * 24)]
        assert len(set(files)) == 3


async def test_it_is_written_down_however_long_the_disk_refuses(recorder: StandIn) -> None:
    room = a_recorded_room()
    async with house_with(recorder, room) as house:
        house.recordings.error = StoreBroken("the disk is full")
        await inside(house, room, "ann")
        await house.idle()
        assert (standing(house, room).state, recorder.log) == (STARTING, [])
        house.recordings.error = None
        await becomes(house, room, ON)


async def test_without_a_recorder_it_is_unavailable_and_says_why(recorder: StandIn) -> None:
    room, other = a_recorded_room(), a_room(slug="other")
    async with house_of(room, other, means=Means(missing="There is no browser.")) as house:
        house.recording.start()
        for one in (room, other):
            await house.opened(one)
        await inside(house, room, "ann")
        assert standing(house, room) == Standing(UNAVAILABLE, why="There is no browser.")
        assert standing(house, other).state is OFF
        for press in (house.recording.ask, house.recording.stop):
            for one in (room, other):
                with pytest.raises(NoRecorder, match="There is no browser"):
                    await press(now(house, one))


async def test_a_recorder_that_lacks_something_says_so_and_begins_once_it_is_there(recorder: StandIn) -> None:
    room = a_recorded_room()
    recorder.lacks = "The disk is full."
    async with house_with(recorder, room) as house:
        await inside(house, room, "ann")
        assert standing(house, room) == Standing(UNAVAILABLE, why="The disk is full.")
        assert (await house.presses.start(room)).warnings == ("recording_unavailable",)
        recorder.lacks = ""
        house.clock.now += 1
        assert (await house.presses.start(room)).warnings == ()
        await inside(house, room, "ann", "bob")
        await becomes(house, room, ON)
        recorder.lacks = "The disk is full."
        assert await house.recording.stop(now(house, room))
        await becomes(house, room, OFF)


async def test_a_stopped_room_is_not_recorded(recorder: StandIn) -> None:
    room = a_room(active=False)
    async with house_with(recorder, room) as house:
        with pytest.raises(RoomStopped):
            await house.recording.ask(room)
        assert not await house.recording.stop(room)
        assert standing(house, room).state is OFF


@asynccontextmanager
async def after_a_restart(recorder: StandIn, room: Room, *, stopped: bool = False) -> AsyncIterator[House]:
    """While a recording ran, the bridge was ended; ``stopped``: so was the room before the next one started."""
    async with house_with(recorder, room) as before:
        await inside(before, room, "ann")
        await becomes(before, room, ON)
    assert not the_only_one(before).ended
    recorder.log.clear()
    if stopped:
        await before.store.save(replace(now(before, room), active=False, call=""))
    async with house_of(means=means(recorder), recordings=before.recordings, store=before.store) as house:
        house.recording.start()
        yield house


async def test_after_a_restart_what_runs_goes_on(recorder: StandIn) -> None:
    room = a_recorded_room()
    recorder.found = True
    async with after_a_restart(recorder, room) as house:
        await becomes(house, room, ON)
        assert [entry.split()[0] for entry in recorder.log] == ["find"]
        await house.presses.stop(room)
        await until(lambda: the_only_one(house).ended)
        assert len(the_only_one(house).parts) == 1


async def test_after_a_restart_the_next_part_follows_what_does_not_run_any_more(recorder: StandIn) -> None:
    room = a_recorded_room()
    async with after_a_restart(recorder, room) as house:
        await until(lambda: len(recorder.log) == 2)
        await house.opened(now(house, room))
        assert standing(house, room).state is ARMED  # nobody knows yet who is inside
        await inside(house, room, "ann")
        await becomes(house, room, ON)
        assert [entry.split()[0] for entry in recorder.log] == ["find", "stop", "start"]
        first, second = the_only_one(house).parts
        assert (first.bytes, second.file) == (len(BYTES), "main/1970-01-01T00-16-40Z-2.webm")


async def test_after_a_restart_an_empty_room_gets_no_further_part(recorder: StandIn) -> None:
    room = a_recorded_room()
    async with after_a_restart(recorder, room) as house:
        await house.opened(now(house, room))
        await until(lambda: len(recorder.log) == 2)
        house.clock.now += 60
        house.changes.tell(room.id)
        await until(lambda: the_only_one(house).ended)
        assert (len(the_only_one(house).parts), len(recorder.log)) == (1, 2)


@pytest.mark.parametrize("found", [False, True])
async def test_after_a_restart_what_nobody_wants_any_more_is_ended(recorder: StandIn, found: bool) -> None:
    room = a_recorded_room()
    recorder.found = found
    async with after_a_restart(recorder, room, stopped=True) as house:
        await until(lambda: the_only_one(house).ended)
        assert "start" not in str(recorder.log)
        assert (len(the_only_one(house).parts), the_only_one(house).parts[0].bytes) == (1, len(BYTES))
        assert not recorder.running or not found


async def test_after_a_restart_a_recorder_that_cannot_find_is_asked_for_the_next_part(recorder: StandIn) -> None:
    room = a_recorded_room()
    recorder.errors = {"find": KeyError("x")}
    async with after_a_restart(recorder, room) as house:
        await house.opened(now(house, room))
        await inside(house, room, "ann")
        await becomes(house, room, ON)
        assert len(the_only_one(house).parts) == 2


async def test_after_a_restart_without_its_recorder_it_is_over(recorder: StandIn) -> None:
    room = a_recorded_room()
    recorded = Recorded("1" * 24, room.id, room.owner, "main", "Main", room.call, RECORDED.mode, "egress", 5)
    recordings = FakeRecordings()
    await recordings.add(recorded)
    for what in (Means(missing="off"), means(recorder)):
        async with house_of(room, means=what, recordings=recordings) as house:
            house.recording.start()
            await until(lambda: the_only_one(house).ended)
            assert "without its recorder" in the_only_one(house).reason
            await recordings.add(recorded)


async def test_a_policy_of_another_mode_counts_for_the_next_one(recorder: StandIn) -> None:
    room = a_room(policy=replace(TEAM, record=True))
    async with house_with(recorder, room) as house:
        await inside(house, room, "ann")
        await becomes(house, room, ON)
        await house.presses.set(room, policy={"mode": RECORDED.mode})
        await house.idle()
        assert (standing(house, room).state, the_only_one(house).mode) == (ON, "grid")
