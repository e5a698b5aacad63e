"""A room whose policy says record, on the whole service: whoever comes in finds that there is a file afterwards."""

import json
from pathlib import Path

import psutil

from tests.live.server import LiveServer
from tests.live.studio import eventually
from tests.pages.studio import press
from tests.recorders.browser.conftest import recording_studio
from tests.recorders.browser.test_kills import sending
from tests.recorders.browser.webm import film


async def test_a_room_that_records_leaves_a_file_that_plays_and_goes_on_after_its_browser_died(
    live_server: LiveServer, tmp_path: Path
) -> None:
    async with recording_studio(live_server, tmp_path) as bridge:
        await press(bridge, "set", record="1", mode="speaker")

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
