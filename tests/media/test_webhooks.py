"""LiveKit's own word: signed, once, and not too old."""

import base64
import hashlib
import json
import time
from uuid import uuid4

import pytest
from livekit import api

from bridge.errors import KeyWrong
from bridge.media.webhooks import OLD_MS, Webhooks

KEY, SECRET = "APIkey", "a secret of LiveKit's that is long enough"


def clock_ms() -> int:
    return int(time.time() * 1000)


class House:
    def __init__(self) -> None:
        self.heard: list[tuple[str, bool]] = []
        self.webhooks = Webhooks(KEY, SECRET, lambda call, alive: self.heard.append((call, alive)), clock_ms)


def event(kind: str = "participant_joined", *, id: str = "", age_ms: int = 0, room: str = "call") -> bytes:
    created = (clock_ms() - age_ms) // 1000
    return json.dumps(
        {"event": kind, "id": id or uuid4().hex, "createdAt": str(created), "room": {"name": room}, "new": 1}
    ).encode()


def signed(body: bytes, secret: str = SECRET) -> str:
    return str(
        api.AccessToken(KEY, secret).with_sha256(base64.b64encode(hashlib.sha256(body).digest()).decode()).to_jwt()
    )


def test_an_event_says_where_to_look() -> None:
    house = House()
    for kind, alive in (("participant_joined", True), ("participant_left", False), ("room_finished", False)):
        body = event(kind)
        house.webhooks.receive(body, signed(body))
        assert house.heard[-1] == ("call", alive)
    assert clock_ms() - house.webhooks.latest < 10_000


def test_one_that_comes_twice_counts_once() -> None:
    house = House()
    body = event(id="EV_1")
    for _ in range(3):
        house.webhooks.receive(body, signed(body))
    assert len(house.heard) == 1


def test_an_old_one_tells_nothing_of_now() -> None:
    house = House()
    body = event(age_ms=OLD_MS + 5000)
    house.webhooks.receive(body, signed(body))
    assert house.heard == []


@pytest.mark.parametrize("wrong", ["another secret", "another body", "no token", "no text", "no sha"])
def test_what_livekit_did_not_sign_is_not_heard(wrong: str) -> None:
    house, body = House(), event()
    token = signed(body)
    match wrong:
        case "another secret":
            token = signed(body, "x" * 40)
        case "another body":
            body = event(room="other")
        case "no token":
            token = "nonsense"
        case "no text":
            body = b"\xff\xfe"
        case "no sha":
            token = str(api.AccessToken(KEY, SECRET).to_jwt())
    with pytest.raises(KeyWrong) as refused:
        house.webhooks.receive(body, token)
    assert token not in str(refused.value)
    assert (house.heard, house.webhooks.latest) == ([], 0)


def test_what_happens_to_a_recording_is_told_by_its_id() -> None:
    told: list[str] = []
    webhooks = Webhooks(KEY, SECRET, lambda *_: None, clock_ms, told.append)
    info = {"egressId": "EG_one", "roomName": "call", "status": "EGRESS_ACTIVE"}
    body = json.dumps({"event": "egress_updated", "id": "1", "createdAt": str(clock_ms() // 1000), "egressInfo": info})
    for _ in range(2):  # one of them repeated
        webhooks.receive(body.encode(), signed(body.encode()))
    assert told == ["EG_one"]
