"""A call is recorded: by a real browser, of two people with made-up cameras."""

import array
import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
from livekit import api
from playwright.async_api import Browser

from bridge.recorders.browser.takes import Take, Takes
from bridge.rooms.model import Mode, Recorded, Role
from tests.bridges import Bridge
from tests.live.server import LiveServer
from tests.live.studio import eventually
from tests.pages.browser import Person, person
from tests.pages.scene import scene
from tests.pages.studio import code, press, sit
from tests.recorders.browser.conftest import NewRecorder, recording
from tests.recorders.browser.webm import HEIGHT, WIDTH, Picture, film, pictures

HEARD = ("--alsa-output-device=default",)
LEFT, RIGHT = WIDTH // 4, 3 * WIDTH // 4
PATTERN = HEIGHT // 2 + 60


async def test_two_people_are_recorded_as_a_scene_shows_them_and_nobody_at_the_machine_hears_it(
    bridge: Bridge,
    live_server: LiveServer,
    browser: Browser,
    new_recorder: NewRecorder,
    speakers: Path,
    with_ffmpeg: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recorder = await new_recorder(flags=HEARD)
    async with person(browser) as anna, person(browser) as ben:
        await sit(bridge, anna, "guest1", "Anna")
        await sit(bridge, ben, "guest2", "Ben")
        wanted = recording(bridge)
        keys = launch_keys(monkeypatch)
        async with listing_commands() as commands:
            handle = await recorder.start(wanted)
        await asyncio.sleep(8)
        await takes_no_place(bridge, live_server, wanted)
        seen = await scene_of(bridge, browser, tmp_path)
        part = await recorder.stop(wanted)
    file = recorder.path(part)
    assert file == tmp_path / "files" / "show" / "first.webm"
    assert file.stat().st_mode & 0o077 == 0
    assert part.bytes == file.stat().st_size
    found = await film(file)
    assert found.size == (WIDTH, HEIGHT)
    assert found.channels == "stereo"
    assert found.loudest > -20
    assert not found.complaints
    assert found.length is not None
    assert abs(found.length - part.seconds) < 1
    assert found.length > 7
    first, *_, last = await pictures(file)
    for half in ((0, WIDTH // 2), (WIDTH // 2, WIDTH)):
        assert first.part(*half) != last.part(*half)
    for column in (LEFT, RIGHT):
        assert is_green(last.at(column, PATTERN))
    assert alike(last, seen) > 0.95
    assert is_silent(speakers)
    assert len(keys) == 1
    assert any(str(tmp_path / "work") in command for command in commands)
    assert not any(keys[0] in command for command in commands)
    assert not (tmp_path / "work" / wanted.id).exists()
    assert not psutil.pid_exists(int(handle))


async def test_two_rooms_are_recorded_at_once_and_one_of_them_with_its_chat(
    bridge: Bridge, browser: Browser, new_recorder: NewRecorder
) -> None:
    await bridge.get("/r/other/create", params={"seats": "guest1"})
    recorder = await new_recorder(at_once=2)
    async with person(browser) as anna:
        await sit(bridge, anna, "guest1", "Anna")
        chat, other = recording(bridge, "show", Mode.CHAT), recording(bridge, "other")
        await asyncio.gather(recorder.start(chat), recorder.start(other))
        await write(anna, "MMMM WWWW " * 20)
        growing = recorder.path(chat.parts[-1])
        assert growing

        async def is_chat_seen() -> bool:
            seen = await pictures(growing)  # none, where so far there is not half a second
            return bool(seen) and bright(seen[-1], round(WIDTH * 0.77), WIDTH) > 500

        await eventually(is_chat_seen, within=90)
        parts = await asyncio.gather(recorder.stop(chat), recorder.stop(other))
    files = [recorder.path(part) for part in parts]
    for file in files:
        assert file
        found = await film(file)
        assert found.played > 3
        assert not found.complaints
    assert files[0]
    last = (await pictures(files[0]))[-1]
    assert is_green(last.at(round(WIDTH * 0.38), PATTERN))


async def takes_no_place(bridge: Bridge, server: LiveServer, wanted: Recorded) -> None:
    """The recorder is inside and is nobody."""
    assert "people=2" in (await bridge.get("/r/show")).text
    assert "recorder" not in await press(bridge, "people")
    assert "pages=1" not in await press(bridge, "scenes")
    async with server.api() as client:
        inside = await client.room.list_participants(api.ListParticipantsRequest(room=wanted.call))
    (own,) = (one for one in inside.participants if one.identity == f"recorder:{wanted.id}")
    assert own.permission.recorder
    assert own.permission.hidden
    assert not own.permission.can_publish
    assert not own.permission.can_publish_data


async def scene_of(bridge: Bridge, browser: Browser, folder: Path) -> Picture:
    """What a scene page paints at the same moment."""
    address = f"{bridge.url}/scene/{code(bridge, Role.SCENE)}?name=1&background=black"
    async with scene(browser, address) as seen:
        await seen.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        await seen.plays()
        await seen.page.wait_for_function("() => document.querySelectorAll('video[data-shown]').length === 2")
        await seen.page.wait_for_timeout(500)
        await seen.page.screenshot(path=folder / "scene.png")
    (shot,) = await pictures(folder / "scene.png", "null")
    return shot


def launch_keys(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Those that are made from now on."""
    made: list[str] = []
    expect = Takes.expect

    def noted(takes: Takes, take: Take, opened: Callable[[], None]) -> str:
        made.append(expect(takes, take, opened))
        return made[-1]

    monkeypatch.setattr(Takes, "expect", noted)
    return made


@asynccontextmanager
async def listing_commands() -> AsyncIterator[set[str]]:
    """What ``ps`` shows meanwhile, of every process there is."""
    seen: set[str] = set()

    def look() -> None:
        seen.update(" ".join(one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"]))

    async def watch() -> None:
        while True:
            await asyncio.to_thread(look)
            await asyncio.sleep(0.1)

    watching = asyncio.create_task(watch())
    yield seen
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


def is_silent(speakers: Path) -> bool:
    return not speakers.exists() or not any(array.array("h", speakers.read_bytes()))


async def write(someone: Person, text: str) -> None:
    await someone.press("Chat")
    await someone.page.get_by_label("Your words").fill(text)
    await someone.press("Send")
    await someone.reads(text)


def is_green(colour: tuple[int, int, int]) -> bool:
    """Chromium's made-up cameras are."""
    red, green, blue = colour
    return green > 90 and red < 120 and blue < 90


def alike(one: Picture, other: Picture) -> float:
    """How much of them is picture in both, or background in both: what moves in a picture is green too."""
    points = [(x, y) for x in range(8, WIDTH, 16) for y in range(8, HEIGHT, 16)]
    same = sum((max(one.at(*point)) > 60) == (max(other.at(*point)) > 60) for point in points)
    return same / len(points)


def bright(picture: Picture, left: int, right: int) -> int:
    """How many points of letters there are between two columns."""
    return sum(min(picture.at(x, y)) > 170 for x in range(left, right, 2) for y in range(0, HEIGHT, 2))
