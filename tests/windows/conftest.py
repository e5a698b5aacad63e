"""A Windows PC for every test here: a reason to skip on a desk, a reason to fail where CI promises it."""

from collections.abc import Iterator

import pytest

from tests.needs import had

from .pc import Pc
from .up import Up, up
from .wine import install


@pytest.fixture(scope="session")
def pc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pc]:
    """One PC for the whole run; use folders of your own."""
    with Pc(had("Windows Python", install), tmp_path_factory.mktemp("windows")) as pc:
        yield pc


@pytest.fixture(scope="session")
def rehearsal(pc: Pc) -> Iterator[Up]:
    """A bridge that rehearses, on a folder with blanks and umlauts; use rooms of your own."""
    with up(pc, r"C:\Probe für Übung") as bridge:
        yield bridge
