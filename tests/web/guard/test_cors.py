"""Which web pages may call the join flow, and that they may call nothing else."""

from pathlib import Path

import pytest

from tests.bridges import Answer, Bridge, bridge_on
from tests.web.shapes import assert_failure

ORIGIN = "https://www.example.com"


async def preflight(bridge: Bridge, path: str, origin: str) -> Answer:
    headers = {
        "Origin": origin,
        "Sec-Fetch-Site": "cross-site",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    async with bridge.http.options(bridge.url + path, headers=headers) as response:
        return await Answer.of(response)


async def test_configured_origins_may_call_the_helpers_from_their_pages(tmp_path: Path) -> None:
    async with bridge_on(tmp_path, join={"origins": [ORIGIN]}) as bridge:
        await bridge.get("/r/main/create")
        (room,) = bridge.running.parts.store.all()
        for path in ("findLKRoomNameById", "createToken"):
            asked = await preflight(bridge, f"/api/conferences-public/{path}", ORIGIN)
            assert asked.status == 204
            assert asked.headers["Access-Control-Allow-Origin"] == ORIGIN
            assert asked.headers["Access-Control-Allow-Methods"] == "POST"
            assert "content-type" in asked.headers["Access-Control-Allow-Headers"]
            assert "Access-Control-Allow-Credentials" not in asked.headers
        page = {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"}
        found = await bridge.api("conferences-public/findLKRoomNameById", {"id": room.id}, token=None, headers=page)
        assert found.status == 200
        assert found.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert found.headers["Vary"] == "Origin"
        failed = await bridge.api("conferences-public/findLKRoomNameById", {}, token=None, headers=page)
        assert_failure(failed, "bad_request")
        assert failed.headers["Access-Control-Allow-Origin"] == ORIGIN


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://www.example.com", f"{ORIGIN}:444"])
async def test_other_origins_may_not(tmp_path: Path, origin: str) -> None:
    async with bridge_on(tmp_path, join={"origins": [ORIGIN]}) as bridge:
        await bridge.get("/r/main/create")
        (room,) = bridge.running.parts.store.all()
        path = "conferences-public/findLKRoomNameById"
        page = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
        for answer in (
            await preflight(bridge, f"/api/{path}", origin),
            await bridge.api(path, {"id": room.id}, token=None, headers=page),
            await bridge.api(path, {"id": room.id}, token=None, headers={"Origin": origin}),
        ):
            assert_failure(answer, "forbidden_origin")
            assert not [name for name in answer.headers if name.startswith("Access-Control")]


async def test_a_configured_origin_calls_nothing_else(tmp_path: Path) -> None:
    async with bridge_on(tmp_path, join={"origins": [ORIGIN]}) as bridge:
        page = {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"}
        answers = [
            await bridge.get(f"/r/main/create?key={bridge.studio_key}", key=None, headers=page),
            await bridge.get(f"/r/main/create?key={bridge.studio_key}", key=None, headers={"Origin": ORIGIN}),
            await bridge.api("conferences/getAll", {}, token=None, headers=page),
            await bridge.get("/api%2Fconferences-public/x", key=None, headers={"Origin": "https://evil.example"}),
            await preflight(bridge, "/api/conferences/getAll", ORIGIN),
            await preflight(bridge, "/r/main/create", ORIGIN),
        ]
        for answer in answers:
            assert answer.status == 403
            assert "forbidden_origin" in answer.text
            assert not [name for name in answer.headers if name.startswith("Access-Control")]
        assert not bridge.running.parts.store.all()
