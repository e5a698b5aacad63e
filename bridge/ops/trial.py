"""Ten seconds of a picture that moves and a tone, recorded the way rooms are: how well this machine does it."""

import asyncio
import logging
import os
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bridge.folder import WEBHOOK_PORT, recordings_folder
from bridge.livekit_server.network import LOOPBACK
from bridge.ops.errors import OpsError
from bridge.recorders.browser.find import browser, ffmpeg, version
from bridge.recorders.browser.recorder import BrowserRecorder
from bridge.recorders.browser.takes import Takes
from bridge.recorders.browser.webm import Looked, look
from bridge.rooms.model import Mode, Part, Recorded
from bridge.rooms.ports import RecorderFailed
from bridge.service import running
from bridge.settings import Settings, load_from
from bridge.web.routes.recording_page import PATH

NAME = ".trial"
SMOOTH, ROUGH = 24.0, 15.0
NOWHERE = {"url": "ws://127.0.0.1:9", "api_key": "none", "api_secret": secrets.token_urlsafe(32)}


@dataclass(frozen=True, slots=True)
class Trial:
    """``cores`` of ``all_cores`` is what it took of the processor, ``memory`` in MB."""

    browser: str
    rate: float
    seconds: float
    sound: bool
    cores: float
    all_cores: int
    memory: float
    bytes: int
    ffmpeg: str

    @property
    def good(self) -> bool:
        return self.sound and self.rate >= ROUGH

    def advice(self) -> Iterator[str]:
        """What to change, a sentence each; nothing where all is well."""
        if self.rate < SMOOTH:
            yield (
                "the machine is too busy for 30 frames a second: close what is not needed, run the bridge on another "
                "machine, or let a LiveKit Egress service record"
            )
        if not self.sound:
            yield "there is no sound in it: name another browser in [recording] browser"
        if not self.ffmpeg:
            yield "without ffmpeg on PATH players cannot jump in a recording: install it, nothing else is needed"


async def trial(settings: Settings, data: Path, seconds: float) -> Trial:
    """Raises ``OpsError``."""
    folder = recordings_folder(data, settings.recording.folder)
    logging.getLogger().addHandler(logging.NullHandler())  # it has no LiveKit, and says so
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
        work, names = Path(made), {"browser": settings.recording.browser, "by": "browser"}
        alone = load_from(
            None, {}, {"listen": f"{LOOPBACK}:0", "media": "livekit", "livekit": NOWHERE, "recording": names}
        )
        async with running(alone, work / "data") as service:
            port = (work / "data" / WEBHOOK_PORT).read_text("ascii").strip()
            takes = service.parts.takes
            assert isinstance(takes, Takes)  # noqa: S101 - these settings make a browser record
            page = f"http://{LOOPBACK}:{port}{PATH}?trial"
            recorder = BrowserRecorder(settings.recording.browser, folder, work / "browser", page, takes=takes)
            try:
                return await _try(recorder, settings, seconds)
            except RecorderFailed as problem:
                raise OpsError(str(problem).rstrip("."), "see vmix-bridge doctor") from None
            finally:
                await recorder.aclose()
                await recorder.erase(_recorded())


async def _try(recorder: BrowserRecorder, settings: Settings, seconds: float) -> Trial:
    """Raises ``RecorderFailed``."""
    wanted = _recorded()
    await recorder.erase(wanted)
    pid = int(await recorder.start(wanted))
    before = _spent(pid)
    await asyncio.sleep(seconds)
    cores, memory = (_spent(pid) - before) / seconds, _resident(pid)
    part = await recorder.stop(wanted)
    file = recorder.path(part)
    found = await asyncio.to_thread(look, file) if file and part.bytes else Looked()
    program = await asyncio.to_thread(browser, settings.recording.browser)
    said = await asyncio.to_thread(version, program)
    return Trial(
        browser=f"{program} {said}".strip(),
        rate=found.rate,
        seconds=found.seconds,
        sound=found.has_sound,
        cores=cores,
        all_cores=os.cpu_count() or 1,
        memory=memory,
        bytes=part.bytes,
        ffmpeg=ffmpeg(),
    )


def _recorded() -> Recorded:
    return Recorded("trial", "", "", NAME, NAME, "", Mode.GRID, "browser", 0, parts=(Part(f"{NAME}/trial.webm"),))


def _family(pid: int) -> list[psutil.Process]:
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.Error:
        return []


def _spent(pid: int) -> float:
    """Seconds of the processor so far."""
    spent = 0.0
    for one in _family(pid):
        try:
            spent += sum(one.cpu_times()[:2])
        except psutil.Error:
            continue
    return spent


def _resident(pid: int) -> float:
    """MB."""
    total = 0.0
    for one in _family(pid):
        try:
            total += one.memory_info().rss
        except psutil.Error:
            continue
    return total / 2**20
