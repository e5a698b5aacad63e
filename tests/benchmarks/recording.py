"""What a browser records: frames a second, what it costs, sound against picture, and what a kill loses.

``python -m tests.benchmarks.recording [MINUTES]`` prints the figures (2 minutes where none are given). Somebody sends a
flash and a tone at the same moment, every two seconds, from a Chromium that is not measured.
"""

import array
import asyncio
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import psutil
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page

from bridge.recorders.browser.recorder import BrowserRecorder
from bridge.recorders.browser.webm import look
from bridge.rooms.model import Mode, Part, Recorded, Role
from bridge.web.pages import FOLDER
from tests.bridges import Bridge
from tests.live.binary import PROGRAM
from tests.live.server import LiveServer
from tests.pages.browser import LIKE_VMIX, browser_on, chromium, person
from tests.pages.studio import code
from tests.recorders.browser.conftest import recorder_of, recording, recording_studio
from tests.recorders.browser.webm import ffmpeg, film

BUSY_SECONDS = 20.0
KILLS = 3
EVERY, BINS = 2.0, 100
"""Seconds between two flashes, and pieces that a second is cut into."""
SENDER = """<!doctype html><canvas width="1280" height="720"></canvas><script type="module">
import { Room } from "/vendor/livekit-client.js";
const said = new URLSearchParams(location.search);
const canvas = document.querySelector("canvas");
const pen = canvas.getContext("2d");
const ears = new AudioContext();
const [tone, gain, out] = [ears.createOscillator(), ears.createGain(), ears.createMediaStreamDestination()];
gain.gain.value = 0;
tone.connect(gain).connect(out);
tone.start();
let next = Math.ceil(ears.currentTime) + 1;
let at = 0;
const draw = () => {
  const now = ears.currentTime;
  if (now > next - 0.5) {
    at = next;
    gain.gain.setValueAtTime(1, next);
    gain.gain.setValueAtTime(0, next + 0.2);
    next += EVERY;
  }
  pen.fillStyle = now >= at && now < at + 0.2 ? "#ffffff" : `rgb(0 ${40 + (now * 60) % 40} 0)`;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  requestAnimationFrame(draw);
};
draw();
const room = new Room();
await room.connect(said.get("url"), said.get("token"));
const [picture] = canvas.captureStream(30).getVideoTracks();
await room.localParticipant.publishTrack(picture, { source: "camera", simulcast: false });
await room.localParticipant.publishTrack(out.stream.getAudioTracks()[0], { source: "microphone", dtx: false });
globalThis.sends = true;
</script>""".replace("EVERY", str(EVERY))


async def sender(stack: AsyncExitStack, bridge: Bridge) -> Page:
    """Somebody who flashes and sounds in the room."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=SENDER, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_static("/vendor", FOLDER / "vendor")
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    stack.push_async_callback(server.close)
    body = {"code": code(bridge, Role.SPEAKER, "guest1"), "secret": "flash" * 8, "page": "", "name": "Flash"}
    async with bridge.http.post(f"{bridge.url}/pages/join", json=body) as answer:
        said = await answer.json()
    browser = await stack.enter_async_context(browser_on(chromium(), LIKE_VMIX))
    someone = await stack.enter_async_context(person(browser))
    await someone.page.goto(
        str(server.make_url("/").with_query({"url": said["server_url"], "token": said["participant_token"]}))
    )
    await someone.page.wait_for_function("() => globalThis.sends")
    return someone.page


def family(pid: int) -> list[psutil.Process]:
    return [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]


async def recorded(recorder: BrowserRecorder, wanted: Recorded, seconds: float, what: str) -> Path:
    """For so long; prints what that gave and cost."""
    pid = int(await recorder.start(wanted))
    before = {one.pid: sum(one.cpu_times()[:2]) for one in family(pid)}
    await asyncio.sleep(seconds)
    spent = sum(sum(one.cpu_times()[:2]) - before.get(one.pid, 0) for one in family(pid))
    memory = sum(one.memory_info().rss for one in family(pid)) / 2**20
    file = recorder.path(await recorder.stop(wanted))
    assert file
    found = await asyncio.to_thread(look, file)
    load = psutil.getloadavg()[0]
    print(
        f"{what}: {found.rate:.1f} frames a second over {found.seconds:.0f} s, {spent / seconds:.2f} of "
        f"{os.cpu_count()} cores, {memory:.0f} MB, {file.stat().st_size / found.seconds / 1000:.0f} kB/s "
        f"(load of the machine {load:.1f})",
        flush=True,
    )
    return file


def read(file: Path, *how: str) -> bytes:
    command = [ffmpeg(), "-v", "error", "-nostdin", "-i", str(file), *how, "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def onsets(levels: list[int], high: float) -> list[float]:
    """When it becomes high, in seconds."""
    pairs = enumerate(pairwise(levels))
    return [(at + 1) / BINS for at, (before, now) in pairs if before < high <= now]


def sound_against_picture(file: Path) -> None:
    grey = read(file, "-vf", f"scale=1:1:flags=area,fps={BINS},format=gray", "-f", "rawvideo")
    wave = array.array("h", read(file, "-ac", "1", "-ar", "8000", "-f", "s16le"))
    step = 8000 // BINS
    loud = [max(map(abs, wave[at : at + step])) for at in range(0, len(wave) - step, step)]
    flashes, tones = onsets(list(grey), 128), onsets(loud, 4000)
    late = [1000 * (min(tones, key=lambda tone: abs(tone - flash)) - flash) for flash in flashes if tones]
    late = [one for one in late if abs(one) < 500 * EVERY]
    if len(late) < 4:
        print(f"sound against picture: {len(flashes)} flashes and {len(tones)} tones are too few")
        return
    third = max(1, len(late) // 3)
    first, last = statistics.median(late[:third]), statistics.median(late[-third:])
    print(
        f"sound against picture: {statistics.median(late):+.0f} ms (from {min(late):+.0f} to {max(late):+.0f}), "
        f"drift {last - first:+.0f} ms over {flashes[-1] - flashes[0]:.0f} s (goal +40/-60 ms over 30 minutes)"
    )


@contextmanager
def busy() -> Iterator[None]:
    """As many programs that only reckon as there are cores."""
    burning = [multiprocessing.Process(target=_burn, daemon=True) for _ in range(os.cpu_count() or 1)]
    for one in burning:
        one.start()
    yield
    for one in burning:
        one.kill()


def _burn() -> None:
    while True:
        pass


async def kills(recorder: BrowserRecorder, wanted: Recorded) -> None:
    """What a browser that is killed takes along."""
    lost = []
    for number in range(KILLS):
        part = replace(wanted, parts=(Part(f"show/kill{number}.webm"),))
        pid = int(await recorder.start(part))
        began = time.monotonic() - 1  # its first piece holds a second, and is there
        await asyncio.sleep(4 + number / KILLS)
        psutil.Process(pid).kill()
        alive = time.monotonic() - began
        await recorder.ended(part)
        path = recorder.path(await recorder.stop(part))
        assert path
        lost.append(alive - (await film(path)).played)
    print(f"lost by a kill: {', '.join(f'{one:.1f} s' for one in lost)} (goal at most 2 s)")


async def main(minutes: float) -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        livekit = await stack.enter_async_context(LiveServer(PROGRAM, folder))
        bridge = await stack.enter_async_context(recording_studio(livekit, folder))
        await sender(stack, bridge)
        recorder = recorder_of(bridge, folder)
        stack.push_async_callback(recorder.aclose)
        free = recording(bridge, "show", Mode.SPEAKER, "free")
        file = await recorded(recorder, free, 60 * minutes, "free cores")
        sound_against_picture(file)
        with busy():
            await recorded(recorder, recording(bridge, "show", Mode.SPEAKER, "busy"), BUSY_SECONDS, "busy cores")
        await kills(recorder, recording(bridge, "show", Mode.SPEAKER))


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0))
