"""Fixtures for every test, and one check of every test: no secret in anything it put out."""

from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest

from tests.bridges import SECRETS, Bridge, bridge_on
from tests.ports import free_port

LIVE, PAGES = Path(__file__).parent / "live", Path(__file__).parent / "pages"


@pytest.fixture
async def bridge(tmp_path: Path) -> AsyncIterator[Bridge]:
    """A bridge that rehearses."""
    async with bridge_on(tmp_path / "data") as bridge:
        yield bridge


@pytest.fixture
def unused_tcp_port() -> int:
    """A port where nobody listens, in the place of pytest-asyncio's, which a client may be given."""
    return free_port()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Tests with media run one after the other; so do those with pages, and those that share a Windows PC."""
    if _with_windows(item):
        item.add_marker(pytest.mark.xdist_group("windows"))
    elif item.path.is_relative_to(PAGES):
        item.add_marker(pytest.mark.xdist_group("pages"))
    elif _with_media(item):
        item.add_marker(pytest.mark.xdist_group("media"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pages and media first, each in one worker; Windows and the compiler last, since they may come late."""
    items.sort(
        key=lambda item: (
            not item.path.is_relative_to(PAGES),
            not _with_media(item),
            _with_windows(item),
            _takes(item, "compiler"),
        )
    )


def _with_windows(item: pytest.Item) -> bool:
    return _takes(item, "pc")


def _with_media(item: pytest.Item) -> bool:
    return not _with_windows(item) and (_takes(item, "livekit_binary") or item.path.is_relative_to(LIVE))


def _takes(item: pytest.Item, fixture: str) -> bool:
    return isinstance(item, pytest.Function) and fixture in item.fixturenames


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test whose log or output holds a secret of any bridge that ran so far has failed."""
    report = yield
    said = "\n".join(text for _, text in report.sections)
    if any(secret in said for secret in SECRETS):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: a secret stands in the captured output or log"
    return report
