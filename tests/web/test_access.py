"""The log and the answers: a line per press, and no secret anywhere."""

import logging
from pathlib import Path

import pytest

from tests.bridges import Answer, bridge_on
from tests.fakes import bridge_over
from tests.rooms.fakes import FakeMedia


async def test_no_secret_is_logged_or_told_where_it_does_not_belong(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One of everything, right and wrong; then all that was said is searched for all that is secret."""
    caplog.set_level(logging.DEBUG)
    told: list[Answer] = []
    async with bridge_over(FakeMedia(), tmp_path) as bridge:
        links = bridge.running.parts.links
        await bridge.get("/r/main/create?preset=webinar")
        room = bridge.running.parts.store.by_slug("main")
        assert room
        room_key, codes = bridge.room_key("main"), list(links.codes(room))
        for key in (bridge.studio_key, room_key, bridge.token, "sk_wrong-but-secret"):
            for path in (
                "/r",
                "/r/main",
                "/r/main/state",
                "/r/main/start.json",
                "/r/other/create",
                "/r/main/set?chat=x",
            ):
                told.append(await bridge.get(path, key=key))
                told.append(await bridge.get(path, key=None, params={"key": key}))
                told.append(await bridge.get(f"{path}/no/such/route", key=None, params={"key": key}))
            told.append(await bridge.get("/r", key=key, headers={"Referer": f"{bridge.url}/r?key={key}"}))
            told.append(await bridge.get("/r", key=key, headers={"Referer": f"http://evil.example/?key={key}"}))
            told.append(await bridge.api("conferences/getAll", {}, token=key))
            told.append(await bridge.api("conferences/getAll", {"token": key, "key": key}))
        for code in (*codes, "wrong-code-"):
            body = {"room_id": room.id, "LKRoomName": room.call, "participant_id": "ann", "token": code}
            told.append(await bridge.api("conferences-public/createToken", body, token=None))
            told.append(await bridge.api("conferences-public/createToken", body | {"token": [code]}, token=None))
        told.append(await bridge.api("tokens/list", {}))
        told.append(await bridge.api("conferences/remove", {"id": room.id}, method="DELETE"))
        secret_words = [bridge.studio_key, room_key, bridge.token, *codes, "the-livekit-secret-of-32-bytes-and-more"]
        secret_words += ["sk_wrong-but-secret", "wrong-code-", (tmp_path / "secret").read_text().strip()]
    bodies = "\n".join(answer.text for answer in told)
    headers = "\n".join(str(answer.headers) for answer in told)
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records if record.name != "asyncio")
    for word in secret_words:
        assert word not in bodies
        assert word not in headers
        assert word not in logged
    assert "Traceback" not in bodies + logged


async def test_the_access_log_has_a_line_per_press_without_its_query(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bridge.access")
    async with bridge_on(tmp_path) as bridge:
        for path in ("/r/Main/create?max=4", "/r/main/state", "/nowhere?key=x", "/r/two%0Alines/state"):
            await bridge.get(path)
    assert [(record.levelname, record.getMessage().rsplit(" ", 4)[0]) for record in caplog.records] == [
        ("INFO", "GET /r/{room}/create room=Main changed=1 200"),
        ("DEBUG", "GET /r/{room}/state room=main 200"),
        ("INFO", "GET unknown route /nowhere room=- 404"),
        ("INFO", "GET /r/{room}/state room=two?lines 404"),
    ]
