"""Whoever vMix has on air sees it on their page: the real bridge, a real call, and a vMix of the tests' own."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from bridge.vmix_api import client
from tests.bridges import Bridge, bridge_on
from tests.live.server import LiveServer
from tests.pages.browser import Person
from tests.pages.conftest import NewPerson
from tests.pages.standin import House, StandIn
from tests.pages.test_bridge import link, press
from tests.vmix import StandInVmix, vmix_with

RED = "rgb(217, 45, 32)"
FRAME = "document.querySelector('main'), '::after'"


@pytest.fixture
async def vmix(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StandInVmix]:
    monkeypatch.setattr(client, "FIRST_RETRY", 0.05)
    async with vmix_with("Titles", "host@show", "main@show", "grid@show") as vmix:
        yield vmix


@pytest.fixture
async def bridge(live_server: LiveServer, tmp_path: Path, vmix: StandInVmix) -> AsyncIterator[Bridge]:
    key = {"api_key": live_server.api_key, "api_secret": live_server.api_secret}
    settings: dict[str, Any] = {
        "livekit": {"url": live_server.url, **key},
        "vmix": {"host": "127.0.0.1", "preview": True},
    }
    async with bridge_on(tmp_path, media="livekit", vmix_ports=vmix.ports, **settings) as bridge:
        await press(bridge, "create", seats="host,guest1")
        yield bridge


async def is_on_air(person: Person) -> None:
    await expect(person.page.get_by_role("status").filter(has_text="ON AIR")).to_be_visible()
    assert await person.page.evaluate(f"getComputedStyle({FRAME}).borderTopColor") == RED


async def is_off_air(person: Person, said: str = "") -> None:
    air = person.page.locator(".air")
    await expect(air).to_have_text(said)
    assert await person.page.evaluate(f"getComputedStyle({FRAME}).content") == "none"
    colours = await person.page.evaluate(
        "[...document.querySelectorAll('main, main *')].flatMap((e) => {"
        " const s = getComputedStyle(e); return [s.color, s.backgroundColor, s.borderTopColor]; })"
    )
    assert RED not in colours


async def test_who_is_on_air_has_a_red_frame_and_nobody_else_has(
    bridge: Bridge, vmix: StandInVmix, someone: NewPerson
) -> None:
    anna, ben = await someone(), await someone()
    await anna.join(link(bridge, seat="host"), "Anna")
    await ben.join(link(bridge, seat="guest1"), "Ben")
    await anna.is_inside()
    await ben.is_inside()
    await is_off_air(anna, "In preview")
    vmix.change(active=2, preview=1)
    await is_on_air(anna)
    await is_off_air(ben)
    vmix.change(active=3)
    await is_off_air(anna)
    await press(bridge, "take", scene="main", seat="guest1")
    await is_on_air(ben)
    vmix.change(active=4)
    await is_on_air(anna)
    await is_on_air(ben)
    vmix.change(black=True)
    await is_off_air(anna)
    await is_off_air(ben)


async def test_red_ends_with_vmix(bridge: Bridge, vmix: StandInVmix, someone: NewPerson) -> None:
    anna = await someone()
    await anna.join(link(bridge, seat="host"), "Anna")
    await anna.is_inside()
    vmix.change(active=2)
    await is_on_air(anna)
    await vmix.stop()
    await is_off_air(anna)
    await vmix.start()
    await is_on_air(anna)


async def test_red_ends_where_the_bridge_cannot_end_it(house: House, standin: StandIn, someone: NewPerson) -> None:
    anna = await someone()
    await anna.join(house.url("anna"), "Anna")
    await anna.is_inside()
    await standin.change(air="program")
    await is_on_air(anna)
    await house.close()
    await anna.reads("The studio's computer does not answer.")
    await is_off_air(anna)
    await house.open()
    await is_on_air(anna)


async def test_the_frame_is_in_nobodys_way(bridge: Bridge, vmix: StandInVmix, someone: NewPerson) -> None:
    anna = await someone(viewport={"width": 360, "height": 640})
    await anna.join(link(bridge, seat="host"), "Anna")
    await anna.is_inside()
    vmix.change(active=2)
    await is_on_air(anna)
    await anna.press("Mute")
    await anna.has("Unmute")
    assert await anna.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
