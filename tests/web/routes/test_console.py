"""The console's page, its tickets and sessions: what opens it, for how long, and what it may not do."""

from collections.abc import Callable
from pathlib import Path

import pytest
from limits import RateLimitItemPerMinute

from bridge.access import consoles
from bridge.service import clock_ms
from bridge.web.guard import limits
from tests.bridges import Bridge, bridge_on
from tests.web.consoles import a_ticket, console, log_in, post
from tests.web.shapes import assert_failure

LATER = 13 * 3600 * 1000


async def test_the_page_is_shown_in_no_frame_and_talks_to_its_own_door_alone(bridge: Bridge) -> None:
    page = await bridge.get("/", key=None, headers={"Sec-Fetch-Site": "cross-site"})
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    policy = page.headers["Content-Security-Policy"].split("; ")
    assert {"frame-ancestors 'none'", "connect-src 'self'", "img-src 'self' blob:", "media-src 'self'"} <= {*policy}
    assert page.headers["Permissions-Policy"].startswith("camera=(), microphone=()")


async def test_a_ticket_is_in_the_fragment_and_opens_the_console_once(bridge: Bridge) -> None:
    made = (await post(bridge, "ticket", token=bridge.token)).json
    assert made["url"] == f"{bridge.url}/#ticket={made['ticket']}"
    first = await post(bridge, "session", {"ticket": made["ticket"]})
    assert first.json["session"].startswith("cs_")
    again = await post(bridge, "session", {"ticket": made["ticket"]})
    assert_failure(again, "key_wrong", "This address was used or is older than a minute", "vmix-bridge console")


async def test_a_ticket_is_good_for_a_minute(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consoles, "TICKET_MS", 0)
    assert_failure(
        await post(bridge, "session", {"ticket": await a_ticket(bridge)}), "key_wrong", "older than a minute"
    )


async def test_the_api_token_opens_it_too_and_no_other_key_does(bridge: Bridge) -> None:
    session = (await post(bridge, "session", {"token": bridge.token})).json["session"]
    assert (await bridge.api("conferences/getAll", {}, token=session)).json == []
    for key in (bridge.studio_key, bridge.room_key("main"), session, "vbt_wrong"):
        assert_failure(await post(bridge, "session", {"token": key}), "key_wrong")
    for body in ({}, {"ticket": "ct_x", "token": "vbt_x"}, {"key": "x"}):
        assert_failure(await post(bridge, "session", body), "bad_request")


async def test_a_session_opens_what_its_owners_token_opens(bridge: Bridge) -> None:
    session = await log_in(bridge)
    room = (await bridge.api("conferences/create", {"name": "Main"}, token=session)).json
    for path in (
        "/r",
        "/r/main/stop",
        "/r/main/links.json",
        "/r/main/scripts.json",
        "/r/main/companion.companionconfig",
    ):
        answer = await bridge.get(path, key=None, headers={"x-access-token": session})
        assert answer.status == 200, path
    assert (await bridge.api("keys/show", {"slug": "main"}, token=session)).json["key"] == bridge.room_key("main")
    assert (await bridge.api("conferences/remove", {"id": room["id"]}, token=session, method="DELETE")).status == 200


async def test_a_session_manages_no_api_tokens_and_makes_no_tickets(bridge: Bridge) -> None:
    session = await log_in(bridge)
    for path, body in (("create", {"name": "Eve"}), ("list", {}), ("revoke", {"user_id": bridge.owner})):
        assert_failure(await bridge.api(f"tokens/{path}", body, token=session), "key_scope")
    assert_failure(await post(bridge, "ticket", token=session), "key_scope")
    for key in (bridge.studio_key, bridge.room_key("main")):
        assert_failure(await post(bridge, "ticket", token=key), "key_scope")
    assert_failure(await post(bridge, "ticket"), "key_missing")


async def test_a_session_is_taken_from_a_header_and_never_from_a_url(bridge: Bridge) -> None:
    session = await log_in(bridge)
    await bridge.get("/r/main/create")
    assert_failure(await bridge.get(f"/r/main/stop?key={session}", key=None), "key_scope", "URL", format="text")
    assert_failure(await bridge.get(f"/r/main/stop?key={session}"), "key_scope", format="text")
    assert_failure(await bridge.get(f"/console/keys?key={session}", key=None), "method_not_allowed", format="json")
    assert (await bridge.get("/r/main/state")).text == "ready\n"


async def test_the_keys_of_a_room_are_for_the_console_alone(bridge: Bridge) -> None:
    room = (await bridge.get("/r/main/create.json")).json
    session = await log_in(bridge)
    keys = (await post(bridge, "keys", {"id": room["id"]}, session)).json
    assert keys == {
        "success": True,
        "room_key": bridge.room_key("main"),
        "studio_key": bridge.studio_key,
        "view_key": (await bridge.api("keys/show", {"slug": "main", "view": True})).json["key"],
        "studio_view_key": (await bridge.api("keys/show", {"view": True})).json["key"],
    }
    assert_failure(await post(bridge, "keys", {"id": room["id"]}, bridge.token), "key_scope")
    assert_failure(await post(bridge, "keys", {"id": "f" * 24}, session), "room_not_found")
    assert_failure(await post(bridge, "end", token=bridge.token), "key_scope")


async def test_a_session_lives_on_over_a_restart_and_an_ended_one_does_not(tmp_path: Path) -> None:
    async with bridge_on(tmp_path) as bridge:
        kept, ended = await log_in(bridge), await log_in(bridge)
        await post(bridge, "end", token=ended)
        ticket = await a_ticket(bridge)
    on_disk = (tmp_path / "consoles.json").read_text()
    assert kept not in on_disk
    assert kept.removeprefix("cs_") not in on_disk
    async with bridge_on(tmp_path) as bridge:
        assert (await bridge.api("conferences/getAll", {}, token=kept)).status == 200
        assert_failure(await bridge.api("conferences/getAll", {}, token=ended), "key_wrong", "vmix-bridge console")
        assert_failure(await post(bridge, "session", {"ticket": ticket}), "key_wrong")


async def test_a_session_ends_after_twelve_hours_unless_somebody_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bridge_on(tmp_path) as bridge:
        monkeypatch.setattr(consoles, "SESSION_MS", 0)
        assert_failure(await bridge.api("conferences/getAll", {}, token=await log_in(bridge)), "key_wrong", "ended")
        monkeypatch.setattr(consoles, "SESSION_MS", 60_000)
        session = await log_in(bridge)
        monkeypatch.setattr(consoles, "SESSION_MS", LATER)
        async with console(bridge, session) as page:
            await page.hears("rooms")
            await page.hears("beat")
    monkeypatch.setattr("bridge.service.clock_ms", _later(60_001))
    async with bridge_on(tmp_path) as bridge:
        assert (await bridge.api("conferences/getAll", {}, token=session)).status == 200
    monkeypatch.setattr("bridge.service.clock_ms", _later(LATER + 60_000))
    async with bridge_on(tmp_path) as bridge:
        assert_failure(await bridge.api("conferences/getAll", {}, token=session), "key_wrong", "ended")


async def test_another_api_token_ends_the_sessions_of_the_one_before(tmp_path: Path) -> None:
    async with bridge_on(tmp_path) as bridge:
        session = await log_in(bridge)
    (tmp_path / "token").unlink()
    async with bridge_on(tmp_path) as bridge:
        assert_failure(await bridge.api("conferences/getAll", {}, token=session), "key_wrong", "ended")


@pytest.mark.parametrize("content", ["", "[]", '{"x": 1}', '{"x": {"until": "soon", "owner": "", "token_sha256": ""}}'])
async def test_a_file_of_sessions_that_cannot_be_read_keeps_nobody_out(tmp_path: Path, content: str) -> None:
    (tmp_path / "consoles.json").write_text(content)
    async with bridge_on(tmp_path) as bridge:
        assert (await bridge.api("conferences/getAll", {}, token=await log_in(bridge))).status == 200


async def test_a_disk_that_fails_keeps_nobody_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "consoles.json").mkdir()
    async with bridge_on(tmp_path) as bridge:
        assert (await bridge.api("conferences/getAll", {}, token=await log_in(bridge))).status == 200
    assert "consoles.json cannot be written" in caplog.text


async def test_the_public_door_knows_neither_page_nor_session(tmp_path: Path) -> None:
    async with bridge_on(tmp_path, public={"listen": "127.0.0.1:0"}) as bridge:
        session, door = await log_in(bridge), bridge.running.public_url
        room = (await bridge.get("/r/main/create.json")).json
        async with bridge.http.get(f"{door}/") as sign:
            assert "<html" not in await sign.text()
        for path in ("ticket", "session", "end", "keys", "live"):
            assert_failure(await post(bridge, path, token=session, url=door), "not_found", format="text")
        body = {"id": room["id"]}
        call = f"{door}/api/conferences-public/findLKRoomNameById"
        async with bridge.http.post(call, json=body, headers={"x-access-token": session}) as answer:
            assert (answer.status, (await answer.json())["error"]) == (401, "key_wrong")
        async with bridge.http.post(call, json=body, headers={"x-access-token": bridge.token}) as answer:
            assert answer.status == 200


async def test_tickets_and_sessions_cannot_be_tried(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRONG_KEYS", RateLimitItemPerMinute(3, 1, "wrong-key"))
    session = await log_in(bridge)
    assert_failure(await post(bridge, "session", {"ticket": "ct_wrong"}), "key_wrong")
    assert_failure(await bridge.api("conferences/getAll", {}, token="cs_wrong"), "key_wrong")
    async with console(bridge, "cs_wrong") as page:
        assert (await page.end())[0] == 4401
    assert_failure(await post(bridge, "session", {"token": "vbt_wrong"}), "too_many_requests")
    async with console(bridge, "cs_wrong") as page:
        assert (await page.end())[0] == 1008
    assert (await bridge.api("conferences/getAll", {}, token=session)).status == 200


async def test_no_foreign_page_logs_in(bridge: Bridge) -> None:
    ticket = await a_ticket(bridge)
    for headers in ({"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Sec_Purpose": "prefetch"}):
        assert_failure(await post(bridge, "session", {"ticket": ticket}, **headers), "forbidden_origin")
    assert (await post(bridge, "session", {"ticket": ticket})).status == 200


async def test_what_opens_the_console_is_in_no_line_of_the_log(
    bridge: Bridge, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    ticket = await a_ticket(bridge)
    session = (await post(bridge, "session", {"ticket": ticket})).json["session"]
    answers = [await post(bridge, "session", {"ticket": [ticket], "session": session})]
    answers.append(await bridge.get(f"/?ticket={ticket}"))
    async with console(bridge, session) as page:
        await page.hears("rooms")
    said = caplog.text + "".join(str(record.__dict__) for record in caplog.records if record.name != "asyncio")
    said += "".join(answer.text for answer in answers)
    assert session not in said
    assert ticket not in said


def _later(ms: int) -> Callable[[], int]:
    return lambda: clock_ms() + ms
