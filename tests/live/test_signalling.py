"""Joining through the bridge's own address: the signalling proxy before the livekit-server of this machine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bridges import Answer, Bridge, bridge_on
from tests.live.participant import Participant
from tests.ports import free_port


@pytest.fixture
async def local(tmp_path: Path, livekit_binary: Path) -> AsyncIterator[Bridge]:
    """A bridge that runs a livekit-server of its own."""
    ports = {"port": free_port(), "udp_port": free_port(), "tcp_port": free_port()}
    settings = ports | {"advertise": "loopback", "binary": str(livekit_binary)}
    async with bridge_on(tmp_path / "data", media="local", local=settings) as bridge:
        yield bridge


async def join(bridge: Bridge, room_id: str, identity: str) -> tuple[str, str]:
    """What a client of the Video calls API does before it connects."""
    found = (await bridge.api("conferences-public/findLKRoomNameById", {"id": room_id}, token=None)).json
    asked = {"room_id": room_id, "LKRoomName": found["LKRoomName"], "participant_id": identity}
    answer = (await bridge.api("conferences-public/createToken", asked, token=None)).json
    return answer["server_url"], answer["participant_token"]


async def test_people_meet_through_the_bridges_own_address(local: Bridge) -> None:
    room = (await local.api("conferences/create", {"name": "Main stage"})).json
    url, token = await join(local, room["id"], "jane")
    assert url == local.url.replace("http", "ws")
    async with Participant(url, token) as jane:
        await jane.expect("connected")
        _, token = await join(local, room["id"], "joe")
        async with Participant(url, token) as joe:
            await joe.expect("connected")
            assert await jane.publish("microphone")
            await joe.expect("subscribed", source="microphone")


async def test_a_join_waits_while_its_call_is_healed(local: Bridge) -> None:
    room = (await local.api("conferences/create", {"name": "Main stage"})).json
    url, token = await join(local, room["id"], "jane")
    call = local.running.parts.store.get(room["id"])
    assert call
    await local.running.media.close(call.call)
    async with Participant(url, token) as jane:
        await jane.expect("connected")


VALIDATE = ("/rtc/validate", "/rtc/v1/validate")
EMPTY_JOIN_REQUEST = "EgA="
"""What ``/rtc/v1`` wants beside the token: a WrappedJoinRequest with nothing in it."""
FOREIGN_PAGE = {"Origin": "https://meet.example.com", "Sec-Fetch-Site": "cross-site"}


async def validate(bridge: Bridge, path: str, token: str, **headers: str) -> Answer:
    """What livekit-client asks after a refusal, from a page of another origin."""
    params = {"access_token": token, "join_request": EMPTY_JOIN_REQUEST}
    async with bridge.http.get(bridge.url + path, params=params, headers=FOREIGN_PAGE | headers) as answer:
        return await Answer.of(answer)


@pytest.mark.parametrize("path", VALIDATE)
async def test_a_page_of_any_origin_may_read_why_it_was_refused(local: Bridge, path: str) -> None:
    room = (await local.api("conferences/create", {"name": "Main stage"})).json
    _, token = await join(local, room["id"], "jane")
    valid = await validate(local, path, token)
    wrong = await validate(local, path, "eyJ.eyJ.wrong")
    ours = await validate(local, path, token, Host="evil.example")
    await local.api("conferences/stop", {"id": room["id"]})
    gone = await validate(local, path, token)
    assert [answer.status for answer in (valid, wrong, ours, gone)] == [200, 401, 403, 404]
    for answer in (valid, wrong, ours, gone):
        assert answer.headers.getall("Access-Control-Allow-Origin") == ["*"]
        assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_no_other_path_of_the_signalling_may_be_read(local: Bridge) -> None:
    for path in ("/rtc", "/rtc/v1", "/rtc/validate/x", "/rtcvalidate"):
        answer = await validate(local, path, "eyJ.eyJ.wrong")
        assert answer.status >= 400
        assert not [name for name in answer.headers if name.lower().startswith("access-control")], path


@pytest.mark.parametrize("path", VALIDATE)
async def test_a_validation_waits_while_its_call_is_healed(local: Bridge, path: str) -> None:
    room = (await local.api("conferences/create", {"name": "Main stage"})).json
    _, token = await join(local, room["id"], "jane")
    call = local.running.parts.store.get(room["id"])
    assert call
    await local.running.media.close(call.call)
    assert (await validate(local, path, token)).status == 200


async def test_a_token_for_a_stopped_room_is_refused_at_once(local: Bridge) -> None:
    room = (await local.api("conferences/create", {"name": "Main stage"})).json
    _, token = await join(local, room["id"], "jane")
    await local.api("conferences/stop", {"id": room["id"]})
    async with local.http.get(f"{local.url}/rtc/validate", params={"access_token": token}) as answer:
        assert answer.status == 404
        assert token not in await answer.text()


async def test_a_wrong_token_is_refused_without_repeating_it(local: Bridge) -> None:
    async with local.http.get(f"{local.url}/rtc/validate", params={"access_token": "eyJ.eyJ.wrong"}) as answer:
        assert answer.status == 401
        assert "eyJ" not in await answer.text()
