"""What the doctor says of a Companion that is to be told of changes."""

import asyncio
from pathlib import Path

import pytest

from bridge.companion import BEAT
from bridge.ops.doctor import examine, healthy
from bridge.ops.finding import Finding
from tests.companion.standin import StandIn, serving
from tests.ops.test_doctor import write_config
from tests.ports import free_port


async def said(folder: Path, url: str) -> list[Finding]:
    write_config(folder, f'[companion]\nurl = "{url}"\n')
    found = await asyncio.to_thread(examine, folder)
    assert healthy(found)
    return [finding for finding in found if finding.what.startswith("Companion")]


async def test_where_none_is_named_none_is_asked(folder: Path) -> None:
    assert await said(folder, "") == []


async def test_a_companion_that_is_away(folder: Path) -> None:
    (finding,) = await said(folder, f"http://127.0.0.1:{free_port()}")
    assert finding.level == "warn"
    assert "nothing answers there" in finding.detail


async def test_setup_that_was_not_pressed(folder: Path) -> None:
    async with serving(StandIn()) as url:
        (finding,) = await said(folder, url)
    assert finding.level == "warn"
    assert finding.detail == "SETUP was not pressed there"


@pytest.mark.parametrize("rooms", [["main-stage"], []])
async def test_which_rooms_have_keys_there(folder: Path, rooms: list[str]) -> None:
    companion = StandIn()
    companion.setup(*rooms)
    async with serving(companion) as url:
        (finding,) = await said(folder, url)
    assert finding.level == "ok"
    assert finding.detail == f"it has keys of {'main-stage' if rooms else 'no room'}"
    assert ("for keys of main-stage" in finding.todo) is (not rooms)
    assert companion.custom[BEAT] == "0", "nothing is changed"


async def test_an_api_that_is_switched_off(folder: Path) -> None:
    companion = StandIn()
    companion.status = 403
    async with serving(companion) as url:
        (finding,) = await said(folder, url)
    assert "its HTTP API is switched off" in finding.detail
