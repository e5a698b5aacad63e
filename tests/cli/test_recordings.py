"""``vmix-bridge recordings``."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bridges import Bridge
from tests.cli.commands import as_json, done, refused, run
from tests.fakes import bridge_over
from tests.recorders.standin import BYTES, StandIn
from tests.rooms.fakes import FakeMedia
from tests.rooms.house import until


@pytest.fixture
def recorder(tmp_path: Path) -> StandIn:
    return StandIn(tmp_path / "data" / "recordings")


@pytest.fixture
async def bridge(recorder: StandIn, tmp_path: Path) -> AsyncIterator[Bridge]:
    async with bridge_over(FakeMedia(), tmp_path / "data", recorder=recorder) as bridge:
        yield bridge


async def test_recordings_are_listed_shown_played_and_erased(bridge: Bridge, recorder: StandIn) -> None:
    await done(bridge, "rooms", "create", "main")
    await done(bridge, "rooms", "create", "side")
    await bridge.get("/r/main/record/start")
    await until(lambda: recorder.running)
    (row,) = await as_json(bridge, "recordings", "list")
    assert "still_recording" in await refused(bridge, 1, "recordings", "remove", row["id"])
    await bridge.get("/r/main/record/stop")
    archive = bridge.running.parts.archive
    await until(lambda: archive.get(bridge.owner, row["id"]).ended)

    lines = (await done(bridge, "recordings", "list", "main")).splitlines()
    assert [line.split()[:2] for line in lines if line.strip()][2:] == [[row["id"], "main"]]
    assert await as_json(bridge, "recordings", "list", "side") == []
    assert "bytes: 1024" in await done(bridge, "recordings", "show", row["id"])
    url = (await done(bridge, "recordings", "open", row["id"], "--no-open")).strip()
    async with bridge.http.get(f"{url}/1.webm") as file:
        assert await file.read() == BYTES

    assert row["id"] in await done(bridge, "recordings", "remove", row["id"])
    said = await refused(bridge, 1, "recordings", "open", row["id"])
    assert said.rstrip().endswith("see them with: vmix-bridge recordings list")


async def test_what_can_be_read_nowhere_is_said(bridge: Bridge, recorder: StandIn) -> None:
    await done(bridge, "rooms", "create", "main")
    await bridge.get("/r/main/record/start")
    await until(lambda: recorder.running)
    (row,) = await as_json(bridge, "recordings", "list")
    for file in recorder.folder.rglob("*.webm"):
        file.unlink()
    shown = await run(bridge, "recordings", "open", row["id"], "--no-open")
    assert "can be read on this machine" in shown.stderr
