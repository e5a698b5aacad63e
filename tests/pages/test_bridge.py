"""The join page on a real bridge and a real LiveKit: from the link to the pictures, and the studio's hand on whoever is
there."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from bridge.rooms.model import Link, Role
from tests.bridges import Bridge, bridge_on
from tests.live.participant import Participant
from tests.live.server import LiveServer
from tests.pages.conftest import NewPerson
from tests.ports import free_port

LOSING = """() => {
  const measure = RTCRtpSender.prototype.getStats;
  RTCRtpSender.prototype.getStats = async function () {
    const all = [...(await measure.call(this)).values()];
    return new Map(all.map((one) => [one.id, { ...one, fractionLost: 0.2 }]));
  };
}"""
"""The browser says that a fifth of what it sends is lost."""


@pytest.fixture
async def bridge(live_server: LiveServer, tmp_path: Path) -> AsyncIterator[Bridge]:
    key = {"api_key": live_server.api_key, "api_secret": live_server.api_secret}
    async with bridge_on(tmp_path, media="livekit", livekit={"url": live_server.url, **key}) as bridge:
        yield bridge


async def press(bridge: Bridge, path: str, **query: str) -> str:
    answer = await bridge.get(f"/r/show/{path}", params=query)
    assert answer.status == 200, answer.text
    return answer.text


def link(bridge: Bridge, role: Role = Role.SPEAKER, seat: str = "") -> str:
    room = bridge.running.parts.store.by_slug("show")
    assert room
    return f"{bridge.url}/j/{bridge.running.parts.links.of(room)[Link(role, seat)]}"


async def people(bridge: Bridge) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(await press(bridge, "people.json"))
    return rows


async def shows(bridge: Bridge, **wanted: str) -> dict[str, Any]:
    """The row of ``people`` that is like this, once there is one."""
    async with asyncio.timeout(30):
        while True:
            for row in await people(bridge):
                if all(row[field] == value for field, value in wanted.items()):
                    return row
            await asyncio.sleep(0.05)


async def test_two_people_come_in_by_their_links_and_see_and_hear_each_other(
    bridge: Bridge, someone: NewPerson
) -> None:
    await press(bridge, "create", seats="host,guest1")
    anna, ben = await someone(), await someone()
    await anna.join(link(bridge, seat="host"), "Anna")
    await ben.join(link(bridge), "Ben")
    for me, other in ((anna, "Ben"), (ben, "Anna")):
        await me.is_inside()
        await me.sees(other)
        await me.hears()
    row = await shows(bridge, who="host", state="inside", mic="on", camera="on")
    assert (row["name"], row["role"], row["new_browser"]) == ("Anna", "speaker", True)
    await shows(bridge, seat="", state="inside", name="Ben")
    assert "people=2" in await press(bridge, "state.json") or (await bridge.get("/r/show")).text.count("people=2")
    await anna.press("Mute")
    await shows(bridge, who="host", mic="muted")


async def test_a_guest_watches_and_cannot_send(bridge: Bridge, someone: NewPerson) -> None:
    await press(bridge, "create", preset="webinar")
    anna, guest = await someone(), await someone(may=())
    await anna.join(link(bridge), "Anna")
    await guest.join(link(bridge, Role.GUEST), "Gus", "Watch")
    await guest.is_inside()
    await guest.sees("Anna")
    await guest.has_no("Unmute")
    assert (await shows(bridge, role="guest", state="inside"))["camera"] == "off"


async def test_the_studio_sees_how_the_line_of_each_does(bridge: Bridge, someone: NewPerson) -> None:
    await press(bridge, "create", seats="host")
    anna, ben = await someone(), await someone()
    await ben.page.add_init_script("navigator.getBattery = async () => ({ charging: false, level: 0.08 })")
    await anna.join(link(bridge, seat="host"), "Anna")
    await ben.join(link(bridge), "Ben")
    await shows(bridge, who="host", light="ok", quality="good")
    await shows(bridge, name="Ben", light="watch", quality="battery 8 %")
    await anna.page.evaluate(LOSING)
    await shows(bridge, who="host", light="bad", quality="losing packets (20 %)")
    await anna.page.close()
    await shows(bridge, who="host", state="away", light="", quality="")


async def test_a_seat_is_held_freed_and_taken(bridge: Bridge, someone: NewPerson) -> None:
    await press(bridge, "create", seats="host")
    anna, ben = await someone(), await someone()
    await anna.join(link(bridge, seat="host"), "Anna")
    await anna.is_inside()
    await shows(bridge, who="host", state="inside")
    await ben.join(link(bridge, seat="host"), "Ben")
    await ben.reads("Somebody else sits in this seat.")
    await press(bridge, "free", seat="host")
    await anna.reads("The studio ended your visit.")
    await ben.press("Try again")
    await ben.is_inside()
    await shows(bridge, who="host", state="inside", name="Ben")


async def test_who_reloads_is_back_in_the_seat_at_once(bridge: Bridge, someone: NewPerson) -> None:
    await press(bridge, "create", seats="host")
    anna = await someone()
    await anna.join(link(bridge, seat="host"), "Anna")
    await anna.is_inside()
    again = await anna.another_window()
    await anna.page.close()
    await again.join(link(bridge, seat="host"), "Anna")
    await again.is_inside()
    assert (await shows(bridge, who="host", state="inside"))["name"] == "Anna"


async def test_the_lobby_lets_people_in_one_by_one(bridge: Bridge, someone: NewPerson) -> None:
    await press(bridge, "create", lobby="1")
    anna, ben = await someone(), await someone()
    await anna.join(link(bridge), "Anna")
    await anna.reads("You are next.")
    await shows(bridge, state="waiting", name="Anna")
    await ben.join(link(bridge), "Ben")
    await ben.reads("You are next.")
    await shows(bridge, state="waiting", name="Ben")
    await press(bridge, "admit", who="next")
    await anna.is_inside()
    await press(bridge, "refuse", who="next")
    await ben.reads("The studio did not let you in.")


async def test_who_is_removed_is_out_and_stays_out(bridge: Bridge, someone: NewPerson) -> None:
    await press(bridge, "create", seats="host")
    anna = await someone()
    await anna.join(link(bridge, seat="host"), "Anna")
    await anna.is_inside()
    await shows(bridge, who="host", state="inside")
    await press(bridge, "remove", who="host")
    await anna.reads("The studio ended your visit.")
    await anna.open(link(bridge, seat="host"))
    await anna.press("Join")
    await anna.reads("The studio ended your visit.")
    await press(bridge, "free", seat="host")


async def test_a_client_of_ones_own_with_an_older_token_is_put_out(
    bridge: Bridge, live_server: LiveServer, someone: NewPerson
) -> None:
    await press(bridge, "create", seats="host")
    code = link(bridge, seat="host").rpartition("/")[2]
    body = {"code": code, "secret": "eve" * 8, "page": "", "name": "Eve"}
    async with bridge.http.post(f"{bridge.url}/pages/join", json=body) as answer:
        token = (await answer.json())["participant_token"]
    async with Participant(live_server.url, token):
        await shows(bridge, who="host", state="inside", name="Eve")
        await press(bridge, "free", seat="host")
        await shows(bridge, who="host", state="empty")
    anna = await someone()
    await anna.join(link(bridge, seat="host"), "Anna")
    await anna.is_inside()
    async with Participant(live_server.url, token) as eve:
        await eve.expect("disconnected")
    await shows(bridge, who="host", state="inside", name="Anna")


async def test_a_stopped_room_is_joined_again_by_itself(bridge: Bridge, someone: NewPerson) -> None:
    await press(bridge, "create", start="0")
    anna = await someone()
    await anna.join(link(bridge), "Anna")
    await anna.reads("The room is not open yet.")
    await press(bridge, "start")
    await anna.is_inside()
    await press(bridge, "stop")
    await anna.reads("The room was closed.")
    await press(bridge, "start")
    await anna.is_inside()


async def test_by_the_public_door_two_people_meet_and_its_controls_are_closed(
    livekit_binary: Path, tmp_path: Path, someone: NewPerson
) -> None:
    """By https, signalling included, on a livekit-server that the bridge runs."""
    authority = trustme.CA()
    made = authority.issue_cert("127.0.0.1")
    made.cert_chain_pems[0].write_to_path(tmp_path / "guests.pem")
    made.private_key_pem.write_to_path(tmp_path / "guests.key")
    ports = {"port": free_port(), "udp_port": free_port(), "tcp_port": free_port()}
    local = ports | {"advertise": "loopback", "binary": str(livekit_binary)}
    tls = {"certificate": str(tmp_path / "guests.pem"), "key": str(tmp_path / "guests.key")}
    public = {"listen": "127.0.0.1:0", "tls": tls}
    async with bridge_on(tmp_path / "data", media="local", local=local, public=public) as bridge:
        await press(bridge, "create")
        door = bridge.running.public_url
        anna, ben = await someone(ignore_https_errors=True), await someone(ignore_https_errors=True)
        for me, name in ((anna, "Anna"), (ben, "Ben")):
            await me.join(link(bridge).replace(bridge.url, door), name)
            await me.is_inside()
        await anna.sees("Ben")
        await ben.hears()
        await shows(bridge, name="Ben", state="inside", mic="on")
        assert (await bridge.get("/health.json")).json["webhooks"] != "never"
        closed = await anna.page.request.get(f"{door}/r/show/stop?key={bridge.studio_key}")
        assert closed.status == 404
        for me in (anna, ben):
            await me.page.close()


async def test_a_renewed_link_opens_nothing_any_more(bridge: Bridge, someone: NewPerson) -> None:
    room = json.loads(await press(bridge, "create.json"))
    anna = await someone()
    before = link(bridge)
    await bridge.api("conferences/links/renew", {"id": room["id"], "name": "speaker"})
    await anna.open(before)
    await anna.reads("This link does not open a room any more.")
    await anna.join(link(bridge), "Anna")
    await anna.is_inside()


async def test_the_studio_mutes_blocks_allows_and_asks_to_speak(bridge: Bridge, someone: NewPerson) -> None:
    await press(bridge, "create", seats="host")
    anna = await someone()
    await anna.join(link(bridge, seat="host"), "Anna")
    await anna.is_inside()
    await shows(bridge, who="host", mic="on")
    await press(bridge, "mute", who="host")
    await anna.reads("You may unmute when it is your turn.")
    await shows(bridge, who="host", mic="muted")
    await press(bridge, "unmute", who="host")
    await anna.reads("The studio asks you to speak.")
    await anna.page.locator(".banner.asked button").click()
    await shows(bridge, who="host", mic="on")
    await press(bridge, "block", who="host", what="all")
    await shows(bridge, who="host", mic="off", camera="off", blocked="mic,camera,screen")
    await press(bridge, "allow", who="host", what="all")
    await shows(bridge, who="host", mic="on", camera="on", blocked="")


async def test_a_line_of_the_studio_stays_until_it_is_read(bridge: Bridge, someone: NewPerson) -> None:
    await press(bridge, "create", lobby="1")
    anna = await someone()
    await anna.join(link(bridge), "Anna")
    await shows(bridge, state="waiting", name="Anna")
    await press(bridge, "say", who="all", text="Five minutes.")
    await anna.reads("Five minutes.")
    await anna.press("Read")
    await press(bridge, "admit", who="next")
    await anna.is_inside()
    row = await shows(bridge, state="inside", name="Anna")
    await press(bridge, "say", who=row["who"], text="Sit to the left.")
    await press(bridge, "say", who=row["who"], text="Two minutes.")
    await anna.reads("Sit to the left.")
    await anna.reads("Two minutes.")
    await anna.press("Read")
    await anna.has_no("Read")


async def test_a_guest_who_is_promoted_speaks(bridge: Bridge, someone: NewPerson) -> None:
    await press(bridge, "create", preset="webinar")
    gus = await someone()
    await gus.join(link(bridge, Role.GUEST), "Gus", "Watch")
    await gus.is_inside()
    row = await shows(bridge, role="guest", state="inside")
    await press(bridge, "promote", who=row["who"])
    await gus.press("Unmute")
    await shows(bridge, role="speaker", name="Gus", mic="on")
    await press(bridge, "demote", who=row["who"])
    await shows(bridge, role="guest", name="Gus", mic="off")
    await gus.has_no("Unmute")
