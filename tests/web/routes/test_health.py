"""``/health``, and what a bridge without its LiveKit says of itself."""

from pathlib import Path

import pytest

from bridge.errors import MediaServerDown
from tests.bridges import Bridge, bridge_on
from tests.fakes import bridge_over, fails
from tests.rooms.fakes import FakeMedia
from tests.rooms.house import until
from tests.web.shapes import assert_failure


async def test_health_says_whether_a_press_could_be_taken(livekit: Bridge, media: FakeMedia) -> None:
    for path in ("/health", "/health.json", "/health?format=json"):
        answer = await livekit.get(path, key=None)
        assert answer.status == 200, path
    assert (await livekit.get("/health", key=None)).text.startswith(
        "OK bridge server=livekit media=ok store=ok webhooks=never version="
    )
    fails(media, MediaServerDown("LiveKit cannot be reached"))
    livekit.running.parts.observed.outage = MediaServerDown("LiveKit cannot be reached")
    answer = await livekit.get("/health", key=None)
    assert answer.status == 503
    assert answer.text.startswith("ERR media_server_down LiveKit cannot be reached: ")
    shown = (await livekit.get("/health.json", key=None)).json
    assert (shown["success"], shown["error"], shown["media"]) == (False, "media_server_down", "media_server_down")
    assert shown["hint"]


async def test_health_is_not_well_before_anybody_looked(media: FakeMedia, tmp_path: Path) -> None:
    answers = media.hang("calls")
    async with bridge_over(media, tmp_path) as bridge:
        answer = await bridge.get("/health", key=None)
        assert answer.status == 503
        assert answer.text.startswith("ERR media_server_down LiveKit has not been asked yet: ")
        assert "media=unknown" in answer.text
        assert (await bridge.get("/health.json", key=None)).json["media"] == "unknown"
        answers.set()
        await until(lambda: bridge.running.parts.observed.asked)
        answer = await bridge.get("/health", key=None)
        assert (answer.status, "media=ok" in answer.text) == (200, True)


async def test_health_knows_a_rehearsal_and_a_broken_disk(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = await bridge.get("/health.json", key=None)
    assert (answer.status, answer.json["server"], answer.json["success"]) == (200, "rehearsal", True)
    assert answer.headers["X-Bridge-Server"] == "rehearsal"
    monkeypatch.setattr("bridge.store.database.Database.problem", "the disk is full")
    answer = await bridge.get("/health", key=None)
    assert answer.status == 503
    assert answer.text.startswith("ERR store_broken the disk is full: ")
    assert "store=broken" in answer.text


async def test_a_folder_that_had_a_real_server_does_not_rehearse(tmp_path: Path) -> None:
    real = {"url": "http://127.0.0.1:1", "api_key": "k", "api_secret": "s"}
    async with bridge_on(tmp_path, media="auto", livekit=real):
        pass
    async with bridge_on(tmp_path, media="auto", local={"binary": "/nowhere"}) as bridge:
        answer = await bridge.get("/r/main/create")
        assert_failure(answer, "media_server_down", "[livekit]", format="text")
        assert (await bridge.get("/r/main/state")).text == "check\n"
        assert (await bridge.get("/health", key=None)).status == 503


async def test_health_needs_no_key_but_keeps_the_guards(bridge: Bridge) -> None:
    assert_failure(await bridge.get("/health", key=None, headers={"Host": "evil.example"}), "bad_host", format="text")
    assert_failure(await bridge.get("/health?format=xml", key=None), "bad_request", "json", format="xml")
