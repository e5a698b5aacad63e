"""vMix beside a livekit-server that tells guests the address of a router, which sends nothing back into the house."""

import asyncio
from pathlib import Path

from tests.live.separate import on_the_pc
from tests.needs import had
from tests.pages.browser import chromium


async def test_a_scene_in_the_house_plays(livekit_binary: Path, tmp_path: Path) -> None:
    """A browser hides its own addresses from pages without a camera: it has to reach the server, not the other way."""
    program = await asyncio.to_thread(had, "browser", chromium)
    assert await on_the_pc("tests.pages.on_the_pc", livekit_binary, tmp_path, program)
