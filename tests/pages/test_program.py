"""The show goes back to the people inside: from a page on the vMix PC to a place of its own on theirs."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from bridge.rooms.model import Role
from tests.bridges import Bridge
from tests.live.conftest import NewServer
from tests.live.server import LiveServer
from tests.pages.browser import Person
from tests.pages.conftest import NewPerson
from tests.pages.studio import code, press, sit, studio
from tests.ports import free_port

SHOW = "The show"
TALKING = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const real = await open(wanted);
  if (!wanted.audio) return real;
  const context = new AudioContext();
  addEventListener("click", () => context.resume());
  const [tone, gain] = [context.createOscillator(), context.createGain()];
  const sound = context.createMediaStreamDestination();
  tone.connect(gain).connect(sound);
  tone.start();
  const talks = () => (Math.imul(Math.floor(Date.now() / 250), 2654435761) >>> 0) % 7 < 4;
  setInterval(() => { gain.gain.value = talks() ? 0.3 : 0; }, 20);
  return new MediaStream([...sound.stream.getTracks(), ...real.getVideoTracks()]);
};
"""
"""A microphone hears the same words at the same moment in every browser: as if a guest were on the bus."""


@pytest.fixture
async def bridge(live_server: LiveServer, tmp_path: Path) -> AsyncIterator[Bridge]:
    async with studio(live_server, tmp_path) as bridge:
        yield bridge


async def open_program(bridge: Bridge, studio: Person) -> None:
    await studio.open(f"{bridge.url}/program/{code(bridge, Role.PROGRAM)}")


async def is_sent(studio: Person) -> None:
    await expect(studio.page.get_by_role("status")).to_have_text("Your guests see and hear this.")


async def is_shown(guest: Person, frames: int = 5) -> None:
    video = guest.page.get_by_role("figure", name=SHOW).locator("video")
    await expect(video).to_be_visible()
    await guest.page.wait_for_function(
        "([video, frames]) => video.getVideoPlaybackQuality().totalVideoFrames >= frames",
        arg=[await video.element_handle(), frames],
    )


async def test_people_inside_see_the_show_and_hear_it_when_they_want_to(bridge: Bridge, someone: NewPerson) -> None:
    studio, anna = await someone(), await someone()
    await open_program(bridge, studio)
    await expect(studio.page.get_by_role("status")).to_have_text("Nothing is sent.")
    await studio.press("Send to the guests")
    await is_sent(studio)
    assert "ready people=0" in (await bridge.get("/r/show")).text
    await sit(bridge, anna)
    await is_shown(anna)
    await anna.reads("Only you")
    sounds = anna.page.locator("audio")
    await expect(sounds).to_have_count(0)
    await anna.press("Hear the show")
    await anna.hears()
    await anna.press("Silence the show")
    await expect(sounds).to_have_count(0)
    show = anna.page.get_by_role("figure", name=SHOW)
    small = await show.bounding_box()
    await anna.press("Larger")
    large = await show.bounding_box()
    assert small
    assert large
    assert large["width"] > 1.5 * small["width"]
    seen = await someone(may=())
    await seen.open(f"{bridge.url}/scene/{code(bridge, Role.SCENE)}?audio=0")
    await expect(seen.page.locator("video[data-shown]")).to_have_count(1)
    assert await seen.page.locator(".tile").count() == 1
    await studio.press("Stop sending")
    await expect(show).to_have_count(0)
    await expect(studio.page.get_by_role("status")).to_have_text("Nothing is sent.")


async def test_the_show_goes_on_over_every_restart(
    new_live_server: NewServer, tmp_path: Path, someone: NewPerson
) -> None:
    server, listen = await new_live_server(), f"127.0.0.1:{free_port()}"
    sender, anna = await someone(), await someone()
    async with studio(server, tmp_path / "data", listen=listen) as first:
        await open_program(first, sender)
        await sender.press("Send to the guests")
        await sit(first, anna)
        await is_shown(anna)
        await press(first, "stop")
        await expect(sender.page.get_by_role("status")).to_have_text(re.compile("The room is closed"))
        await press(first, "start")
        await is_shown(anna)
    async with studio(server, tmp_path / "data", listen=listen):
        server.kill()
        await server.restart()
        await anna.is_inside()
        await is_shown(anna)
        await sender.page.reload()
        await is_sent(sender)
        await is_shown(anna)


async def test_guests_on_their_own_bus_are_noticed(bridge: Bridge, someone: NewPerson) -> None:
    sender, anna = await someone(), await someone()
    for one in (sender, anna):
        await one.page.add_init_script(TALKING)
    await sit(bridge, anna)
    await open_program(bridge, sender)
    await sender.press("Send to the guests")
    warning = sender.page.get_by_text("Guests hear themselves: take them off this bus.")
    await expect(warning).to_be_visible(timeout=60_000)


async def test_what_arrives_of_the_show_is_said(bridge: Bridge, someone: NewPerson) -> None:
    studio = await someone(may=("camera",))
    await open_program(bridge, studio)
    await studio.press("Send to the guests")
    status = studio.page.get_by_role("status")
    await expect(status).to_have_text("Your guests see this, and hear nothing of it.")


async def test_what_keeps_the_show_from_being_sent_is_said(bridge: Bridge, someone: NewPerson) -> None:
    denied = await someone(may=())
    await open_program(bridge, denied)
    await denied.press("Send to the guests")
    await expect(denied.page.get_by_text("The browser keeps camera and microphone from this page.")).to_be_visible()
    dead = await someone()
    await dead.open(f"{bridge.url}/program/nothing")
    await expect(dead.page.get_by_role("status")).to_have_text(re.compile("This link does not open a room any more"))
