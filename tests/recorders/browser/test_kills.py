"""Something is killed while it records: what was on the disk plays, and it goes on in a next part."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from bridge.recorders.browser.recorder import BROWSER_ENDED, BrowserRecorder
from bridge.rooms.model import Mode, Recorded
from tests.bridges import Bridge
from tests.live.conftest import NewServer
from tests.live.participant import Participant
from tests.live.server import LiveServer
from tests.live.studio import eventually
from tests.pages.test_scene import at
from tests.recorders.browser.conftest import recorder_of, recording, recording_studio
from tests.recorders.browser.webm import film

LOST = 2.0
"""Seconds that may be missing at the end."""


async def test_a_browser_and_a_livekit_that_are_killed_cost_two_seconds_at_most(
    new_live_server: NewServer, tmp_path: Path
) -> None:
    livekit = await new_live_server()
    async with recording_studio(livekit, tmp_path) as bridge, sending(bridge, "anna"):
        recorder = recorder_of(bridge, tmp_path)
        first = recording(bridge, "show", Mode.SPEAKER, "first")
        browser = psutil.Process(int(await recorder.start(first)))
        await lasts(recorder, first, 3)
        browser.kill()
        assert await recorder.ended(first) == BROWSER_ENDED
        part = await recorder.stop(first)
        assert part.bytes > 0
        second = recording(bridge, "show", Mode.SPEAKER, "first", "second")
        await recorder.start(second)
        await lasts(recorder, second, 3)
        livekit.kill()
        await livekit.restart()
        await asyncio.sleep(2)
        async with sending(bridge, "ben"):
            size = size_of(recorder, second)

            async def grows() -> bool:
                return size_of(recorder, second) > size + 10_000

            await eventually(grows, within=90)
        whole = await recorder.stop(second)
        await recorder.aclose()
    for number, seconds in ((part, part.seconds), (whole, whole.seconds)):
        file = recorder.path(number)
        assert file
        found = await film(file)
        assert found.played > seconds - LOST
        assert not found.complaints


async def test_a_bridge_that_is_killed_takes_its_browser_along_and_leaves_what_plays(
    live_server: LiveServer, tmp_path: Path
) -> None:
    started = await bridge_apart(live_server, tmp_path)
    browser = psutil.Process(started["browser"])
    await asyncio.sleep(3)
    psutil.Process(started["bridge"]).kill()
    await asyncio.to_thread(psutil.wait_procs, [browser], 10)
    assert not browser.is_running() or browser.status() == psutil.STATUS_ZOMBIE
    raw = tmp_path / "files" / "show" / "first.webm.part"
    assert (await film(raw)).played > 3 - LOST
    async with recording_studio(live_server, tmp_path) as bridge:
        recorder = recorder_of(bridge, tmp_path)
        wanted = recording(bridge)
        assert recorder.path(wanted.parts[0]) == raw
        assert await recorder.find(wanted) is None
        part = await recorder.stop(wanted)
        await recorder.aclose()
    assert part.bytes > 0
    assert recorder.path(part) == raw.with_name("first.webm")
    assert not list((tmp_path / "work").iterdir())


@asynccontextmanager
async def sending(bridge: Bridge, name: str) -> AsyncIterator[Participant]:
    """Somebody without a browser, who sends a picture and a tone."""
    seat = {"anna": "guest1", "ben": "guest2"}[name]
    async with at(bridge, seat, name) as someone:
        await someone.expect("connected")
        await someone.publish("camera")
        await someone.publish("microphone")
        yield someone


async def lasts(recorder: BrowserRecorder, wanted: Recorded, seconds: float) -> None:
    """It has grown for so long."""
    size = size_of(recorder, wanted)
    await asyncio.sleep(seconds)
    assert size_of(recorder, wanted) > size


def size_of(recorder: BrowserRecorder, wanted: Recorded) -> int:
    file = recorder.path(wanted.parts[-1])
    assert file
    return file.stat().st_size


async def bridge_apart(livekit: LiveServer, folder: Path) -> dict[str, int]:
    """The processes of a bridge on ``folder`` and of the browser that records its room, once it does."""
    command = (sys.executable, "-m", "tests.recorders.browser.apart", livekit.url, livekit.api_secret, str(folder))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    said = await process.stdout.readline()
    assert said, "the bridge apart did not begin"
    return {"bridge": process.pid, "browser": int(json.loads(said))}
