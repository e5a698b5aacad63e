"""The compiler for every test here: a reason to skip on a desk, a reason to fail where CI promises it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fakes import bridge_over
from tests.needs import had
from tests.rooms.fakes import FakeMedia

from .compiler import Compiler
from .desk import Desk, at_desk
from .standin import StandIn
from .toolchain import install
from .vmix import Vmix


@pytest.fixture(scope="session")
def compiler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compiler]:
    """One compiler process for the whole run."""
    with Compiler(had("VB.NET compiler", install), tmp_path_factory.mktemp("vbnet")) as compiler:
        yield compiler


@pytest.fixture
def vmix(tmp_path: Path, compiler: Compiler) -> Vmix:
    """A vMix of its own."""
    return Vmix(tmp_path, compiler)


@pytest.fixture
def media() -> FakeMedia:
    """A LiveKit that does as it is told."""
    return FakeMedia()


@pytest.fixture
async def desk(media: FakeMedia, tmp_path: Path, vmix: Vmix) -> AsyncIterator[Desk]:
    """The real bridge over `media`, with one stopped room."""
    async with at_desk(bridge_over(media, tmp_path / "data"), vmix) as desk:
        yield desk


@pytest.fixture
def standin() -> Iterator[StandIn]:
    """What answers where the bridge should be."""
    with StandIn() as standin:
        yield standin
