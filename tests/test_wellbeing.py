"""Whether the bridge is well, as a console is told: what is known at once, what is examined a little later."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge import wellbeing
from bridge.errors import MediaServerDown
from bridge.ops.rounds import rounds
from bridge.wellbeing import Check
from tests.bridges import bridge_on
from tests.fakes import bridge_over
from tests.rooms.fakes import FakeMedia
from tests.rooms.house import until
from tests.web.consoles import Console, console


class Doctor:
    """What is examined, and how often it was."""

    def __init__(self, *found: Check) -> None:
        self.found, self.visits, self.may = found, 0, threading.Event()
        self.may.set()

    def __call__(self, data: Path) -> Iterator[Check]:
        self.visits += 1
        found = self.found
        self.may.wait(20)
        yield from found


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wellbeing, "KNOWN_SECONDS", 0.02)
    monkeypatch.setattr(wellbeing, "PAUSE_SECONDS", 0.02)


async def hears(page: Console, name: str, **wanted: str) -> dict[str, Any]:
    """The first that is told of this check in which this stands."""
    while True:
        for check in (await page.hears("checks"))["checks"]:
            if check["name"] == name and wanted.items() <= check.items():
                return dict(check)


async def test_what_is_known_is_told_at_once_and_when_it_changes(tmp_path: Path) -> None:
    async with bridge_over(FakeMedia(), tmp_path) as bridge:
        observed = bridge.running.parts.observed
        async with console(bridge) as page:
            assert (await hears(page, "LiveKit"))["state"] == "ok"
            observed.asked_server(MediaServerDown("LiveKit is away", "start it"))
            assert await hears(page, "LiveKit", state="bad") == {
                "name": "LiveKit",
                "state": "bad",
                "text": "LiveKit is away",
                "fix": "start it",
            }
            observed.asked_server(None)
            await hears(page, "LiveKit", state="ok")


async def test_what_is_examined_is_told_too_and_the_worse_word_counts(tmp_path: Path) -> None:
    found = Check("store", "warn", "the disk is old", "buy another"), Check("ports", "ok", "free")
    async with bridge_on(tmp_path, examine=Doctor(*found)) as bridge, console(bridge) as page:
        assert (await hears(page, "store"))["state"] == "ok"
        assert await hears(page, "store", state="warn") == {
            "name": "store",
            "state": "warn",
            "text": "the disk is old",
            "fix": "buy another",
        }
        names = [check.name for check in bridge.running.parts.wellbeing.checks]
        assert names == ["LiveKit", "store", "ports"]


async def test_what_was_examined_before_a_change_is_examined_anew(tmp_path: Path) -> None:
    doctor = Doctor(Check("LiveKit", "bad", "it is away"))
    async with bridge_over(FakeMedia(), tmp_path, examine=doctor) as bridge, console(bridge) as page:
        observed = bridge.running.parts.observed
        await hears(page, "LiveKit", state="bad", text="it is away")
        doctor.may.clear()
        visits = doctor.visits
        observed.asked_server(MediaServerDown("LiveKit is away"))
        await hears(page, "LiveKit", text="LiveKit is away")
        await until(lambda: doctor.visits > visits)
        observed.asked_server(None)
        await hears(page, "LiveKit", state="ok")
        doctor.found = ()
        doctor.may.set()
        await until(lambda: doctor.visits > visits + 1)
        assert [check.state for check in bridge.running.parts.wellbeing.checks if check.name == "LiveKit"] == ["ok"]


async def test_nothing_is_examined_while_nobody_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wellbeing, "EXAMINED_SECONDS", 0.02)
    doctor = Doctor()
    async with bridge_on(tmp_path, examine=doctor) as bridge:
        looked = bridge.running.parts.wellbeing
        async with console(bridge) as page, console(bridge) as other:
            await hears(page, "store")
            await hears(other, "store")
            await until(lambda: doctor.visits >= 2)
        await until(lambda: looked._task is None)
        visits = doctor.visits
        await asyncio.sleep(0.1)
        assert doctor.visits == visits
        async with console(bridge) as page:
            await until(lambda: doctor.visits > visits)


async def test_one_examination_goes_on_at_a_time_and_one_that_breaks_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(wellbeing, "EXAMINED_SECONDS", 0.02)

    def broken(data: Path) -> Iterator[Check]:
        raise RuntimeError("no")

    async with bridge_on(tmp_path / "one", examine=broken) as bridge, console(bridge) as page:
        await hears(page, "store", state="ok")
        await until(lambda: caplog.text.count("cannot be examined") >= 2)
    doctor = Doctor()
    doctor.may.clear()
    async with bridge_on(tmp_path / "two", examine=doctor) as bridge, console(bridge) as page:
        await hears(page, "store")
        await asyncio.sleep(0.1)
        assert doctor.visits == 1
        doctor.may.set()
        await until(lambda: doctor.visits > 1)


async def test_it_is_the_doctor_who_looks(tmp_path: Path) -> None:
    async with bridge_on(tmp_path, examine=rounds) as bridge, console(bridge) as page:
        folder = await hears(page, "data folder", state="ok")
        assert str(tmp_path) in folder["text"]
        names = {check.name for check in bridge.running.parts.wellbeing.checks}
        assert {"service", "file rights", "secret", "token", "LiveKit server here"} <= names
        assert not [name for name in names if name.startswith("setting ") or name == "Go"]
