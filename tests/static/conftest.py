"""Node and the packages of the pages, where they can be had; in CI they have to be."""

import os
from pathlib import Path

import pytest

from bridge.web.pages import FOLDER
from tests.needs import alone, had, node, run

LOCK, INSTALLED = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".tests.lock"


@pytest.fixture(scope="session")
def node_path() -> str:
    """A PATH with node on it; what package.json lists lies in ``node_modules``."""
    return had("node", _node_path)


def _node_path() -> str:
    path = f"{node()}{os.pathsep}{os.environ['PATH']}"
    with alone("node_modules"):
        if not INSTALLED.exists() or INSTALLED.read_bytes() != LOCK.read_bytes():
            run("env", f"PATH={path}", "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=FOLDER)
            INSTALLED.write_bytes(LOCK.read_bytes())
    return path


@pytest.fixture
def modules(node_path: str) -> Path:
    return FOLDER / "node_modules"
