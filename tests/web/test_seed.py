"""The seed's own ``curl`` lines get the seed's own answers: every field, under its name, of its type."""

import re
from typing import Any
from uuid import UUID

import pytest

from tests.bridges import Answer, Bridge
from tests.web.seed import Call, calls
from tests.web.shapes import is_id, is_time

CALLS = calls()
MAIN_STAGE = next(call.body for call in CALLS if call.body.get("name") == "Main stage room")
MADE_HERE = {"_id", "id", "user_id", "sid", "created", "modified", "LKRoomName", "participant_token"}
"""Fields whose values are this bridge's own; of all others the values are the seed's too."""


def label(call: Call) -> str:
    return call.path.rpartition("/")[2] + "-" + str(call.body.get("name", "")).replace(" ", "-")


async def send(bridge: Bridge, call: Call, room: dict[str, Any]) -> Answer:
    """The line as it stands, with host, token, user and ids replaced."""
    call_name = bridge.running.parts.store.get(room["id"]).call  # type: ignore[union-attr]
    ids = {"USER_ID": room["user_id"], "VIDEO_CALL_ID": room["id"], call.body.get("LKRoomName"): call_name}
    body = {field: ids.get(value, value) if isinstance(value, str) else value for field, value in call.body.items()}
    headers = call.headers | {"x-access-token": bridge.token}
    async with bridge.http.request(call.method, bridge.url + call.path, headers=headers, json=body) as response:
        return await Answer.of(response)


def test_every_line_is_there() -> None:
    assert [call.path.rpartition("/")[2] for call in CALLS] == [
        *(["create"] * 5),
        *("getCount", "getAll", "getById", "update", "start", "stop", "remove", "findLKRoomNameById", "createToken"),
    ]
    assert all(call.headers["Content-Type"] == "application/json" for call in CALLS)


@pytest.mark.parametrize("call", CALLS, ids=label)
async def test_a_line_gets_its_answer(livekit: Bridge, call: Call) -> None:
    room = (await livekit.api("conferences/create", MAIN_STAGE)).json
    answer = await send(livekit, call, room)
    assert answer.status == 200, answer.text
    expected = call.answer
    if "name" in call.body:  # create and update: what was sent is what it says (the seed's samples show other values)
        expected = expected | {field: value for field, value in call.body.items() if field in expected}
    compare(answer.json, expected)


def compare(actual: Any, expected: Any) -> None:
    assert type(actual) is type(expected)
    if isinstance(expected, list):
        assert len(actual) == len(expected)
        for one, sample in zip(actual, expected, strict=True):
            compare(one, sample)
    elif isinstance(expected, dict):
        missing = expected.keys() - actual.keys()
        assert not missing
        for field, sample in expected.items():
            assert type(actual[field]) is type(sample), field
            if field not in MADE_HERE:
                assert actual[field] == sample, field
        check_own_values(actual)


def check_own_values(answer: dict[str, Any]) -> None:
    if "_id" in answer:
        assert is_id(answer["_id"])
        assert answer["id"] == answer["_id"]
        assert is_id(answer["user_id"])
        assert answer["user_id"] != answer["id"]
        assert is_time(answer["created"])
        assert is_time(answer["modified"])
        assert re.fullmatch(r"RM_\w+", answer["sid"])
    if "LKRoomName" in answer:
        assert str(UUID(answer["LKRoomName"])) == answer["LKRoomName"]
    if "participant_token" in answer:
        assert answer["participant_token"]
        assert answer["server_url"].startswith(("ws://", "wss://"))


async def test_the_join_helpers_work_without_a_token_too(livekit: Bridge) -> None:
    """Browsers have none: the webinar room of the sample lets guests in by its id."""
    room = (await livekit.api("conferences/create", MAIN_STAGE)).json
    found = (await livekit.api("conferences-public/findLKRoomNameById", {"id": room["id"]}, token=None)).json
    join = {"room_id": room["id"], "LKRoomName": found["LKRoomName"], "participant_id": "p"}
    answer = await livekit.api("conferences-public/createToken", join, token=None)
    assert answer.json["participant_token"].split()[1:3] == ["p", "guest"]
