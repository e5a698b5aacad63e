"""The one client of LiveKit: what it makes of every way in which a server can fail, and of what it says."""

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from livekit import api

from bridge.errors import BridgeError, MediaServerDown, MediaServerRefused, MediaServerTimeout
from bridge.media import livekit
from bridge.media.livekit import LiveKitServer
from bridge.rooms.grants import permissions
from bridge.rooms.model import PRESETS, Role
from bridge.rooms.ports import CallPlan, Pass, Permissions, Track
from tests.media.stub import SECRET, hang_up, livekit_that, message, never, refusal, room

PLAN = CallPlan("call", 30, 28, 600, 600, '{"max":20}')
NOTHING = Permissions(frozenset(), data=False, hidden=False)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "", MediaServerRefused),
        (401, "unauthenticated", MediaServerRefused),
        (403, "permission_denied", MediaServerRefused),
        (400, "invalid_argument", MediaServerRefused),
        (404, "bad_route", MediaServerRefused),
        (408, "deadline_exceeded", MediaServerTimeout),
        (429, "resource_exhausted", MediaServerDown),
        (500, "internal", MediaServerDown),
        (502, "", MediaServerDown),
        (503, "unavailable", MediaServerDown),
        (504, "", MediaServerTimeout),
    ],
)
async def test_a_refusal_is_told_by_its_status(status: int, code: str, error: type[BridgeError]) -> None:
    async with livekit_that(refusal(status, code)) as (server, stub):
        with pytest.raises(error) as told:
            await server.open(PLAN)
        assert stub.asked == ["CreateRoom"]
        assert "eyJ" not in f"{told.value} {told.value.as_json()}"


async def test_a_wrong_key_says_where_to_look() -> None:
    async with livekit_that(refusal(401)) as (server, _):
        with pytest.raises(MediaServerRefused) as told:
            await server.calls()
        assert "api_secret" in told.value.hint


async def test_what_is_gone_already_is_as_wanted() -> None:
    async with livekit_that(refusal(404, "not_found")) as (server, _):
        await server.close("call")
        await server.remove("call", "ann")
        await server.set_permissions("call", "ann", NOTHING)


async def test_what_must_be_there_is_missed() -> None:
    async with livekit_that(refusal(404, "not_found")) as (server, _):
        with pytest.raises(MediaServerRefused):
            await server.set_metadata("call", "{}")


async def test_a_stale_pooled_connection_is_tried_again_once() -> None:
    async with livekit_that(hang_up, room(name="call", sid="RM_1")) as (server, stub):
        assert (await server.open(PLAN)).sid == "RM_1"
        assert stub.asked == ["CreateRoom"] * 2


async def test_a_server_that_keeps_hanging_up_is_down() -> None:
    async with livekit_that(hang_up) as (server, stub):
        with pytest.raises(MediaServerDown):
            await server.open(PLAN)
        assert stub.asked == ["CreateRoom"] * 2


async def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(livekit, "CALL_SECONDS", 0.1)
    async with livekit_that(never) as (server, stub):
        with pytest.raises(MediaServerTimeout):
            await server.open(PLAN)
        assert stub.asked == ["CreateRoom"]


async def test_both_tries_share_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(livekit, "CALL_SECONDS", 0.1)
    async with livekit_that(hang_up, never) as (server, stub):
        with pytest.raises(MediaServerTimeout):
            await server.calls()
        assert stub.asked == ["ListRooms"] * 2


@pytest.fixture
async def nobody(unused_tcp_port: int) -> AsyncIterator[LiveKitServer]:
    """A client of a port where nobody listens."""
    server = LiveKitServer(f"http://127.0.0.1:{unused_tcp_port}", "APItest", SECRET)
    yield server
    await server.aclose()


async def test_a_refused_connection_is_down_at_once(nobody: LiveKitServer) -> None:
    with pytest.raises(MediaServerDown):
        await nobody.calls()
    await nobody.lost()


async def test_an_unknown_host_is_down() -> None:
    server = LiveKitServer("wss://livekit.invalid", "APItest", SECRET)
    with pytest.raises((MediaServerDown, MediaServerTimeout)):
        await server.calls()
    await server.aclose()


async def test_the_end_of_an_idle_connection_is_noticed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = LiveKitServer(f"ws://127.0.0.1:{listening.getsockname()[1]}", "APItest", SECRET)
        lost = asyncio.create_task(server.lost())
        connection, _ = await asyncio.to_thread(listening.accept)
        another = asyncio.create_task(server.lost())
        other_connection, _ = await asyncio.to_thread(listening.accept)
        assert not lost.done()  # it had its turns meanwhile
        connection.close()
        await lost
        assert not another.done()
        other_connection.close()
        await another
        await server.aclose()


ACTIVE = api.ParticipantInfo.State.ACTIVE


async def test_people_are_read_with_role_seat_tracks_and_permissions() -> None:
    answer = api.ListParticipantsResponse(
        participants=[
            api.ParticipantInfo(
                identity="ann",
                name="Ann",
                sid="PA_1",
                state=ACTIVE,
                joined_at_ms=5,
                attributes={"role": "speaker", "seat": "host", "mint": "a mint"},
                tracks=[api.TrackInfo(sid="TR_1", source=api.TrackSource.CAMERA, muted=True)],
                permission=api.ParticipantPermission(
                    can_publish=True, can_publish_data=True, can_publish_sources=[api.TrackSource.CAMERA]
                ),
            ),
            api.ParticipantInfo(
                identity="all",
                state=api.ParticipantInfo.State.JOINED,
                joined_at=7,
                permission=api.ParticipantPermission(can_publish=True, hidden=True),
            ),
            api.ParticipantInfo(
                identity="mute",
                state=ACTIVE,
                permission=api.ParticipantPermission(can_publish_sources=[api.TrackSource.CAMERA]),
            ),
            api.ParticipantInfo(identity="EG_1", state=ACTIVE, kind=api.ParticipantInfo.Kind.EGRESS),
            api.ParticipantInfo(identity="comes", state=api.ParticipantInfo.State.JOINING),
            api.ParticipantInfo(identity="went", state=api.ParticipantInfo.State.DISCONNECTED),
        ]
    )
    async with livekit_that(message(answer)) as (server, _):
        ann, everything, mute = await server.participants("call")
    assert (ann.identity, ann.name, ann.role, ann.seat, ann.joined) == ("ann", "Ann", Role.SPEAKER, "host", 5)
    assert (ann.sid, ann.mint, ann.tracks) == ("PA_1", "a mint", (Track("TR_1", "camera", muted=True),))
    assert ann.permissions == Permissions(frozenset(("camera",)), data=True, hidden=False)
    assert (everything.role, everything.joined) == (Role.GUEST, 7000)
    assert everything.permissions.sources > permissions(Role.SPEAKER, PRESETS["team"]).sources
    assert mute.permissions == NOTHING


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("preset", PRESETS)
def test_rights_survive_the_way_to_livekit_and_back(role: Role, preset: str) -> None:
    """Else a bridge would correct somebody again and again."""
    wanted = permissions(role, PRESETS[preset])
    permission = livekit._permission(wanted)
    assert permission.can_subscribe
    assert not permission.can_update_metadata
    assert livekit._participant(api.ParticipantInfo(permission=permission)).permissions == wanted


async def test_a_token_says_everything(nobody: LiveKitServer) -> None:
    may = permissions(Role.SCENE, PRESETS["team"])
    claims = claims_of(nobody.token(PLAN, Pass("ann", "Ann", Role.SCENE, "host", may, 10, "a mint")))
    assert (claims["sub"], claims["name"], claims["iss"]) == ("ann", "Ann", "APItest")
    assert claims["exp"] - claims["nbf"] == 600
    assert claims["attributes"] == {"role": "scene", "seat": "host", "mint": "a mint"}
    assert claims["video"] == {
        "roomJoin": True,
        "room": "call",
        "canPublish": False,
        "canSubscribe": True,
        "canPublishData": False,
        "canPublishSources": [],
        "canUpdateOwnMetadata": False,
        "hidden": True,
        "recorder": False,
    }
    assert claims["roomConfig"] == {
        "emptyTimeout": 600,
        "departureTimeout": 600,
        "maxParticipants": 30,
        "metadata": PLAN.metadata,
    }


def claims_of(token: str) -> Any:
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
