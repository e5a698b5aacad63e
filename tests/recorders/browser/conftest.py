"""A room on a real bridge and a real LiveKit, and a recorder of its own for each test."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from bridge.folder import WEBHOOK_PORT
from bridge.recorders.browser.recorder import BrowserRecorder
from bridge.recorders.browser.takes import Takes
from bridge.rooms.model import Mode, Part, Recorded
from bridge.web.routes.recording_page import PATH
from tests.bridges import Bridge
from tests.live.conftest import live_server, livekit_binary, new_live_server  # noqa: F401 - fixtures
from tests.live.server import LiveServer
from tests.needs import had
from tests.pages.browser import browser_on, chromium
from tests.pages.studio import studio
from tests.recorders.browser.webm import ffmpeg

CAMERAS = "--use-fake-device-for-media-stream=device-count=2,fps=30"
SPEAKERS = 'pcm.!default {{ type plug slave.pcm {{ type file slave.pcm {{ type null }} file "{}" format raw }} }}\n'
PATIENCE = 20.0
"""Seconds that a browser may be silent here, where others keep the machine busy."""
NewRecorder = Callable[..., Awaitable[BrowserRecorder]]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """The people's."""
    program = await asyncio.to_thread(had, "browser", chromium)
    async with browser_on(program, CAMERAS) as browser:
        yield browser


@pytest.fixture
def speakers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the machine's speakers play of browsers that are started with ``HEARD``, as a file; missing: nothing."""
    played, config = tmp_path / "speakers.raw", tmp_path / "asound.conf"
    config.write_text(SPEAKERS.format(played))
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(config))
    return played


@pytest.fixture
def with_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "ffmpeg").symlink_to(ffmpeg())
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
async def bridge(live_server: LiveServer, tmp_path: Path) -> AsyncIterator[Bridge]:  # noqa: F811
    async with recording_studio(live_server, tmp_path) as bridge:
        yield bridge


@asynccontextmanager
async def recording_studio(server: LiveServer, folder: Path) -> AsyncIterator[Bridge]:
    program = await asyncio.to_thread(had, "browser", chromium)
    async with studio(server, folder / "data", recording={"browser": program}) as bridge:
        yield bridge


@pytest.fixture
async def new_recorder(bridge: Bridge, tmp_path: Path) -> AsyncIterator[NewRecorder]:
    """``await new_recorder(flags=…)``: one that makes files in ``tmp_path/"files"``."""
    async with AsyncExitStack() as stack:

        async def new(**options: object) -> BrowserRecorder:
            made = recorder_of(bridge, tmp_path, **options)
            stack.push_async_callback(made.aclose)
            return made

        yield new


def recorder_of(bridge: Bridge, folder: Path, **options: Any) -> BrowserRecorder:
    """It stands before the pages of the service, in place of the service's own."""
    takes, port = bridge.running.parts.takes, (bridge.data / WEBHOOK_PORT).read_text().strip()
    assert isinstance(takes, Takes)
    page = f"http://127.0.0.1:{port}{PATH}"
    return BrowserRecorder(
        chromium(), folder / "files", folder / "work", page, takes=takes, patience=PATIENCE, **options
    )


def recording(bridge: Bridge, slug: str = "show", mode: Mode = Mode.GRID, *parts: str) -> Recorded:
    """One of that room, in its last part."""
    room = bridge.running.parts.store.by_slug(slug)
    assert room
    files = tuple(Part(f"{slug}/{part}.webm") for part in parts or ("first",))
    return Recorded(f"{slug}-1", room.id, room.owner, slug, slug, room.call, mode, "browser", 0, parts=files)
