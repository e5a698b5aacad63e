"""A room whose policy says record, on the whole service: whoever comes in finds that there is a file afterwards."""

import asyncio
import json
from pathlib import Path

import psutil

from tests.bridges import bridge_on
from tests.live.studio import eventually
from tests.needs import had
from tests.pages.browser import chromium
from tests.pages.studio import press
from tests.ports import free_port
from tests.recorders.browser.test_kills import sending
from tests.recorders.browser.webm import film


async def test_a_room_that_records_leaves_a_file_that_plays_and_goes_on_after_its_browser_died(
    livekit_binary: Path, tmp_path: Path
) -> None:
    ports = {"port": free_port(), "tcp_port": free_port(), "udp_port": free_port()}
    local = {"binary": str(livekit_binary), "advertise": "loopback"} | ports
    program = await asyncio.to_thread(had, "browser", chromium)
    async with bridge_on(tmp_path / "data", media="local", local=local, recording={"browser": program}) as bridge:
        await press(bridge, "create", seats="guest1", record="1", mode="speaker")

        async def stands(state: str) -> bool:
            return bool(json.loads(await press(bridge, "state.json"))["recording"] == state)

        async with sending(bridge, "anna"):
            await eventually(lambda: stands("on"), within=90)
            (note,) = (bridge.data / "recorders").glob("*/browser.json")
            psutil.Process(json.loads(note.read_text())["pid"]).kill()
            folder = bridge.data / "recordings" / "show"

            async def is_second() -> bool:
                return len(list(folder.glob("*-2.webm.part"))) == 1 and await stands("on")

            await eventually(is_second, within=90)
            await press(bridge, "stop")

        async def is_over() -> bool:
            (row,) = json.loads(await press(bridge, "recordings.json"))
            return bool(row["state"] == "done" and row["seconds"] > 0)

        await eventually(is_over, within=90)
        files = sorted(folder.iterdir())
        assert [file.suffixes for file in files] == [[".webm"], [".webm"]]
        for file in files:
            assert not (await film(file)).complaints
        assert not list((bridge.data / "recorders").iterdir())
