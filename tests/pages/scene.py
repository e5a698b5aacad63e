"""A scene as vMix has it: what is painted, whose picture that is, and what is heard."""

import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from playwright.async_api import Browser

from tests.pages.browser import Person, person

SIZE = {"width": 640, "height": 360}
WATCH = """
globalThis.samples = [];
globalThis.numbers = new Map();
globalThis.listening = new Map();
const pen = new OffscreenCanvas(16, 9).getContext("2d", { willReadFrequently: true });
const number = (thing) => numbers.set(thing, numbers.get(thing) ?? numbers.size).get(thing);
const uppermost = () =>
  [...document.querySelectorAll("video[data-shown]")].filter((video) => !("below" in video.dataset)).at(-1);
const loud = (audio) => {
  if (!audio.srcObject) return false;
  if (!listening.has(audio.srcObject)) {
    globalThis.ears ??= new AudioContext();
    const analyser = ears.createAnalyser();
    ears.createMediaStreamSource(audio.srcObject).connect(analyser);
    listening.set(audio.srcObject, analyser);
  }
  const wave = new Float32Array(2048);
  listening.get(audio.srcObject).getFloatTimeDomainData(wave);
  return wave.some((sample) => Math.abs(sample) > 0.01);
};
globalThis.look = () => {
  const video = uppermost();
  pen.clearRect(0, 0, 16, 9);
  if (video) pen.drawImage(video, 0, 0, 16, 9);
  const open = [...document.querySelectorAll("audio")].filter((audio) => !audio.muted && !audio.paused);
  return {
    at: Math.round(performance.now()),
    picture: video ? number(video) : -1,
    frames: video?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
    colour: [...pen.getImageData(4, 7, 1, 1).data],
    sounds: open.map(number),
    loud: open.some(loud),
  };
};
setInterval(() => samples.push(look()), 40);
"""


class Look(NamedTuple):
    """One of the page's looks at itself. ``picture`` and ``sounds`` are numbers of elements; -1: none is shown."""

    at: int
    picture: int
    frames: int
    colour: tuple[int, int, int, int]
    sounds: tuple[int, ...]
    loud: bool

    @property
    def is_black(self) -> bool:
        red, green, blue, alpha = self.colour
        return alpha < 255 or red + green + blue < 60


class Scene:
    """An open scene page."""

    def __init__(self, browser: Person) -> None:
        self.browser, self.page = browser, browser.page

    async def looks(self) -> list[Look]:
        """Every one since the last call, 25 a second."""
        taken: list[dict[str, Any]] = await self.page.evaluate("() => samples.splice(0)")
        return [_look(one) for one in taken]

    async def look(self) -> Look:
        return _look(await self.page.evaluate("() => look()"))

    async def plays(self, other_than: int = -1) -> int:
        """The number of the picture that is shown, once it has moved."""
        script = (
            "(other) => { const { picture, frames } = look(); return picture !== other && picture >= 0 && frames > 3; }"
        )
        await self.page.wait_for_function(script, arg=other_than, polling=40)
        return (await self.look()).picture

    async def has_played(self, frames: int) -> None:
        await self.page.wait_for_function("(wanted) => look().frames >= wanted", arg=frames, polling=40)

    async def is_heard(self) -> None:
        await self.page.wait_for_function("() => look().loud", polling=40)

    async def shows_nothing(self) -> None:
        await self.page.wait_for_function("() => look().picture < 0", polling=20)

    async def reads(self, text: str) -> None:
        await self.page.wait_for_function("(text) => document.body.innerText === text", arg=text, polling=40)

    async def texts(self) -> str:
        return str(await self.page.evaluate("() => document.body.innerText"))

    async def pixel(self, x: int, y: int) -> tuple[int, int, int, int]:
        """What is painted there, with its alpha."""
        shot = await self.page.screenshot(omit_background=True, clip={"x": x, "y": y, "width": 1, "height": 1})
        return _pixel(shot)


@asynccontextmanager
async def scene(browser: Browser, url: str, **options: Any) -> AsyncIterator[Scene]:
    async with person(browser, (), viewport=SIZE, **options) as someone:
        await someone.page.add_init_script(WATCH)
        await someone.open(url)
        yield Scene(someone)
        assert someone.complaints == []


def _look(said: dict[str, Any]) -> Look:
    return Look(**said | {"colour": tuple(said["colour"]), "sounds": tuple(said["sounds"])})


def _pixel(png: bytes) -> tuple[int, int, int, int]:
    """Of a picture of one pixel."""
    at, data = 8, b""
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        if kind == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    row = zlib.decompress(data)[1:]
    return (*row[:3], row[3] if len(row) > 3 else 255)
