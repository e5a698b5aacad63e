"""A store on a real file for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bridge.store.database import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.json"


@pytest.fixture
def reopen(path: Path) -> Iterator[Callable[[], Database]]:
    """Opens the store, closing the one opened before: what a restart sees."""
    opened: list[Database] = []

    def again() -> Database:
        if opened:
            opened[-1].close()
        opened.append(Database(path))
        return opened[-1]

    yield again
    if opened:
        opened[-1].close()


@pytest.fixture
def database(reopen: Callable[[], Database]) -> Database:
    return reopen()
