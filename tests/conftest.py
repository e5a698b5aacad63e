"""Fixtures for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bridges import Bridge, bridge_on


@pytest.fixture
async def bridge(tmp_path: Path) -> AsyncIterator[Bridge]:
    """A bridge that rehearses."""
    async with bridge_on(tmp_path / "data") as bridge:
        yield bridge
