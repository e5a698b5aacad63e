"""Asking a LiveKit server: the real one, and what is none."""

import socket
import time
from email.utils import formatdate

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from livekit import api

from bridge.ops import probe
from bridge.ops.probe import ask
from tests.live.conftest import NewServer
from tests.live.server import LiveServer
from tests.media.nonsense import NONSENSE
from tests.media.stub import Reply, server_that

SECRET = "x" * 40


async def test_a_good_key_and_no_auto_create(live_server: LiveServer) -> None:
    answer = await ask(live_server.url, live_server.api_key, live_server.api_secret)
    assert (answer.trouble, answer.status, answer.key, answer.auto_create) == ("", 200, "right", False)
    assert answer.skew is not None
    assert abs(answer.skew) < 2


async def test_auto_create_is_seen_and_no_room_is_made(new_live_server: NewServer) -> None:
    server = await new_live_server(auto_create=True)
    answer = await ask(server.http_url, server.api_key, server.api_secret)
    assert answer.auto_create is True
    async with server.api() as client:
        assert not (await client.room.list_rooms(api.ListRoomsRequest())).rooms


async def test_wrong_keys_are_told_apart(live_server: LiveServer) -> None:
    assert (await ask(live_server.url, "APInobody", live_server.api_secret)).key == "unknown"
    assert (await ask(live_server.url, live_server.api_key, SECRET)).key == "wrong secret"


@pytest.mark.parametrize("off", [-3600, -150, 150, 3600])
async def test_a_clock_that_is_wrong(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, off: int) -> None:
    now = time.time
    monkeypatch.setattr("bridge.ops.probe.time.time", lambda: now() + off)
    answer = await ask(live_server.url, live_server.api_key, live_server.api_secret)
    assert answer.key == "clock"
    assert answer.skew is not None
    assert abs(answer.skew + off) < 30  # a busy machine may be slow


async def test_nothing_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert "refused" in (await ask(f"ws://127.0.0.1:{taken.getsockname()[1]}", "API", SECRET)).trouble


async def test_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "SECONDS", 0.1)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        assert "no answer within" in (await ask(f"ws://127.0.0.1:{mute.getsockname()[1]}", "API", SECRET)).trouble


async def test_a_name_nobody_knows() -> None:
    assert "name" in (await ask("wss://nowhere.invalid", "API", SECRET)).trouble


async def test_no_tls_where_it_is_asked_for(live_server: LiveServer) -> None:
    answer = await ask(live_server.url.replace("ws", "wss", 1), live_server.api_key, live_server.api_secret)
    assert "TLS" in answer.trouble


@pytest.mark.parametrize("status", [200, 403, 404, 500])
async def test_something_else_is_unknown(status: int) -> None:
    async def front(request: web.Request) -> web.Response:
        headers = {"Date": formatdate(time.time() + 45, usegmt=True), "Location": "/pages"}
        return web.Response(status=302, headers=headers)  # a proxy's own: only LiveKit's paths lead to LiveKit

    async def listing(request: web.Request) -> web.Response:
        return web.Response(content_type="application/protobuf")

    async def validate(request: web.Request) -> web.Response:
        return web.Response(status=status, text="no such page, no such room")

    app = web.Application()
    app.router.add_get("/", front)
    app.router.add_post("/twirp/livekit.RoomService/ListRooms", listing)
    app.router.add_get("/rtc/validate", validate)
    async with TestServer(app) as server:
        answer = await ask(str(server.make_url("")).rstrip("/"), "API", SECRET)
    assert (answer.trouble, answer.key, answer.auto_create) == ("", "right", None)
    assert str(status) in answer.auto_create_unknown
    assert answer.skew is not None
    assert 15 < answer.skew < 75


@pytest.mark.parametrize("reply", NONSENSE.values(), ids=NONSENSE.keys())
async def test_what_is_no_livekit(reply: Reply) -> None:
    async with server_that(reply) as (url, stub):
        answer = await ask(url, "API", SECRET)
    assert "no LiveKit" in answer.trouble or answer.trouble == "it answers with status 501"
    assert "elsewhere" not in stub.asked
