"""What a Companion is told: every change at once, everything after it was started again, and never too much."""

import asyncio
import email.utils
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.companion import BEAT, TOLD, RoomCard, page, variable
from bridge.companion_api import client, push
from bridge.rooms.grants import MICROPHONE
from bridge.rooms.ports import Track
from tests.bridges import Bridge
from tests.companion.reader import Deck, read
from tests.companion.standin import StandIn, serving
from tests.companion.test_page import STATE
from tests.fakes import bridge_over
from tests.ports import free_port
from tests.rooms.fakes import FakeMedia, a_person
from tests.rooms.house import until

MAIN = variable("main")


@pytest.fixture
def companion() -> StandIn:
    return StandIn()


@pytest.fixture
def media() -> FakeMedia:
    return FakeMedia()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heartbeats and tries follow one another at once."""
    monkeypatch.setattr(push, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(push, "PATIENCE", (0.02,))


@asynccontextmanager
async def pushing(companion: StandIn, media: FakeMedia, data: Path, *slugs: str) -> AsyncIterator[Bridge]:
    """A bridge with these rooms that pushes to it; SETUP was pressed for them."""
    async with serving(companion) as url, bridge_over(media, data, companion={"url": [url]}) as bridge:
        companion.setup(*slugs)
        for slug in slugs:
            await bridge.get(f"/r/{slug}/create?seats=host&start=0")
        yield bridge


async def test_every_change_arrives_with_what_keys_show(
    companion: StandIn, media: FakeMedia, tmp_path: Path, quick: None
) -> None:
    async with pushing(companion, media, tmp_path, "main") as bridge:
        await companion.shows(state="stopped", name="main", says="STOPPED")
        await bridge.get("/r/main/start")
        await companion.shows(state="ready", people="0")
        await bridge.get("/r/main/title?seat=host&text=Dr.%20Anna")
        await companion.shows(host_name="Dr. Anna", host_says="EMPTY")
        room = bridge.running.parts.store.by_slug("main")
        assert room
        track = Track("TR_1", MICROPHONE, muted=False)
        media.inside[room.call] = [replace(a_person("ann"), tracks=(track,))]
        bridge.running.parts.watch.look_soon(room.id)
        await companion.shows(state="live", people="1", says="LIVE 1")
        await bridge.get("/r/main/stop")
        await companion.shows(state="stopped")


async def test_the_page_shows_it_and_the_heartbeat_keeps_it_fresh(
    companion: StandIn, media: FakeMedia, tmp_path: Path, quick: None
) -> None:
    async with pushing(companion, media, tmp_path, "main") as bridge:
        await bridge.get("/r/main/start")
        await companion.shows(state="ready")
        deck = Deck(read(page([RoomCard("main", "main", "http://b", "k")])), dict(companion.custom), int(time.time()))
        assert deck.shows(*STATE).text == "main\nREADY"
        beats = companion.count(f"POST {BEAT}")
        await until(lambda: companion.count(f"POST {BEAT}") > beats + 2)
        assert abs(int(companion.custom[BEAT]) - time.time()) < 5


@pytest.mark.parametrize("again", ["restart", "setup"])
async def test_everything_is_told_again_after_a_restart_and_after_setup(
    companion: StandIn, media: FakeMedia, tmp_path: Path, quick: None, again: str
) -> None:
    async with pushing(companion, media, tmp_path, "one", "two") as bridge:
        await bridge.get("/r/one/start")
        for slug, state in (("one", "ready"), ("two", "stopped")):
            await companion.shows(slug, state=state)
        companion.restart() if again == "restart" else companion.setup("one", "two", "three")
        await companion.shows("one", state="ready")
        await companion.shows("two", state="stopped")


async def test_nothing_is_said_twice(companion: StandIn, media: FakeMedia, tmp_path: Path, quick: None) -> None:
    async with pushing(companion, media, tmp_path, "main") as bridge:
        await companion.shows(state="stopped")
        told, beats = companion.count(f"POST {MAIN}"), companion.count(f"POST {BEAT}")
        for _ in range(20):
            bridge.running.parts.changes.tell("")
            await asyncio.sleep(0)
        await until(lambda: companion.count(f"POST {BEAT}") > beats + 3)
        assert companion.count(f"POST {MAIN}") == told


async def test_without_setup_nothing_is_sent_but_the_question_whether_it_was_pressed(
    companion: StandIn, media: FakeMedia, tmp_path: Path, quick: None, caplog: pytest.LogCaptureFixture
) -> None:
    async with pushing(companion, media, tmp_path) as bridge:
        companion.custom.clear()
        await bridge.get("/r/main/create")
        companion.log.clear()
        await until(lambda: len(companion.log) > 3)
        assert set(companion.log) == {f"GET {TOLD}"}
        companion.setup("main")
        await companion.shows(state="ready")
    assert "press SETUP" in caplog.text


async def test_a_room_that_no_page_shows_is_tried_once(
    companion: StandIn, media: FakeMedia, tmp_path: Path, quick: None
) -> None:
    async with pushing(companion, media, tmp_path, "main") as bridge:
        await bridge.get("/r/other/create?start=0")
        await until(lambda: companion.count(f"POST {variable('other')}") == 1)
        for verb in ("start", "stop"):
            await bridge.get(f"/r/other/{verb}")
            await bridge.get(f"/r/main/{verb}")
        await companion.shows(state="stopped")
        assert companion.count(f"POST {variable('other')}") == 1


async def test_a_companion_that_is_away_is_tried_again_and_told_all_when_it_is_back(
    companion: StandIn, media: FakeMedia, tmp_path: Path, quick: None, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    async with bridge_over(media, tmp_path, companion={"url": [f"http://127.0.0.1:{port}"]}) as bridge:
        await bridge.get("/r/main/create")
        await until(lambda: "is away: nothing answers there" in caplog.text)
        companion.setup("main")
        async with serving(companion, port):
            await companion.shows(state="ready")
        await bridge.api("conferences/remove", {"id": room_id(bridge)}, method="DELETE")
        async with serving(companion, port):
            await companion.shows(state="gone")
    assert caplog.text.count("is away") < 5, "it is said once each time, and not at every try"


async def test_while_it_is_away_changes_cost_no_request(
    companion: StandIn, media: FakeMedia, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(push, "BEAT_SECONDS", 0.0)
    monkeypatch.setattr(push, "PATIENCE", (600.0,))
    async with pushing(companion, media, tmp_path, "main") as bridge:
        await companion.shows(state="stopped")
        companion.status = 500
        await until(lambda: "is away" in caplog.text)
        companion.log.clear()
        for verb in ("start", "stop", "start"):
            await bridge.get(f"/r/main/{verb}")
        assert companion.log == []


@pytest.mark.parametrize(("status", "why"), [(403, "switched off"), (302, "status 302"), (500, "status 500")])
async def test_what_answers_otherwise_is_said(
    companion: StandIn, media: FakeMedia, tmp_path: Path, quick: None, status: int, why: str,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    companion.status = status
    async with pushing(companion, media, tmp_path, "main"):
        await until(lambda: why in caplog.text)


async def test_a_slow_companion_is_asked_a_few_things_at_once_and_told_only_how_things_are_now(
    companion: StandIn, media: FakeMedia, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SECONDS", 60.0)
    slugs = [f"room-{number}" for number in range(12)]
    async with pushing(companion, media, tmp_path, *slugs) as bridge:
        await asyncio.gather(*(companion.shows(slug, state="stopped") for slug in slugs))
        companion.gate = asyncio.Event()
        await bridge.get("/r/room-0/start")
        await until(lambda: companion.busy)
        companion.log.clear()
        for number in range(3):
            for slug in slugs:
                await bridge.get(f"/r/{slug}/title?seat=host&text={number}")
        assert companion.log == [], "what cannot be sent now waits as one change"
        companion.gate.set()
        await asyncio.gather(*(companion.shows(slug, host_name="2") for slug in slugs))
        assert companion.busiest <= client.AT_ONCE
        assert sum(entry.startswith("POST bridge_room") for entry in companion.log) <= 2 * len(slugs)


async def test_many_rooms_make_no_heartbeat_late(
    companion: StandIn, media: FakeMedia, tmp_path: Path, quick: None
) -> None:
    slugs = [f"room-{number}" for number in range(40)]
    async with pushing(companion, media, tmp_path, *slugs):
        await until(lambda: all("state" in companion.tile(slug) for slug in slugs))
        companion.takes = 0.01
        companion.log.clear()
        companion.restart()
        await until(lambda: all("state" in companion.tile(slug) for slug in slugs))
        told = companion.log[companion.log.index(f"POST {TOLD}") :]
        assert told[2:].index(f"POST {BEAT}") < len(slugs)


async def test_each_of_several_is_told_and_one_that_hangs_holds_up_no_other(media: FakeMedia, tmp_path: Path) -> None:
    stuck, well = StandIn(), StandIn()
    stuck.gate = asyncio.Event()
    for one in (stuck, well):
        one.setup("main")
    async with serving(stuck) as first, serving(well) as second:
        async with bridge_over(media, tmp_path, companion={"url": f"{first}, {second}"}) as bridge:
            await until(lambda: stuck.busy)
            await bridge.get("/r/main/create")
            await well.shows(state="ready")
        stuck.gate.set()


async def test_a_room_that_was_removed_is_not_left_as_it_was(
    companion: StandIn, media: FakeMedia, tmp_path: Path, quick: None
) -> None:
    async with pushing(companion, media, tmp_path, "main") as bridge:
        await companion.shows(state="stopped")
        await bridge.api("conferences/remove", {"id": room_id(bridge)}, method="DELETE")
        await companion.shows(state="gone", says="GONE")
        await bridge.get("/r/main/create")
        await companion.shows(state="ready")


async def test_time_is_told_by_companions_own_clock(
    companion: StandIn, media: FakeMedia, tmp_path: Path, quick: None
) -> None:
    ahead = 3600
    companion.date = email.utils.formatdate(time.time() + ahead, usegmt=True)
    async with pushing(companion, media, tmp_path, "main"):
        await companion.shows(state="stopped")
        for told in (int(companion.custom[BEAT]), companion.tile()["now"]):
            assert abs(told - time.time() - ahead) < 60


async def test_a_defect_ends_nothing(
    companion: StandIn, media: FakeMedia, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    async with pushing(companion, media, tmp_path, "main") as bridge:
        await companion.shows(state="stopped")
        with monkeypatch.context() as patch:
            patch.setattr("bridge.companion_api.push.variable", broken)
            await bridge.get("/r/main/start")
            await until(lambda: "pushing to Companion" in caplog.text)
        await companion.shows(state="ready")


def test_where_no_companion_is_named_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    code = """
import asyncio, sys
from pathlib import Path
from bridge.service import running
from bridge.settings import load

async def main():
    loaded = load(None, Path(sys.argv[1]), {"listen": "127.0.0.1:0", "media": "rehearsal"})
    async with running(loaded, Path(sys.argv[1])):
        print(any(name.startswith("bridge.companion_api") for name in sys.modules), len(asyncio.all_tasks()))

asyncio.run(main())
"""
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert ran.stdout.split()[0] == "False"


def room_id(bridge: Bridge) -> str:
    room = bridge.running.parts.store.by_slug("main")
    assert room
    return room.id
