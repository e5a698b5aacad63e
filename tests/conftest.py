"""Fixtures for every test, and one check of every test: no secret in anything it put out."""

from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest

from tests.bridges import SECRETS, Bridge, bridge_on


@pytest.fixture
async def bridge(tmp_path: Path) -> AsyncIterator[Bridge]:
    """A bridge that rehearses."""
    async with bridge_on(tmp_path / "data") as bridge:
        yield bridge


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
