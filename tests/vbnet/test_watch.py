"""The watch script over time: one poll a second, vMix told of changes only, a line for each of them."""

import logging
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bridge.rooms.model import State
from tests.fakes import bridge_over
from tests.rooms.fakes import FakeMedia

from .desk import SLUG, Desk, asked, at_desk, people_come_in
from .vmix import Vmix


def said(lines: list[str]) -> list[str]:
    return [line.split(f"watch {SLUG}: ")[1].split(":")[0] for line in lines]


async def test_it_polls_once_a_second_and_repeats_nothing(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    script = await desk.script("watch", dynamicValue="1")

    with caplog.at_level(logging.DEBUG, "bridge.access"):
        ran = await desk.vmix.press(script, polls=4)

    polls = asked(caplog)
    assert len(polls) == 4
    assert all(line.startswith("GET /r/{room} room=main-stage 200") for line in polls)
    assert [call["sleep"] for call in ran.calls if "sleep" in call] == [1000] * 4
    assert [call["Value"] for call in ran.functions] == ["Main Stage: stopped", "#9E9E9E", "stopped"]
    assert said(ran.lines) == ["stopped"]


async def test_it_follows_the_room_and_mends_what_somebody_overwrote(desk: Desk, media: FakeMedia) -> None:
    vmix = desk.vmix
    async with vmix.watching(await desk.script("watch", dynamicValue="1")) as lines:
        await vmix.told("SetDynamicValue1", "stopped")
        await desk.bridge.get(f"/r/{SLUG}/start")
        await vmix.told("SetDynamicValue1", "ready")
        people_come_in(media, desk, "ann", "bob")
        await vmix.told("SetDynamicValue1", "live")
        vmix.overwrite("Headline.Text", "something else")
        await vmix.told("SetTextColour", "#00C853", times=2)

    assert vmix.values("SetText") == [
        "Main Stage: stopped",
        "Main Stage: open",
        *["Main Stage: live, 2 inside"] * 2,
    ]
    assert vmix.values("SetDynamicValue1") == ["stopped", "ready", "live"]
    assert vmix.text("Headline.Text") == "Main Stage: live, 2 inside"
    assert (vmix.dynamic_value(1), vmix.dynamic_value(2)) == ("live", "untouched")
    assert said(lines) == ["stopped", "open, nobody inside", "live, 2 inside"]


async def test_it_outlives_a_bridge_that_goes_away_and_comes_back(media: FakeMedia, tmp_path: Path, vmix: Vmix) -> None:
    async with AsyncExitStack() as stack:
        async with at_desk(bridge_over(media, tmp_path / "data"), vmix) as desk:
            lines = await stack.enter_async_context(vmix.watching(await desk.script("watch", dynamicValue="1")))
            await vmix.told("SetDynamicValue1", "stopped")
        await vmix.told("SetDynamicValue1", "trouble")
        async with bridge_over(media, tmp_path / "data", listen=urlsplit(desk.bridge.url).netloc):
            await vmix.told("SetDynamicValue1", "stopped", times=2)
            await stack.aclose()

    assert vmix.values("SetText") == ["Main Stage: stopped", "Main Stage: BRIDGE AWAY", "Main Stage: stopped"]
    assert [line.startswith("the bridge is not running") for line in said(lines)] == [False, True, False]


async def test_a_retired_key_stays_on_the_title_however_often_it_is_tried(desk: Desk) -> None:
    vmix = desk.vmix
    script = await desk.script("watch")
    for verb in ("rotate", "retire"):
        await desk.bridge.api(f"keys/{verb}", {"slug": SLUG})

    ran = await vmix.press(script, polls=25)

    assert vmix.values("SetText") == ["main-stage: KEY REFUSED"]
    assert all("make this room's scripts again" in line for line in ran.lines)
    assert (await desk.bridge.get(f"/r/{SLUG}/state")).text.strip() == State.STOPPED
