"""The route where LiveKit tells what happens."""

import base64
import hashlib
import json
import time
from uuid import uuid4

import pytest
from limits import RateLimitItemPerMinute
from livekit import api

from bridge.web.guard import limits
from tests.bridges import Answer, Bridge
from tests.fakes import LIVEKIT
from tests.rooms.fakes import FakeMedia, a_person
from tests.rooms.house import until
from tests.web.shapes import assert_failure

TYPE = "application/webhook+json"


async def tells(bridge: Bridge, kind: str, call: str, secret: str = LIVEKIT["api_secret"], type: str = TYPE) -> Answer:
    event = {"event": kind, "id": uuid4().hex, "createdAt": str(int(time.time())), "room": {"name": call}}
    body = json.dumps(event).encode()
    sha = base64.b64encode(hashlib.sha256(body).digest()).decode()
    token = api.AccessToken(LIVEKIT["api_key"], secret).with_sha256(sha).to_jwt()
    headers = {"Authorization": token, "Content-Type": type}
    async with bridge.http.post(f"{bridge.url}/livekit/webhook", data=body, headers=headers) as response:
        return await Answer.of(response)


async def test_an_event_brings_a_look_at_once(livekit: Bridge, media: FakeMedia) -> None:
    await livekit.get("/r/main/create")
    room = livekit.running.parts.store.by_slug("main")
    assert room
    assert (await livekit.get("/health.json")).json["webhooks"] == "never"
    media.inside[room.call] = [a_person("ann", policy=room.policy)]
    assert (await tells(livekit, "participant_joined", room.call)).json == {"success": True}
    await until(lambda: livekit.running.parts.roster.count(room) == 1)
    media.inside[room.call] = []
    await tells(livekit, "participant_left", room.call)
    await until(lambda: livekit.running.parts.roster.count(room) == 0)
    assert (await livekit.get("/health.json")).json["webhooks"].endswith("Z")


async def test_an_ended_call_that_comes_back_is_ended_again(livekit: Bridge, media: FakeMedia) -> None:
    await livekit.get("/r/main/create")
    room = livekit.running.parts.store.by_slug("main")
    assert room
    await livekit.get("/r/main/stop")
    closed = media.count("close")
    await tells(livekit, "room_started", room.call)
    await until(lambda: media.count("close") > closed)


async def test_what_is_not_signed_is_refused_and_counted(livekit: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRONG_KEYS", RateLimitItemPerMinute(2, 1, "wrong-key"))
    assert_failure(await tells(livekit, "participant_joined", "x", type="application/json"), "bad_request")
    for _ in range(2):
        assert_failure(await tells(livekit, "participant_joined", "x", secret="y" * 40), "key_wrong")
    assert_failure(await tells(livekit, "participant_joined", "x", secret="y" * 40), "too_many_requests")
    assert (await tells(livekit, "participant_joined", "x")).status == 200


async def test_an_event_of_a_call_that_is_not_ours_changes_nothing(livekit: Bridge, media: FakeMedia) -> None:
    await livekit.get("/r/main/create")
    assert (await tells(livekit, "room_started", "somebody-elses")).status == 200
    assert media.count("close") == 0


async def test_in_rehearsal_there_is_nobody_to_sign(bridge: Bridge) -> None:
    assert_failure(await tells(bridge, "participant_joined", "x"), "key_wrong")
