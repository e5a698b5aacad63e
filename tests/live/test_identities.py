"""Nobody who holds the room's id throws the host off air, on a LiveKit of one's own and through the bridge's door."""

from pathlib import Path

import pytest

from tests.bridges import Bridge
from tests.live.participant import Participant
from tests.live.server import LiveServer
from tests.live.studio import Studio, eventually, studio_on
from tests.live.test_signalling import local as local


async def stolen(bridge: Bridge, slug: str, identity: str) -> str:
    """A token for somebody's identity, asked for with nothing but the room's id."""
    room = (await bridge.get(f"/r/{slug}.json")).json
    found = await bridge.api("conferences-public/findLKRoomNameById", {"id": room["id"]}, token=None)
    body = {"room_id": room["id"], "LKRoomName": found.json["LKRoomName"], "participant_id": identity}
    answer = await bridge.api("conferences-public/createToken", body, token=None)
    return str(answer.json.get("participant_token") or answer.json["error"])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


async def test_the_identity_of_whoever_is_inside_is_not_given_away(live_server: LiveServer, data: Path) -> None:
    async with studio_on(live_server, data) as studio:
        await studio.ok("show/create")
        async with studio.inside("show", ["host"]):
            assert await stolen(studio.bridge, "show", "host") == "identity_taken"


async def test_it_is_not_given_away_after_a_restart_of_the_bridge_either(live_server: LiveServer, data: Path) -> None:
    async with studio_on(live_server, data) as studio:
        await studio.ok("show/create")
        token = await studio.token("show", "host")
    async with Participant(live_server.url, token) as host:
        await host.expect("connected")
        async with studio_on(live_server, data) as studio:
            assert await stolen(studio.bridge, "show", "host") == "identity_taken"


async def test_a_thief_who_minted_first_is_put_out_again(live_server: LiveServer, data: Path) -> None:
    """A LiveKit of one's own lets the thief in; the next look puts them out."""
    async with studio_on(live_server, data) as studio:
        await studio.ok("show/create")
        token = await stolen(studio.bridge, "show", "host")
        async with studio.inside("show", ["host"]):
            async with Participant(live_server.url, token):
                await eventually(lambda: is_empty(studio))
        async with studio.inside("show", ["host"]) as (host,):
            await eventually(lambda: is_inside(studio, "host"))
            assert not [event for event in host.events if event["event"] == "disconnected"]


async def is_inside(studio: Studio, identity: str) -> bool:
    return identity in await studio.in_livekit(await studio.call("show"))


async def is_empty(studio: Studio) -> bool:
    return not await studio.in_livekit(await studio.call("show"))


async def test_a_thief_who_minted_before_a_restart_is_put_out_too(live_server: LiveServer, data: Path) -> None:
    async with studio_on(live_server, data) as studio:
        await studio.ok("show/create")
        token = await stolen(studio.bridge, "show", "host")
    async with studio_on(live_server, data) as studio:
        await studio.token("show", "host")
        async with Participant(live_server.url, token) as thief:
            came = await thief.expect("connected")
            assert came["identity"] == "host"
            await eventually(lambda: is_empty(studio))


async def test_through_the_bridges_door_a_revoked_token_gets_nobody_in(local: Bridge) -> None:
    await local.get("/r/show/create")
    token = await stolen(local, "show", "host")
    room = (await local.get("/r/show.json")).json
    call = local.running.parts.store.get(room["id"])
    assert call
    body = {"room_id": room["id"], "LKRoomName": call.call, "participant_id": "host"}
    made = (await local.api("conferences-public/createToken", body)).json
    own, url = made["participant_token"], made["server_url"]
    async with Participant(url, own) as host:
        await host.expect("connected")
        async with Participant(url, token) as thief:
            await thief.expect("refused")
        for params, headers in (
            ({"access_token": token}, {}),
            ({}, {"Authorization": f"Bearer {token}"}),
            ({"access_token": own}, {"Authorization": f"Bearer {token}"}),
        ):
            async with local.http.get(f"{local.url}/rtc/validate", params=params, headers=headers) as answer:
                assert answer.status == 403
                assert token not in await answer.text()
        assert not [event for event in host.events if event["event"] == "disconnected"]
