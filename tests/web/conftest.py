"""Bridges over a media server that does as it is told."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bridges import Bridge
from tests.fakes import bridge_over
from tests.rooms.fakes import FakeMedia


@pytest.fixture
def media() -> FakeMedia:
    return FakeMedia()


@pytest.fixture
async def livekit(media: FakeMedia, tmp_path: Path) -> AsyncIterator[Bridge]:
    """A bridge over ``media``: people can join, and it fails on demand."""
    async with bridge_over(media, tmp_path / "data") as bridge:
        yield bridge
