"""Scenes on a real bridge and a real LiveKit: what vMix sees and hears of a guest, from before they come to after they
left."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from livekit import api
from playwright.async_api import Browser, expect

from bridge.rooms.model import Role
from tests.bridges import Bridge
from tests.live.conftest import NewServer
from tests.live.participant import Participant
from tests.live.server import LiveServer
from tests.needs import had
from tests.pages.browser import LIKE_VMIX, browser_on, chromium, person
from tests.pages.conftest import NewPerson
from tests.pages.scene import Scene, scene
from tests.pages.studio import code, press, sit, studio
from tests.ports import free_port


def is_green(colour: tuple[int, int, int, int]) -> bool:
    """Chromium's made-up cameras are, and nothing shines through."""
    red, green, blue, alpha = colour
    return alpha == 255 and green > 100 and red < 90 and blue < 90


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    program = await asyncio.to_thread(had, "browser", chromium)
    async with browser_on(program, LIKE_VMIX) as browser:
        yield browser


@pytest.fixture
async def bridge(live_server: LiveServer, tmp_path: Path) -> AsyncIterator[Bridge]:
    async with studio(live_server, tmp_path, hosts=["studio.test"]) as bridge:
        yield bridge


def url(bridge: Bridge, seat: str = "", query: str = "") -> str:
    """Of the scene of that seat, or of the room."""
    return f"{bridge.url}/scene/{code(bridge, Role.SCENE, seat)}?{query}"


@asynccontextmanager
async def at(bridge: Bridge, seat: str, name: str) -> AsyncIterator[Participant]:
    """Somebody with another client in a seat, who sends small pictures and one long tone."""
    body = {"code": code(bridge, Role.SPEAKER, seat), "secret": name * 8, "page": "", "name": name}
    async with bridge.http.post(f"{bridge.url}/pages/join", json=body) as answer:
        token = await answer.json()
    async with Participant(token["server_url"], token["participant_token"]) as someone:
        yield someone


async def row(bridge: Bridge, name: str, **wanted: object) -> dict[str, Any]:
    """The scene of this name as the bridge knows it, once it is like this."""
    async with asyncio.timeout(30):
        while True:
            rows = json.loads(await press(bridge, "scenes.json"))
            for found in rows:
                if found["name"] == name and all(found[field] == value for field, value in wanted.items()):
                    return dict(found)
            await asyncio.sleep(0.05)


async def test_a_guest_is_seen_and_heard_and_seen_without_a_gap_when_they_reload(
    bridge: Bridge, browser: Browser, someone: NewPerson
) -> None:
    anna = await someone()
    async with scene(browser, url(bridge, "guest1", "hold=30")) as seen:
        await row(bridge, "guest1", pages=1)
        assert await seen.pixel(320, 300) == (0, 0, 0, 0)
        assert await seen.page.evaluate("() => getComputedStyle(document.body).cursor") == "none"
        await sit(bridge, anna, "guest1")
        first = await seen.plays()
        await seen.is_heard()
        await row(bridge, "guest1", sound="on")
        assert is_green(await seen.pixel(320, 300))
        await seen.looks()
        await sit(bridge, anna, "guest1")  # the page is loaded again
        painted = [await seen.pixel(320, 300) for _ in range(5)]
        await seen.plays(other_than=first)
        await seen.is_heard()
        looks = await seen.looks()
        assert [look for look in looks if look.is_black] == []
        assert all(map(is_green, painted))
        assert {look.picture for look in looks} == {first, looks[-1].picture}
        assert await seen.texts() == ""


async def test_a_take_shows_the_next_one_with_their_first_frame_and_sound(
    bridge: Bridge, browser: Browser, someone: NewPerson
) -> None:
    anna, ben = await someone(), await someone()
    await sit(bridge, anna, "guest1")
    await sit(bridge, ben, "guest2", "Ben")
    async with scene(browser, url(bridge, query="scene=main&slate=Soon")) as seen:
        await seen.reads("Soon")
        await press(bridge, "take", scene="main", seat="guest1")
        shown = await seen.plays()
        await seen.is_heard()
        for seat in ("guest2", "guest1", "guest2"):
            await seen.looks()
            await press(bridge, "take", scene="main", seat=seat)
            painted = [await seen.pixel(320, 300) for _ in range(5)]
            before, shown = shown, await seen.plays(other_than=shown)
            await seen.is_heard()
            looks = await seen.looks()
            assert [look for look in looks if look.is_black] == []
            assert all(map(is_green, painted))
            assert [look.picture for look in looks] == sorted(
                (look.picture for look in looks), key=lambda picture: picture != before
            )
            heard = {(look.picture, look.sounds) for look in looks}
            assert len(heard) == 2  # each picture with one sound, its own, and never both
            assert all(len(sounds) == 1 for _, sounds in heard)
            assert len({sounds for _, sounds in heard}) == 2
        await press(bridge, "take", scene="main", seat="")
        await seen.reads("Soon")
        assert (await seen.look()).sounds == ()


async def test_a_camera_that_is_switched_off_is_a_slate_at_once_and_no_frozen_face(
    bridge: Bridge, browser: Browser, someone: NewPerson
) -> None:
    anna = await someone()
    await sit(bridge, anna, "guest1")
    async with scene(browser, url(bridge, "guest1", "hold=60&slate=%23102030")) as seen:
        await seen.plays()
        await anna.press("Stop camera")
        await seen.shows_nothing()
        assert await seen.pixel(320, 300) == (0x10, 0x20, 0x30, 255)
        await seen.is_heard()
        await seen.looks()
        await anna.press("Start camera")
        await seen.plays()
        looks = await seen.looks()
        assert [look for look in looks if look.picture >= 0 and look.is_black] == []
        assert await seen.texts() == ""


async def test_who_leaves_stays_for_some_seconds_and_then_the_slate(
    bridge: Bridge, browser: Browser, someone: NewPerson
) -> None:
    anna = await someone()
    await sit(bridge, anna, "guest1")
    async with scene(browser, url(bridge, "guest1", "hold=2&slate=Soon")) as seen:
        await seen.plays()
        await seen.has_played(20)
        await anna.page.close()
        await row(bridge, "guest1", pages=1)
        held = await seen.look()
        assert not held.is_black
        await seen.reads("Soon")
        looks = await seen.looks()
        last = max(look.frames for look in looks)
        frozen = [look.at for look in looks if look.picture >= 0 and look.frames == last]
        assert 1500 < frozen[-1] - frozen[0] < 4000


async def test_a_screen_is_a_scene_of_its_own(bridge: Bridge, browser: Browser) -> None:
    async with scene(browser, url(bridge, "guest1", "show=screen")) as seen:
        async with at(bridge, "guest1", "Anna") as anna:
            await anna.publish("camera")
            await anna.publish("screen")
            await seen.plays()
            await row(bridge, "guest1.screen", pages=1, sound="on")
            await anna.unpublish("screen")
            await seen.shows_nothing()


async def test_what_is_asked_for_is_written_and_nothing_else(
    bridge: Bridge, browser: Browser, someone: NewPerson
) -> None:
    anna, ben = await someone(), await someone()
    await sit(bridge, anna, "guest1")
    await sit(bridge, ben, name="Ben")
    async with AsyncExitStack() as stack:
        named = await stack.enter_async_context(scene(browser, url(bridge, "guest1", "name=1")))
        stats = await stack.enter_async_context(scene(browser, url(bridge, "guest1", "stats=1&audio=0")))
        room = await stack.enter_async_context(scene(browser, url(bridge, query="name=1&audio=0")))
        await named.reads("Anna")
        await press(bridge, "title", seat="guest1", text="Dr. Anna Weber")
        await named.reads("Dr. Anna Weber")
        await expect(room.page.locator(".name")).to_have_text(["Dr. Anna Weber", "Ben"])
        await expect(stats.page.locator(".stats")).to_have_text(
            re.compile(r"^\d+×\d+ · \d+ fps · [\d,]+ kbit/s · \d\.\d % lost · sound off · \w[^·]*$")
        )  # how the guest does: not "good" where browsers crowd a small machine
        assert await stats.page.locator("audio").count() == 0
        await row(bridge, "grid", sound="off")
        await ben.press("Leave")
        await ben.press("Leave")
        await expect(room.page.locator(".name")).to_have_text(["Dr. Anna Weber"])


async def test_what_people_write_stands_beside_them(bridge: Bridge, browser: Browser, someone: NewPerson) -> None:
    anna = await someone()
    await sit(bridge, anna)
    async with scene(browser, url(bridge, query="layout=chat")) as seen:
        await seen.plays()
        await anna.press("Chat")
        await anna.page.get_by_label("Your words").fill("Hello <b>studio</b>")
        await anna.press("Send")
        await expect(seen.page.locator(".chat p")).to_have_text("AnnaHello <b>studio</b>")


async def test_who_speaks_is_shown(bridge: Bridge, browser: Browser) -> None:
    async with (
        at(bridge, "guest1", "Anna") as anna,
        at(bridge, "guest2", "Ben") as ben,
        scene(browser, url(bridge, query="layout=speaker&name=1&audio=0")) as seen,
    ):
        for one in (anna, ben):
            await one.publish("camera")
        for speaker, name in ((ben, "Ben"), (anna, "Anna"), (ben, "Ben")):
            await speaker.publish("microphone")
            await seen.reads(name)
            await speaker.unpublish("microphone")
        assert await seen.page.locator("video[data-shown]:not([data-below])").count() == 1


async def test_the_studios_own_program_is_neither_shown_nor_heard(
    bridge: Bridge, live_server: LiveServer, browser: Browser, someone: NewPerson
) -> None:
    anna = await someone()
    await sit(bridge, anna)
    room = bridge.running.parts.store.by_slug("show")
    assert room
    async with Participant(live_server.url, live_server.token("program", room.call)) as program:
        await program.publish("camera")
        async with scene(browser, url(bridge)) as seen:
            await seen.plays()
            assert await seen.page.locator(".tile").count() == 1


async def test_a_scene_lives_through_a_stopped_room_and_a_bridge_and_a_livekit_that_restart(
    new_live_server: NewServer, tmp_path: Path, browser: Browser, someone: NewPerson
) -> None:
    server, listen = await new_live_server(), f"127.0.0.1:{free_port()}"
    anna = await someone()
    async with AsyncExitStack() as page:
        async with studio(server, tmp_path / "data", listen=listen) as bridge:
            await sit(bridge, anna, "guest1")
            seen: Scene = await page.enter_async_context(scene(browser, url(bridge, "guest1")))
            shown = await seen.plays()
            await press(bridge, "stop")
            await seen.shows_nothing()
            await press(bridge, "start")
            shown = await seen.plays(other_than=shown)
        before = (await seen.look()).frames
        await seen.page.wait_for_function("(frames) => look().frames > frames + 10", arg=before)  # goes on without
        async with studio(server, tmp_path / "data", listen=listen) as bridge:
            await row(bridge, "guest1", pages=1, sound="on")
            server.kill()
            await seen.shows_nothing()
            await server.restart()
            await seen.plays(other_than=shown)
            await seen.is_heard()
            await row(bridge, "guest1", pages=1, sound="on")
            assert await seen.texts() == ""


async def without_lights(bridge: Bridge) -> str:
    """Who is inside, but for how their lines do: that changes by itself."""
    return re.sub(r" light=\w* ", " ", await press(bridge, "people"))


async def test_scenes_that_are_opened_again_and_again_change_nothing(
    bridge: Bridge, browser: Browser, someone: NewPerson
) -> None:
    anna = await someone()
    await sit(bridge, anna, "guest1")
    async with scene(browser, url(bridge, "guest1")) as seen, scene(browser, url(bridge, "guest1")) as second:
        await seen.plays()
        await seen.is_heard()
        before = await without_lights(bridge)
        await second.plays()
        for _ in range(50):
            await second.page.reload(wait_until="domcontentloaded")
        await second.plays()
        await row(bridge, "guest1", pages=2)
        assert "people=1" in (await bridge.get("/r/show")).text
        assert not (await seen.look()).is_black
    assert await without_lights(bridge) == before


async def test_it_is_opened_by_the_address_of_the_studios_machine_over_http(
    bridge: Bridge, browser: Browser, someone: NewPerson
) -> None:
    anna = await someone()
    await sit(bridge, anna, "guest1")
    address = url(bridge, "guest1").replace("127.0.0.1", "studio.test")
    async with scene(browser, address) as seen:
        assert not await seen.page.evaluate("() => isSecureContext")
        await seen.plays()
        await seen.is_heard()


async def test_twelve_scenes_and_a_join_page_live_in_one_browser(
    bridge: Bridge, browser: Browser, someone: NewPerson
) -> None:
    ben = await someone()
    async with at(bridge, "guest1", "Anna") as anna:
        await anna.publish("camera")
        await anna.publish("microphone")
        pages = []
        for _ in range(12):
            window = await ben.another_window()
            await window.open(url(bridge, "guest1"))
            pages.append(window)
        await sit(bridge, ben, "guest2", "Ben")
        await ben.sees("Anna")
        for window in pages:
            await window.page.wait_for_function(PLAYING, polling=100)
        await row(bridge, "guest1", pages=12)


PLAYING = """() => {
  const video = document.querySelector("video[data-shown]");
  return video && video.getVideoPlaybackQuality().totalVideoFrames > 5;
}"""


async def test_where_sound_is_held_back_the_picture_is_shown_and_the_bridge_is_told(
    bridge: Bridge, someone: NewPerson
) -> None:
    anna = await someone()
    await sit(bridge, anna, "guest1")
    async with browser_on(chromium()) as strict, person(strict, ()) as seen:
        await seen.open(url(bridge, "guest1"))
        await row(bridge, "guest1", pages=1, sound="blocked")
        await seen.page.wait_for_function(PLAYING, polling=100)  # which is a click to Chromium: it tries on
        await row(bridge, "guest1", pages=1, sound="on")
        assert await seen.page.evaluate("() => document.body.innerText") == ""


async def test_one_scene_too_many_says_so_and_a_dead_link_too(
    live_server: LiveServer, tmp_path: Path, browser: Browser
) -> None:
    async with studio(live_server, tmp_path / "data", join={"max_scenes": 1}) as bridge:
        async with scene(browser, url(bridge)), scene(browser, f"{bridge.url}/scene/abcdefghjkmn") as dead:
            await row(bridge, "grid", pages=1, sound="on")
            await dead.reads("This link does not open a room any more. Ask whoever sent it for a new one.")
            async with scene(browser, url(bridge)) as second:
                await second.reads("Too many scenes of this room are open. Close one, then reload this one.")


async def test_a_scene_that_is_live_ends_without_a_word_when_its_link_is_renewed(
    bridge: Bridge, browser: Browser, someone: NewPerson
) -> None:
    anna = await someone()
    await sit(bridge, anna, "guest1")
    async with scene(browser, url(bridge, "guest1")) as seen:
        await seen.plays()
        room = bridge.running.parts.store.by_slug("show")
        assert room
        links = await bridge.api("conferences/links/list", {"id": room.id})
        names = [link["name"] for link in links.json]
        for name in names:
            await bridge.api("conferences/links/renew", {"id": room.id, "name": name})
        await seen.shows_nothing()
        assert await seen.texts() == ""


async def test_a_metered_livekit_is_left_when_nobody_was_there_for_a_minute(
    live_server: LiveServer, tmp_path: Path, browser: Browser, someone: NewPerson
) -> None:
    async with studio(live_server, tmp_path / "data", livekit={"metered": True}) as bridge:
        anna = await someone()
        await sit(bridge, anna, "guest1")
        async with scene(browser, url(bridge, "guest1")) as seen:
            shown = await seen.plays()
            assert await receives(bridge, live_server) == 1
            await anna.page.goto("about:blank")
            await seen.shows_nothing()
            await seen.page.evaluate(
                "() => { const now = performance.now.bind(performance); performance.now = () => now() + 61000; }"
            )
            await becomes(lambda: receives(bridge, live_server), 0)
            await sit(bridge, anna, "guest1")
            await seen.plays(other_than=shown)


async def becomes(ask: Callable[[], Awaitable[int]], wanted: int) -> None:
    async with asyncio.timeout(30):
        while True:
            if await ask() == wanted:
                return
            await asyncio.sleep(0.1)


async def receives(bridge: Bridge, server: LiveServer) -> int:
    """How many scenes are inside."""
    room = bridge.running.parts.store.by_slug("show")
    assert room
    async with server.api() as client:
        people = (await client.room.list_participants(api.ListParticipantsRequest(room=room.call))).participants
    return sum(person.permission.hidden for person in people)


@pytest.mark.parametrize(
    ("layout", "paper"), [("speaker", "dark"), ("single-speaker-light", "light"), ("mosaic", "dark")]
)
async def test_the_recorders_page_says_when_to_begin_and_to_end(
    bridge: Bridge, live_server: LiveServer, browser: Browser, someone: NewPerson, layout: str, paper: str
) -> None:
    anna = await someone()
    await sit(bridge, anna, "guest1")
    room = bridge.running.parts.store.by_slug("show")
    assert room
    grants = {"hidden": True, "recorder": True, "can_publish": False, "can_publish_data": False}
    token = live_server.token("EG_recorder", room.call, **grants)
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    page, said = await context.new_page(), list[str]()
    began, ended = asyncio.Event(), asyncio.Event()

    def hear(text: str) -> None:
        said.append(text)
        (began if len(said) == 1 else ended).set()

    page.on("console", lambda message: hear(message.text))
    await page.goto(f"{bridge.url}/egress?layout={layout}&url={live_server.url}&token={token}")
    await expect(page.locator(".name")).to_have_text("Anna")
    await began.wait()
    assert await page.evaluate("() => document.documentElement.dataset.paper") == paper
    async with live_server.api() as client:
        await client.room.delete_room(api.DeleteRoomRequest(room=room.call))
    await ended.wait()
    assert said == ["START_RECORDING", "END_RECORDING"]
    await context.close()
