"""The compiler for every test here: a reason to skip on a desk, a reason to fail where CI promises it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from .compiler import Compiler
from .standin import StandIn
from .toolchain import Unavailable, install
from .vmix import Vmix


@pytest.fixture(scope="session")
def compiler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compiler]:
    """One compiler process for the whole run."""
    try:
        driver = install()
    except Unavailable as problem:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no VB.NET compiler: {problem}")
        pytest.skip(f"no VB.NET compiler: {problem}")
    with Compiler(driver, tmp_path_factory.mktemp("vbnet")) as compiler:
        yield compiler


@pytest.fixture
def vmix(tmp_path: Path, compiler: Compiler) -> Vmix:
    """A vMix of its own."""
    return Vmix(tmp_path, compiler)


@pytest.fixture
def bridge() -> Iterator[StandIn]:
    """A bridge that holds one stopped room."""
    with StandIn() as bridge:
        yield bridge
