"""What answers and the log say beyond the state: people, the reason of a check, who pressed and whether it changed."""

import logging

import pytest

from bridge.errors import MediaServerDown
from tests.bridges import Bridge
from tests.fakes import fails, goes_in
from tests.rooms.fakes import FakeMedia


async def test_people_are_not_known_while_livekit_cannot_be_asked(livekit: Bridge, media: FakeMedia) -> None:
    await livekit.get("/r/main/create")
    await livekit.get("/r/shut/create?start=0")
    goes_in(media, livekit, "main", "ann")
    await livekit.get("/r/main/start")
    fails(media, MediaServerDown("LiveKit is away"))
    livekit.running.parts.observed.asked_server(MediaServerDown("LiveKit is away"))
    line = (await livekit.get("/r/main")).text
    assert line.startswith("OK main check people=? server=livekit reason=media_server_down max=20 ")
    room = (await livekit.get("/r/main.json")).json
    assert (room["people"], room["reason"]) == (None, "media_server_down")
    assert ">?<" in (await livekit.get("/r/main.xml")).text
    assert (await livekit.get("/r/shut")).text.startswith("OK shut stopped people=0 server=livekit max=")


async def test_a_room_as_json_has_the_short_words_beside_the_apis_spellings(livekit: Bridge) -> None:
    room = (await livekit.get("/r/main/create.json?max=7&chat=0")).json
    assert (room["max"], room["media"], room["webinar"], room["chat"], room["mode"]) == (7, "av", False, False, "grid")
    assert (room["max_participants"], room["allow_chat"]) == (7, False)


async def test_the_log_of_a_press_says_who_it_was_and_whether_it_changed(
    livekit: Bridge, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bridge.access")
    await livekit.get("/r/main/create")
    await livekit.get("/r/main/start")
    await livekit.get("/r/main/begin?key=rk_main_aaaaaaaaaaaaaaaa")
    lines = [record.getMessage() for record in caplog.records if record.name == "bridge.access"]
    assert "GET /r/{room}/create room=main changed=1 200 " in lines[0]
    assert "GET /r/{room}/start room=main changed=0 200 " in lines[1]
    assert lines[0].endswith(" ms from 127.0.0.1")
    assert "unknown route /r/main/begin room=- 404" in lines[2]
    assert "rk_" not in caplog.text
