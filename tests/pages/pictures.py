"""Pictures of every state of the join page, the program page and the console, in light, dark and on a phone.

``python -m tests.pages.pictures DIR [STATE …]``
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livekit import api
from playwright.async_api import Browser, Route

from tests.live.binary import PROGRAM, build_beforehand
from tests.live.participant import Participant
from tests.live.server import LiveServer
from tests.pages import console_pictures
from tests.pages.browser import DEVICES, Person, browser_on, chromium, person
from tests.pages.standin import ROOM, House, StandIn, house_on

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 800}},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True},
}
NO_DEVICE = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', '%s'); };"
INSECURE = """
Object.defineProperty(navigator, "mediaDevices", { value: undefined });
Object.defineProperty(globalThis, "isSecureContext", { value: %s });
"""
OLD = "delete globalThis.RTCPeerConnection; delete globalThis.webkitRTCPeerConnection;"
LONG = "16:00"
ECHO = "export const STEP_MS = 50; export class Echo { isHeard = true; look() {} }"
NO_BUS = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  if (wanted.audio) throw new DOMException("", "%s");
  return open(wanted);
};
"""


@dataclass(slots=True)
class Scene:
    """Somebody at the page of one room, which is new for each picture."""

    house: House
    me: Person
    livekit: LiveServer

    @property
    def standin(self) -> StandIn:
        return self.house.standin

    async def door(self, code: str = "speaker", script: str = "", **facts: Any) -> None:
        self.standin.room.update(facts)
        if script:
            await self.me.page.add_init_script(script)
        await self.me.open(self.house.url(code))

    async def join(self, code: str = "speaker", button: str = "Join", **facts: Any) -> None:
        await self.door(code, **facts)
        await self.me.page.get_by_label("Your name").fill("Anna Weber")
        await self.me.press(button)

    async def inside(self, **facts: Any) -> None:
        await self.join(**facts)
        await self.me.is_inside()
        await self.standin.hears("report", inside=True, mic=True)

    async def program(self, script: str = "", **facts: Any) -> None:
        """The page on the vMix PC."""
        self.standin.room.update(facts)
        if script:
            await self.me.page.add_init_script(script)
        await self.me.open(self.house.url("program", page="program"))

    async def sending(self, script: str = "", **facts: Any) -> None:
        await self.program(script, **facts)
        await self.me.press("Send to the guests")

    async def refused(self, key: str) -> None:
        self.standin.refusal = key
        await self.join()

    @asynccontextmanager
    async def crowd(self, *names: str, shares: bool = False) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for name in names:
                token = self.livekit.token(name, self.standin.call)
                other = await stack.enter_async_context(Participant(self.livekit.url, token))
                await other.expect("connected")
                await other.publish("screen" if shares and name == names[0] else "camera")
                if name == "program":
                    await other.publish("microphone")
            yield


STATES: dict[str, Callable[[Scene], Any]] = {}
NAMES = ("Dr. Ben Okafor", "Chiara Rossi", "Daniel Kim", "Elif Yılmaz", "Fatima Zahra", "Goran Petrović", "Hana Sato")


def state(make: Callable[[Scene], Awaitable[None]]) -> Callable[[Scene], Awaitable[None]]:
    """What leads to a state, under its name."""

    @asynccontextmanager
    async def shown(scene: Scene) -> AsyncIterator[None]:
        await make(scene)
        yield

    STATES[make.__name__] = shown
    return make


def crowd(*names: str, shares: bool = False) -> Callable[[Callable[[Scene], Awaitable[None]]], Any]:
    """A state among other people."""

    def named(make: Callable[[Scene], Awaitable[None]]) -> Any:
        @asynccontextmanager
        async def shown(scene: Scene) -> AsyncIterator[None]:
            async with scene.crowd(*names, shares=shares):
                await make(scene)
                yield

        STATES[make.__name__] = shown
        return make

    return named


@state
async def door(scene: Scene) -> None:
    await scene.door(record=True, lobby=True)


@state
async def door_of_a_seat(scene: Scene) -> None:
    await scene.door("seat-guest1", title="Dr. Anna Weber, virologist")


@state
async def door_of_a_guest(scene: Scene) -> None:
    await scene.door("guest")


@state
async def door_for_sound(scene: Scene) -> None:
    await scene.door(media="audio")


@state
async def door_without_a_name(scene: Scene) -> None:
    await scene.door()
    await scene.me.press("Join")


@state
async def door_closed(scene: Scene) -> None:
    await scene.door(state="stopped")


@state
async def camera_denied(scene: Scene) -> None:
    await scene.door(script=NO_DEVICE % "NotAllowedError")


@state
async def no_device(scene: Scene) -> None:
    await scene.door(script=NO_DEVICE % "NotFoundError")


@state
async def device_in_use(scene: Scene) -> None:
    await scene.door(script=NO_DEVICE % "NotReadableError")


@state
async def no_https(scene: Scene) -> None:
    await scene.door(script=INSECURE % "false", secure_url="https://studio.example/j/abcdefghjkmn")


@state
async def inside_an_app(scene: Scene) -> None:
    await scene.door(script=INSECURE % "true")


@state
async def old_browser(scene: Scene) -> None:
    await scene.door(script=OLD)


@state
async def not_open(scene: Scene) -> None:
    await scene.join(state="stopped")


@state
async def closed(scene: Scene) -> None:
    await scene.inside()
    await scene.standin.stop()


@state
async def long_closed(scene: Scene) -> None:
    await scene.inside()
    await scene.standin.stop()
    await scene.me.reads("The room was closed.")
    await scene.me.page.clock.install()
    await scene.me.page.clock.fast_forward(LONG)
    await scene.standin.start("later")


@state
async def lobby(scene: Scene) -> None:
    await scene.refused("not_admitted")


@state
async def refused(scene: Scene) -> None:
    await scene.refused("not_admitted")
    await scene.standin.hears("knock")
    await scene.standin.tell("refused")


@state
async def room_full(scene: Scene) -> None:
    await scene.refused("room_full")


@state
async def limited(scene: Scene) -> None:
    await scene.refused("too_many_requests")


@state
async def seat_taken(scene: Scene) -> None:
    await scene.refused("seat_taken")


@state
async def token_needed(scene: Scene) -> None:
    await scene.door("unknown")


@state
async def no_audience(scene: Scene) -> None:
    scene.standin.refusal = "no_audience"
    await scene.join("guest", "Watch")


@state
async def barred(scene: Scene) -> None:
    await scene.refused("barred")


@state
async def removed(scene: Scene) -> None:
    await scene.inside()
    said = await scene.standin.hears("report", inside=True)
    async with scene.livekit.api() as client:
        who = api.RoomParticipantIdentity(room=scene.standin.call, identity=said["identity"])
        await client.room.remove_participant(who)


@state
async def moved(scene: Scene) -> None:
    await scene.inside()
    said = await scene.standin.hears("report", inside=True)
    async with Participant(scene.livekit.url, scene.livekit.token(said["identity"], scene.standin.call)):
        await scene.me.reads("You joined from another window.")


@state
async def left(scene: Scene) -> None:
    await scene.inside()
    await scene.me.press("Leave")
    await scene.me.press("Leave")


@state
async def rehearsal(scene: Scene) -> None:
    await scene.door(server="rehearsal")


@state
async def call_away(scene: Scene) -> None:
    await scene.refused("media_server_down")


@state
async def alone(scene: Scene) -> None:
    await scene.inside()


@crowd(*NAMES[:1])
async def two(scene: Scene) -> None:
    await scene.inside(record=True)
    await scene.me.sees(NAMES[0])


@crowd(*NAMES)
async def eight(scene: Scene) -> None:
    await scene.inside()
    await scene.me.sees(NAMES[-1])


@crowd(*NAMES[:3], shares=True)
async def screen_shared(scene: Scene) -> None:
    await scene.inside()
    await scene.me.sees(NAMES[1])


@crowd(*NAMES[:2])
async def chat(scene: Scene) -> None:
    await scene.inside()
    await scene.me.press("Chat")
    for text in ("Can you hear me?", "The slides are at https://slides.example/today", "One minute."):
        await scene.me.page.get_by_label("Your words").fill(text)
        await scene.me.press("Send")
        await scene.me.reads(text)


@crowd(*NAMES[:1])
async def settings(scene: Scene) -> None:
    await scene.inside()
    await scene.me.press("Settings")


@crowd(*NAMES[:2])
async def watching(scene: Scene) -> None:
    await scene.join("guest", "Watch")
    await scene.me.is_inside()
    await scene.me.sees(NAMES[0])


@crowd(*NAMES[:3])
async def on_air(scene: Scene) -> None:
    await scene.inside(air="program")


@crowd(*NAMES[:3])
async def in_preview(scene: Scene) -> None:
    await scene.inside(air="preview")


@crowd(*NAMES[:1])
async def asked_to_unmute(scene: Scene) -> None:
    await scene.inside()
    await scene.me.press("Mute")
    await scene.standin.tell("asked")


@crowd(*NAMES[:1])
async def muted(scene: Scene) -> None:
    await scene.inside()
    await scene.me.press("Mute")
    await scene.standin.tell("muted")


@crowd(*NAMES[:1])
async def said(scene: Scene) -> None:
    await scene.inside()
    await scene.standin.tell("said", text="You are on in two minutes. Please sit a little to the left.")


@crowd(*NAMES[:1])
async def leaving(scene: Scene) -> None:
    await scene.inside()
    await scene.me.press("Leave")


@crowd(*NAMES[:1])
async def bridge_away(scene: Scene) -> None:
    await scene.inside()
    await scene.house.close()
    await scene.me.reads("The studio's computer does not answer.")


@state
async def lost(scene: Scene) -> None:
    await scene.inside()
    scene.livekit.kill()
    await scene.me.reads("Connection lost.")


@state
async def program_door(scene: Scene) -> None:
    await scene.program()


@state
async def program_sending(scene: Scene) -> None:
    await scene.sending()
    await scene.me.reads("Your guests see and hear this.")


@state
async def program_echo(scene: Scene) -> None:
    """Heard at once: the real one listens for a quarter of a minute."""

    async def heard(route: Route) -> None:
        await route.fulfill(body=ECHO, content_type="text/javascript")

    await scene.me.page.route("**/echo.js", heard)
    await scene.sending()
    await scene.me.reads("Guests hear themselves: take them off this bus.")


@state
async def program_bus_missing(scene: Scene) -> None:
    await scene.sending(NO_BUS % "NotFoundError")
    await scene.me.reads("There is no microphone.")


@state
async def program_bus_busy(scene: Scene) -> None:
    await scene.sending(NO_BUS % "NotReadableError")
    await scene.me.reads("Another program holds the bus.")


@state
async def program_closed(scene: Scene) -> None:
    await scene.sending(state="stopped")
    await scene.me.reads("The room is closed.")


@crowd("program", *NAMES[:2])
async def show(scene: Scene) -> None:
    """Its sound waits for a click."""
    await scene.inside()
    await scene.me.has("Hear the show")


async def take(house: House, livekit: LiveServer, browser: Browser, name: str, look: str, folder: Path) -> None:
    standin = house.standin
    await livekit.restart()  # it knows nobody, and one state killed it
    await house.open()
    standin.room, standin.refusal = dict(ROOM), ""
    standin.heard.clear()
    await standin.start(f"{name}-{look}")
    async with person(browser, DEVICES, **LOOKS[look]) as me:
        async with STATES[name](Scene(house, me, livekit)):
            await me.page.wait_for_timeout(700)  # pictures of cameras and fonts come in
            await me.page.screenshot(path=folder / f"{name}-{look}.png")
        if me.complaints:
            print(f"{name} {look}: {me.complaints}")


async def main(folder: Path, wanted: list[str]) -> None:
    of_console = [name for name in wanted or console_pictures.STATES if name in console_pictures.STATES]
    with tempfile.TemporaryDirectory() as work:
        data = Path(work)
        async with LiveServer(PROGRAM, data) as livekit, browser_on(chromium()) as browser:
            if of_console:
                await console_pictures.take_all(livekit, data / "console", browser, LOOKS, of_console, folder)
            async with house_on(data / "data", livekit) as house:
                for look in LOOKS:
                    for name in (name for name in wanted or STATES if name in STATES):
                        print(name, look, flush=True)
                        await take(house, livekit, browser, name, look, folder)


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    build_beforehand()
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
