"""Pictures of the console's states, of one show that goes on meanwhile; ``tests.pages.pictures`` takes them."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, WebSocketRoute

from tests.bridges import Bridge, bridge_on
from tests.live.server import LiveServer
from tests.pages.browser import DEVICES, Person, person
from tests.pages.test_bridge import LOSING
from tests.vmix import vmix_with
from tests.web.consoles import a_ticket

START = "console_"
ROOMS = (
    "Morning news",
    "Green room",
    "Panel: the next ten years",
    "Sports desk",
    "Town hall",
    "Interview 2",
)
WEAK = "() => { navigator.getBattery = async () => ({ charging: false, level: 0.08 }); }"
RECORDINGS = [
    {
        "id": f"rec-{number}",
        "slug": "main-stage",
        "name": name,
        "started": f"2026-11-2{number}T18:00:00.000Z",
        "ended": f"2026-11-2{number}T19:00:00.000Z",
        "seconds": 3587 - 300 * number,
        "bytes": 1_843_000_000 // number,
        "state": "done",
        "by": "button",
        "mode": "speaker",
        "files": 1,
        "reason": "",
        "playable": True,
    }
    for number, name in ((4, "Main Stage, Tuesday"), (3, "Main Stage, Monday"))
]


@dataclass(slots=True)
class Show:
    """The bridge of a show, and an operator who is at its console."""

    bridge: Bridge
    me: Person

    async def opens(self, *parts: str, fragment: str = "") -> None:
        """The console, with these parts of the room open and the others closed."""
        fragment = fragment or f"ticket={await a_ticket(self.bridge)}"
        for name, kept in (("room", "main-stage"), ("open", ",".join(parts))):
            await self.me.page.add_init_script(f"localStorage['vmix-bridge.console-{name}'] = '{kept}'")
        await self.me.open(f"{self.bridge.url}/#{fragment}")

    async def inside(self, *parts: str) -> None:
        await self.opens(*parts)
        page = self.me.page
        await page.locator(".head, .list").first.wait_for()
        if await page.locator("#list").is_visible() and not await page.locator(".head").is_visible():
            await page.get_by_role("option", name="Main Stage").click()
        await page.get_by_role("heading", name="Main Stage").wait_for()


STATES: dict[str, Callable[[Show], Awaitable[None]]] = {}


def state(make: Callable[[Show], Awaitable[None]]) -> Callable[[Show], Awaitable[None]]:
    STATES[START + make.__name__] = make
    return make


@state
async def show(show: Show) -> None:
    await show.inside("people", "links")


@state
async def rooms(show: Show) -> None:
    await show.opens("people", "links")


@state
async def asks(show: Show) -> None:
    await show.inside("people")
    await show.me.press("Stop")


@state
async def message(show: Show) -> None:
    await show.inside("people")
    await show.me.press("Message Dr. Anna Weber, virologist")
    await show.me.page.keyboard.type("You are on in two minutes.")


@state
async def links(show: Show) -> None:
    await show.inside("links")
    await show.me.press("QR code of guest1")
    await show.me.press("Copy the link of guest1")


@state
async def vmix(show: Show) -> None:
    await show.inside("vmix")


@state
async def companion(show: Show) -> None:
    await show.inside("companion")


@state
async def scripts(show: Show) -> None:
    await show.inside("scripts")
    await show.me.press("Show the script start")


@state
async def recordings(show: Show) -> None:
    await show.me.page.route_web_socket("**/console/live", recorded)
    await show.inside("recordings")


@state
async def policy(show: Show) -> None:
    await show.inside("policy")
    await show.me.page.get_by_label("People at most").fill("80")
    await show.bridge.get("/r/main-stage/set?max=60")
    await show.me.press("Remove the room")


@state
async def new(show: Show) -> None:
    await show.opens("people")
    await show.me.press("New room")


@state
async def checks(show: Show) -> None:
    await show.inside("people")
    await show.me.page.locator("#light").click()


@state
async def presses(show: Show) -> None:
    await show.inside("people")
    await show.me.page.get_by_role("button", name="Last presses").click()


@state
async def door(show: Show) -> None:
    await show.opens(fragment="ticket=used")
    await show.me.page.get_by_role("alert").wait_for()


@state
async def refused(show: Show) -> None:
    await show.inside("policy")
    await show.me.page.get_by_label("Seats").fill("host, not a seat!, host")
    await show.me.press("Save")
    await show.me.page.locator("[data-refused]").wait_for()


@state
async def away(show: Show) -> None:
    await show.me.page.route_web_socket("**/console/live", cut)
    await show.inside("people")
    await show.me.page.get_by_role("alert").wait_for()


def recorded(page: WebSocketRoute) -> None:
    """As if there were some."""
    bridge = page.connect_to_server()

    def told(message: str | bytes) -> None:
        said = json.loads(message)
        if said["type"] == "recordings":
            said |= {"missing": "", "recordings": RECORDINGS}
        page.send(json.dumps(said))

    bridge.on_message(told)


async def cut(page: WebSocketRoute) -> None:
    """The bridge goes once it told everything, and is not back."""
    bridge = page.connect_to_server()
    told = []

    async def heard(message: str | bytes) -> None:
        told.append(message)
        page.send(message)
        if json.loads(message)["type"] == "inside":
            await page.close()

    bridge.on_message(heard)


@asynccontextmanager
async def a_show(server: LiveServer, data: Path, browser: Browser) -> AsyncIterator[Bridge]:
    """Three are inside, one of them on air and one with a bad line, one waits, and a seat is empty."""
    key = {"api_key": server.api_key, "api_secret": server.api_secret}
    async with (
        vmix_with("Titles", "host@main-stage", "guest1@main-stage") as vmix,
        bridge_on(
            data,
            vmix_ports=vmix.ports,
            media="livekit",
            livekit={"url": server.url, **key},
            vmix={"host": "127.0.0.1", "preview": True},
        ) as bridge,
        AsyncExitStack() as stack,
    ):
        for name in ROOMS:
            body = {"name": name, "seats": ["host"], "active": name != "Sports desk"}
            await bridge.api("conferences/create", body)
        press = {"name": "Main Stage", "preset": "webinar", "seats": "host,guest1,guest2", "max": "40"}
        await bridge.get("/r/main-stage/create", params=press)
        await bridge.get("/r/main-stage/title", params={"seat": "guest1", "text": "Dr. Anna Weber, virologist"})
        links = (await bridge.get("/r/main-stage/links.json")).json
        urls = {row["name"]: row["url"] for row in links if row["role"] != "scene"}
        for link, name, button, script in (
            ("host", "Ben Okafor", "Join", "() => {}"),
            ("guest1", "Anna", "Join", LOSING),
            ("guest", "Gus", "Watch", WEAK),
        ):
            one = await stack.enter_async_context(person(browser, DEVICES))
            await one.page.add_init_script(f"({script})()")
            await one.join(urls[link], name, button)
            await one.is_inside()
        await bridge.get("/r/main-stage/set", params={"lobby": "1"})
        waits = await stack.enter_async_context(person(browser, DEVICES))
        await waits.join(urls["speaker"], "Chiara Rossi")
        await waits.reads("You are next.")
        vmix.change(active=2, preview=3)
        yield bridge


async def take_all(
    server: LiveServer, data: Path, browser: Browser, looks: dict[str, dict[str, Any]], wanted: list[str], folder: Path
) -> None:
    async with a_show(server, data, browser) as bridge:
        for look, options in looks.items():
            for name in wanted or STATES:
                print(name, look, flush=True)
                await bridge.get("/r/main-stage/set?max=40")
                async with person(browser, ("clipboard-read", "clipboard-write"), **options) as me:
                    await STATES[name](Show(bridge, me))
                    await me.page.wait_for_timeout(400)  # fonts come in
                    await me.page.screenshot(path=folder / f"{name}-{look}.png")
                    if me.complaints:
                        print(f"{name} {look}: {me.complaints}")
