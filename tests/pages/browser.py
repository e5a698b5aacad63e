"""A real Chromium with made-up cameras and microphones, and one person in it."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from tests.needs import DEBIAN, packages

HANGS = 30
"""Seconds after which something is taken for never: several browsers on a busy machine take more than five."""
expect.set_options(timeout=HANGS * 1000)

FLAGS = (
    "--use-fake-device-for-media-stream=device-count=2,fps=10",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--allow-loopback-in-peer-connection",
    "--host-resolver-rules=MAP studio.test 127.0.0.1",
    "--auto-select-desktop-capture-source=Entire screen",
)
DEVICES = ("camera", "microphone")
EXPECTED = re.compile(
    r"WebSocket connection to|net::ERR_|the server responded with a status of 40[139]|'speaker-selection'"
    r"|AudioContext was not allowed to start.*/livekit-client.js|status of 404.*/rtc/v1/validate"
)
"""What Chromium itself writes when nobody answers, or the answer is no; an older one of a permission it lacks; of the
client's own tries to hear before anybody clicked; and of a call that is not there yet.
"""
LIKE_VMIX = "--autoplay-policy=no-user-gesture-required"
"""Its pages are heard without a click."""
CHROMIUM = "TEST_CHROMIUM"
"""Names another Chromium for all tests of pages: a headless one, which has its cameras only where nobody is asked. Not
``VMIX_BRIDGE_…``, which are settings.
"""
UNASKED = "--use-fake-ui-for-media-stream"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str:
    """Raises ``Unavailable``."""
    if chosen := os.environ.get(CHROMIUM):
        return chosen
    for name in PROGRAMS:
        if found := shutil.which(name):
            return found
    packages("chromium")
    return str(DEBIAN["chromium"])


@asynccontextmanager
async def browser_on(program: str, *flags: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        flags += (UNASKED,) if os.environ.get(CHROMIUM) else ()
        browser = await playwright.chromium.launch(
            executable_path=program, args=[*FLAGS, *flags], chromium_sandbox=not root
        )
        yield browser
        await browser.close()


class Person:
    """Somebody at a page, in a browser of their own. ``complaints`` is what its console said."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context, self.page = context, page
        self.complaints: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def open(self, url: str) -> None:
        await self.page.goto(url)

    async def another_window(self) -> "Person":
        return Person(self.context, await self.context.new_page())

    async def join(self, url: str, name: str, button: str = "Join") -> None:
        await self.open(url)
        await self.page.get_by_label("Your name").fill(name)
        await self.press(button)

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def is_inside(self) -> None:
        await expect(self.page.get_by_role("navigation", name="Your controls")).to_be_visible()

    async def reads(self, text: str) -> None:
        await expect(self.page.locator("#page").get_by_text(text)).to_be_visible()

    async def has(self, name: str) -> None:
        """A button."""
        await expect(self.page.get_by_role("button", name=name, exact=True)).to_be_visible()

    async def has_no(self, name: str) -> None:
        await expect(self.page.get_by_role("button", name=name, exact=True)).to_have_count(0)

    async def sees(self, name: str, frames: int = 5) -> None:
        """Frames of that person's camera are drawn."""
        video = self.page.get_by_role("listitem", name=name).locator("video")
        await expect(video).to_be_visible()
        await self.page.wait_for_function(
            "([video, frames]) => video.getVideoPlaybackQuality().totalVideoFrames >= frames",
            arg=[await video.element_handle(), frames],
        )

    async def hears(self) -> None:
        """Somebody's sound arrives, with energy in it."""
        await self.page.wait_for_function(HEARS)

    def _note(self, message: ConsoleMessage) -> None:
        text = f"{message.text} {message.location['url']}"
        if message.type in ("error", "warning") and not EXPECTED.search(text):
            self.complaints.append(text)


HEARS = """() => {
  const streams = [...document.querySelectorAll("audio")].map((element) => element.srcObject).filter(Boolean);
  globalThis.listening ??= new Map();
  return streams.some((stream) => {
    if (!globalThis.listening.has(stream)) {
      const context = new AudioContext();
      const analyser = context.createAnalyser();
      context.createMediaStreamSource(stream).connect(analyser);
      globalThis.listening.set(stream, analyser);
    }
    const samples = new Float32Array(2048);
    globalThis.listening.get(stream).getFloatTimeDomainData(samples);
    return samples.some((sample) => Math.abs(sample) > 0.01);
  });
}"""


@asynccontextmanager
async def person(browser: Browser, may: tuple[str, ...] = DEVICES, **options: Any) -> AsyncIterator[Person]:
    """``may`` is what their browser lets pages have; ``options`` are playwright's for a context."""
    context = await browser.new_context(permissions=list(may), **options)
    context.set_default_timeout(30_000)
    yield Person(context, await context.new_page())
    await context.close()
