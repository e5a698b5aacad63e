"""The console in a real Chromium on a real bridge and a real LiveKit: a whole show from it alone; whatever ends it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from bridge.rooms.model import PRESETS
from tests.bridges import Bridge, bridge_on
from tests.live.server import LiveServer
from tests.pages.browser import Person
from tests.pages.conftest import NewPerson
from tests.pages.test_access import PHONE, fits, has_no_faults, tab_to
from tests.ports import free_port
from tests.rooms.house import until
from tests.static.conftest import modules, node_path  # noqa: F401 - fixtures
from tests.web.consoles import a_ticket, post

MARKUP = '<img src=x onerror="document.title=1"> & <b>Stage</b>'
USED = "This address was used or is older than a minute."
AWAY = "The bridge does not answer. What you see may be old; it comes back by itself."
MANY = """(count) => {
  const rows = document.querySelectorAll("[role=option]").length;
  return document.querySelector("[aria-setsize='" + count + "']") !== null && rows < 60;
}"""
Operator = Callable[..., Awaitable[Person]]


@pytest.fixture
async def bridge(live_server: LiveServer, tmp_path: Path) -> AsyncIterator[Bridge]:
    async with bridge_on(tmp_path / "data", **on(live_server)) as bridge:
        yield bridge


@pytest.fixture
async def rehearsal(tmp_path: Path) -> AsyncIterator[Bridge]:
    """For what needs no call."""
    async with bridge_on(tmp_path / "data") as bridge:
        yield bridge


def on(server: LiveServer) -> dict[str, Any]:
    key = {"api_key": server.api_key, "api_secret": server.api_secret}
    return {"media": "livekit", "livekit": {"url": server.url, **key}}


@pytest.fixture
def operator(someone: NewPerson) -> Operator:
    """``await operator(bridge)``: somebody at its console, who may copy."""

    async def new(bridge: Bridge, **options: Any) -> Person:
        person = await someone(may=("clipboard-read", "clipboard-write"), **options)
        await person.open(f"{bridge.url}/#ticket={await a_ticket(bridge)}")
        await expect(person.page.get_by_role("button", name="Log out")).to_be_visible()
        return person

    return new


async def chooses(person: Person, name: str) -> None:
    await person.page.get_by_role("option", name=name).click()
    await is_at(person, name)


async def is_at(person: Person, name: str) -> None:
    await expect(person.page.get_by_role("main").get_by_role("heading", level=1, name=name, exact=True)).to_be_visible()


async def state_is(person: Person, state: str) -> None:
    await expect(person.page.locator(".head .state").first).to_have_text(state)


async def copied(person: Person) -> str:
    return str(await person.page.evaluate("navigator.clipboard.readText()"))


async def test_a_whole_show_from_the_console_alone(
    bridge: Bridge,
    operator: Operator,
    someone: NewPerson,
    modules: Path,  # noqa: F811
) -> None:
    anna = await operator(bridge)
    page = anna.page
    await page.get_by_label("Webinar").check()
    await page.get_by_label("Name").fill("Main Stage")
    await page.get_by_label("Seats").fill("host")
    await anna.press("Create and open")
    await is_at(anna, "Main Stage")
    await state_is(anna, "ready")
    room = bridge.running.parts.store.by_slug("main-stage")
    assert room
    assert room.policy == replace(PRESETS["webinar"], seats=("host",))

    await anna.press("Copy the link of guest")
    await anna.has("Copied")
    gus = await someone(may=())
    await gus.join(await copied(anna), "Gus", "Watch")
    await gus.is_inside()
    await state_is(anna, "live")
    await anna.press("Promote Gus")
    await anna.has("Demote Gus")
    await anna.press("Demote Gus")
    await anna.has("Promote Gus")

    await anna.press("Copy the link of host")
    await expect(page.get_by_role("button", name="Copied")).to_have_count(1)
    ben = await someone()
    await ben.join(await copied(anna), "Ben")
    await ben.is_inside()
    await anna.press("Mute Ben")
    await ben.has("Unmute")
    await anna.has("Ask to speak Ben")
    await page.get_by_label("Title of host").fill("Dr. Ben")
    await page.keyboard.press("Enter")
    await anna.press("Message Dr. Ben")
    await expect(page.locator("#say-text")).to_be_focused()
    await page.keyboard.type("Two minutes")
    await page.keyboard.press("Enter")
    await ben.reads("Two minutes")

    await anna.press("Record")
    await expect(page.locator(".head .state", has_text="REC")).to_be_visible()
    await ben.reads("This room is recorded.")
    await page.get_by_role("button", name="Recordings 1").click()
    await expect(page.locator(".item", has_text="Main Stage").get_by_text("recording", exact=True)).to_be_visible()
    await until(lambda: bridge.running.parts.recording.of(room).state == "on", within=60)
    await anna.press("Stop recording")
    await anna.press("End it")
    await anna.press("Play Main Stage")
    await page.wait_for_function("() => document.querySelector('video')?.readyState >= 2")
    await anna.press("Remove Main Stage")
    await anna.press("Erase it")
    await expect(page.get_by_text("Nothing was recorded yet.")).to_be_visible()

    await anna.press("Put out Gus")
    await has_no_faults(anna, (modules / "axe-core" / "axe.min.js").read_text("utf-8"))
    await anna.press("Put out")
    await gus.reads("The studio ended your visit.")
    await anna.press("Stop")
    await expect(page.get_by_text("1 person is inside and put out.")).to_be_visible()
    await anna.press("Stop now")
    await ben.reads("The room was closed.")
    await state_is(anna, "stopped")
    await page.get_by_role("button", name="Policy").click()
    await anna.press("Remove the room")
    await anna.press("Remove it")
    await expect(page.locator("[role=option]")).to_have_count(0)
    assert not bridge.running.parts.store.by_slug("main-stage")


async def test_an_address_opens_the_console_once(rehearsal: Bridge, someone: NewPerson) -> None:
    anna, ben = await someone(), await someone()
    address = f"{rehearsal.url}/#ticket={await a_ticket(rehearsal)}"
    await anna.open(address)
    await anna.has("Log out")
    assert anna.page.url == f"{rehearsal.url}/"
    await anna.page.reload()
    await anna.has("Log out")
    await ben.open(address)
    await ben.reads(USED)
    await ben.page.get_by_label("API token").fill(rehearsal.token)
    await ben.press("Open")
    await ben.has("Log out")


async def test_a_session_that_ends_says_so_and_what_to_do(rehearsal: Bridge, operator: Operator) -> None:
    anna = await operator(rehearsal)
    session = await anna.page.evaluate("sessionStorage.getItem('vmix-bridge.console')")
    assert (await post(rehearsal, "end", token=session)).status == 200
    await anna.page.get_by_label("API token").wait_for()
    await expect(anna.page.get_by_role("alert")).to_contain_text("vmix-bridge console")
    assert await anna.page.evaluate("sessionStorage.length") == 0


async def test_it_is_back_by_itself_when_the_bridge_is(tmp_path: Path, operator: Operator) -> None:
    listen = f"127.0.0.1:{free_port()}"
    async with bridge_on(tmp_path, listen=listen) as bridge:
        await bridge.get("/r/show/create")
        anna = await operator(bridge)
        await is_at(anna, "show")
    await expect(anna.page.get_by_role("alert")).to_have_text(AWAY)
    async with bridge_on(tmp_path, listen=listen) as bridge:
        await expect(anna.page.get_by_role("alert")).to_have_count(0)
        await bridge.get("/r/other/create")
        await chooses(anna, "other")


async def test_livekit_away_is_said(bridge: Bridge, live_server: LiveServer, operator: Operator) -> None:
    await bridge.get("/r/show/create")
    anna = await operator(bridge)
    await state_is(anna, "ready")
    live_server.kill()
    await state_is(anna, "check")
    await expect(anna.page.get_by_text("LiveKit does not answer. The bridge is at it.")).to_be_visible()
    await live_server.restart()
    await state_is(anna, "ready")


async def test_a_name_full_of_markup_stays_text(rehearsal: Bridge, operator: Operator) -> None:
    await rehearsal.get("/r/show/create", params={"name": MARKUP, "seats": "host"})
    await rehearsal.get("/r/show/title", params={"seat": "host", "text": MARKUP})
    anna = await operator(rehearsal)
    await is_at(anna, MARKUP)
    await expect(anna.page.get_by_role("option", name=MARKUP)).to_be_visible()
    assert await anna.page.locator("#page img, #page b").count() == 0


async def test_two_consoles_do_not_fight(rehearsal: Bridge, operator: Operator) -> None:
    await rehearsal.get("/r/show/create")
    anna, ben = await operator(rehearsal), await operator(rehearsal)
    for one in (anna, ben):
        await one.page.get_by_role("button", name="Policy").click()
    await anna.page.get_by_label("Name").fill("Anna's show")
    await ben.page.get_by_label("People at most").fill("7")
    await ben.page.get_by_label("Name").fill("Ben's show")
    await ben.press("Save")
    await expect(anna.page.get_by_text("Someone changed it to “Ben's show” meanwhile.")).to_be_visible()
    await expect(anna.page.get_by_label("Name")).to_have_value("Anna's show")
    await anna.press("Save")
    await is_at(ben, "Anna's show")
    room = rehearsal.running.parts.store.by_slug("show")
    assert room
    assert (room.name, room.policy.max) == ("Anna's show", 7)


async def test_everything_is_done_by_keyboard(rehearsal: Bridge, operator: Operator) -> None:
    for name in ("alpha", "beta", "gamma"):
        await rehearsal.get(f"/r/{name}/create", params={"start": "0"})
    anna = await operator(rehearsal)
    keyboard = anna.page.keyboard
    await is_at(anna, "alpha")
    await keyboard.press("ArrowDown")
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await is_at(anna, "gamma")
    await keyboard.press("/")
    await keyboard.type("bet")
    await keyboard.press("Enter")
    await is_at(anna, "beta")
    await keyboard.press("Escape")
    await keyboard.press("s")
    await state_is(anna, "rehearsal")
    await keyboard.press("x")
    await expect(anna.page.get_by_role("button", name="Stop now")).to_be_focused()
    await keyboard.press("Escape")
    await expect(anna.page.get_by_role("button", name="Stop", exact=True)).to_be_focused()
    await keyboard.press("x")
    await keyboard.press("Enter")
    await state_is(anna, "stopped")
    await tab_to(anna.page, "Copy the link of speaker")
    await keyboard.press("Enter")
    await anna.has("Copied")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(
    rehearsal: Bridge,
    operator: Operator,
    someone: NewPerson,
    modules: Path,  # noqa: F811
    scheme: str,
) -> None:
    axe = (modules / "axe-core" / "axe.min.js").read_text("utf-8")
    await rehearsal.get("/r/show/create", params={"seats": "host", "preset": "webinar"})
    door = await someone(color_scheme=scheme)
    await door.open(f"{rehearsal.url}/#ticket=used")
    await door.reads(USED)
    await has_no_faults(door, axe)
    anna = await operator(rehearsal, color_scheme=scheme)
    page = anna.page
    for part in ("vMix", "Companion and buttons", "Scripts for vMix", "Policy", "Last presses"):
        await page.get_by_role("button", name=part, exact=False).first.click()
    await page.get_by_role("button", name="QR code of host").click()
    await anna.press("Renew the link of guest")
    await page.locator("#light").click()
    await has_no_faults(anna, axe)
    await anna.press("New room")
    await has_no_faults(anna, axe)


async def test_a_phone_shows_everything(rehearsal: Bridge, operator: Operator) -> None:
    await rehearsal.get("/r/show/create", params={"seats": "host"})
    anna = await operator(rehearsal, **PHONE)
    await fits(anna)
    await chooses(anna, "show")
    for part in ("vMix", "Companion and buttons", "Scripts for vMix", "Policy"):
        await anna.page.get_by_role("button", name=part).first.click()
    await fits(anna)
    await anna.press("Rooms")
    await anna.press("New room")
    await fits(anna)


async def test_a_thousand_rooms_are_a_few_rows(rehearsal: Bridge, operator: Operator) -> None:
    ensure = rehearsal.running.parts.presses.ensure
    names = [f"room-{number}" for number in range(1000)]
    await asyncio.gather(
        *(ensure(rehearsal.owner, name, name, PRESETS["team"], active=False, accept=lambda _: None) for name in names)
    )
    anna = await operator(rehearsal)
    await anna.page.wait_for_function(MANY, arg=1000)
    await anna.page.locator("#list").evaluate("(list) => { list.scrollTop = list.scrollHeight; }")
    await expect(anna.page.get_by_role("option", name="room-999")).to_be_visible()
    await anna.page.get_by_label("Filter rooms").fill("room-77")
    await expect(anna.page.locator("[role=option]")).to_have_count(11)
    await rehearsal.get("/r/room-777/start")
    await expect(anna.page.get_by_role("option", name="room-777")).to_contain_text("rehearsal")


async def test_everything_lies_ready_to_copy(rehearsal: Bridge, operator: Operator) -> None:
    await rehearsal.get("/r/show/create", params={"seats": "host"})
    anna = await operator(rehearsal)
    page = anna.page
    for part in ("vMix", "Companion and buttons", "Scripts for vMix"):
        await page.get_by_role("button", name=part).first.click()
    await anna.press("Copy Opens the room")
    async with rehearsal.http.get(await copied(anna)) as answer:
        assert answer.status == 200
    await anna.press("curl")
    await anna.press("Copy Opens the room")
    assert await copied(anna) == f"curl -H 'X-Bridge-Key: {rehearsal.room_key('show')}' '{rehearsal.url}/r/show/start'"
    await anna.press("Companion")
    await anna.press("Copy the header input")
    assert json.loads(await copied(anna)) == {"X-Bridge-Key": rehearsal.room_key("show")}
    await anna.press("Copy name the input name host@show")
    assert await copied(anna) == "host@show"
    for button, file in (
        ("Download the Companion page", "show.companionconfig"),
        ("Download all as zip", "show.zip"),
        ("File of the script start", "start"),
    ):
        async with page.expect_download() as loading:
            await anna.press(button)
        assert file in (await loading.value).suggested_filename
    await anna.press("Show the script start")
    await anna.press("Copy the script start")
    assert rehearsal.room_key("show") in await copied(anna)


async def test_it_is_shown_in_no_frame(rehearsal: Bridge, someone: NewPerson) -> None:
    anna = await someone()
    await anna.open(f"{rehearsal.url}/health")
    await anna.page.evaluate("document.body.append(Object.assign(document.createElement('iframe'), { src: '/' }))")
    await anna.page.wait_for_function("!document.querySelector('iframe').contentDocument")
    assert anna.page.frames[1].url.startswith("chrome-error:")
    anna.complaints.clear()
