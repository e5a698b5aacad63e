"""A Companion page beside real people: they are seen on its keys and reached by them."""

from pathlib import Path
from typing import Any

from bridge.companion import RoomCard, page
from bridge.rooms.model import Link, Role
from tests.bridges import Bridge
from tests.companion.presser import Presser
from tests.companion.reader import Deck, read
from tests.companion.standin import StandIn, serving
from tests.companion.test_page import HARD, HOST, START, STOP
from tests.live.participant import Participant
from tests.live.server import LiveServer
from tests.live.studio import studio_on


async def token(bridge: Bridge, seat: str) -> str:
    """As a seat's join page gets it."""
    room = bridge.running.parts.store.by_slug("desk")
    assert room
    code = bridge.running.parts.links.of(room)[Link(Role.SPEAKER, seat)]
    body = {"code": code, "secret": "s" * 24, "page": "one", "name": "Anna"}
    async with bridge.http.post(f"{bridge.url}/pages/join", json=body) as response:
        answer: dict[str, Any] = await response.json()
        assert response.status == 200, answer
        return str(answer["participant_token"])


async def test_keys_show_who_sits_there_and_mute_them(live_server: LiveServer, tmp_path: Path) -> None:
    companion = StandIn()
    companion.setup("desk")
    companion.custom |= {"bridge_said": "", "bridge_status": "0"}
    async with serving(companion) as url, studio_on(live_server, tmp_path, companion={"url": url}) as studio:
        await studio.ok("desk/create", seats="host", start=0)
        card = RoomCard("desk", "desk", studio.bridge.url, studio.bridge.room_key("desk"), ("host",))
        keys = Presser(studio.bridge, Deck(read(page([card])), companion.custom))
        await companion.shows("desk", state="stopped", host_says="EMPTY")
        await keys.press(START)
        await companion.shows("desk", state="ready")
        async with Participant(live_server.url, await token(studio.bridge, "host")) as anna:
            await anna.expect("connected")
            assert await anna.publish("microphone")
            await companion.shows("desk", state="live", host_name="Anna", host_says="LIVE")
            await keys.press(HOST)
            await companion.shows("desk", host_says="MUTED")
            (mine,) = (await studio.in_livekit(await studio.call("desk"))).values()
            assert [track.muted for track in mine.tracks] == [True]
            await keys.press(STOP)
            assert companion.custom["bridge_said"].startswith("ERR not_empty ")
            await keys.press(HARD)
            await anna.expect("disconnected")
        await companion.shows("desk", state="stopped")
