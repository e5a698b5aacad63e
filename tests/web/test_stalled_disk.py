"""A disk that takes its time: presses are answered, ``/health`` says so, and what landed late is what counts."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from bridge.rooms import countdown
from bridge.store import database, writer
from tests.bridges import Bridge
from tests.rooms.fakes import FakeMedia
from tests.rooms.house import until
from tests.store.disk import Disk
from tests.web.shapes import assert_failure


@pytest.fixture
def stalled(livekit: Bridge, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """The disk of ``livekit``; callers are less patient than in life, so that the tests are short."""
    monkeypatch.setattr(countdown, "PRESS_SECONDS", 0.3)
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.3)
    disk = Disk(monkeypatch)
    yield disk
    disk.release()


async def waiting(disk: Disk) -> None:
    assert await asyncio.to_thread(disk.reached.wait, 10)


async def test_a_press_is_answered_and_lands_later(livekit: Bridge, media: FakeMedia, stalled: Disk) -> None:
    await livekit.get("/r/main/create?start=0")
    stalled.hold()
    assert_failure(await livekit.get("/r/main/start"), "store_broken", "it may still be carried out", format="text")
    assert (await livekit.get("/r/main/state")).text == "stopped\n"  # memory follows the disk
    assert not media.held
    stalled.release()
    await until(lambda: media.held)  # LiveKit follows without another press
    again = await livekit.get("/r/main/start")
    assert " changed=0 " in again.text
    (room,) = json.loads((livekit.data / "store.json").read_text())["rooms"].values()
    assert room["active"] is True


async def test_a_later_press_builds_on_the_one_under_way(livekit: Bridge, media: FakeMedia, stalled: Disk) -> None:
    await livekit.get("/r/main/create")
    stalled.hold()
    for path in ("/r/main/set?max=9", "/r/main/set?chat=0", "/r/main/stop", "/r/main/start.json"):
        format = "json" if path.endswith("json") else "text"
        assert_failure(await livekit.get(path), "store_broken", "may still be carried out", format=format)
    room = livekit.running.parts.store.by_slug("main")
    assert room
    assert room.policy.max != 9
    stalled.release()
    await until(lambda: (now := livekit.running.parts.store.get(room.id)) and now.revision == room.revision + 4)
    answer = (await livekit.get("/r/main.json")).json
    assert (answer["max_participants"], answer["allow_chat"], answer["active"]) == (9, False, True)
    now = livekit.running.parts.store.get(room.id)
    assert now
    assert now.call != room.call  # the stop between was carried out too
    await until(lambda: list(media.held) == [now.call])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("conferences/create", {"name": "New"}),
        ("conferences/update", {"max_participants": 7}),
        ("conferences/stop", {}),
        ("conferences/remove", {}),
        ("keys/rotate", {"slug": "main"}),
        ("tokens/create", {"name": "Ann"}),
    ],
)
async def test_every_writer_is_answered(livekit: Bridge, stalled: Disk, path: str, body: dict[str, object]) -> None:
    room = (await livekit.get("/r/main/create.json")).json
    stalled.hold()
    if path.startswith("conferences") and "name" not in body:
        body = {"id": room["id"]} | body
    method = "DELETE" if path.endswith("remove") else "POST"
    answer = await livekit.api(path, body, method=method)
    assert_failure(answer, "store_broken", "it may still be carried out")


async def test_health_says_that_the_disk_stalls(
    livekit: Bridge, stalled: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "STALLED_SECONDS", 0.0)
    stalled.hold()
    pressed = asyncio.create_task(livekit.get("/r/main/create"))
    await waiting(stalled)
    answer = await livekit.get("/health", key=None)
    assert answer.status == 503
    assert answer.text.startswith("ERR store_broken the disk has not taken a write for 0 s: ")
    assert "store=broken" in answer.text
    assert "nothing was changed" not in answer.text
    stalled.release()
    await pressed
    await livekit.get("/r/main/start")
    assert (await livekit.get("/health", key=None)).status == 200


async def test_disk_and_livekit_share_the_time_of_a_press(
    livekit: Bridge, media: FakeMedia, stalled: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock:
        now = 0.0

        def monotonic(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(countdown, "time", clock)
    monkeypatch.setattr(countdown, "PRESS_SECONDS", 2.5)
    await livekit.get("/r/main/create?start=0")
    media.hang("open")
    stalled.hold()
    pressed = asyncio.create_task(livekit.get("/r/main/start"))
    await waiting(stalled)
    clock.now = 2.4
    stalled.release()
    assert_failure(await pressed, "media_server_timeout", "within 0.2 s", format="text")
