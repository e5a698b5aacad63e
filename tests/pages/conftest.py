"""A browser, where there is one (in CI there has to be), and people in it whose consoles stay silent."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.live.conftest import live_server, livekit_binary, new_live_server  # noqa: F401 - fixtures
from tests.live.server import LiveServer
from tests.needs import had
from tests.pages.browser import Person, browser_on, chromium, person
from tests.pages.standin import House, StandIn, house_on

NewPerson = Callable[..., Awaitable[Person]]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    program = await asyncio.to_thread(had, "browser", chromium)
    async with browser_on(program) as browser:
        yield browser


@pytest.fixture
async def someone(browser: Browser) -> AsyncIterator[NewPerson]:
    """``await someone()``: another person, in a browser that knows nobody."""
    async with AsyncExitStack() as stack:
        people: list[Person] = []

        async def new(**options: Any) -> Person:
            people.append(await stack.enter_async_context(person(browser, **options)))
            return people[-1]

        yield new
        complaints = [complaint for someone in people for complaint in someone.complaints]
    assert complaints == []


@pytest.fixture
async def house(live_server: LiveServer, tmp_path: Path) -> AsyncIterator[House]:  # noqa: F811
    async with house_on(tmp_path / "data", live_server) as house:
        yield house


@pytest.fixture
def standin(house: House) -> StandIn:
    return house.standin
