"""Policy is data on each route; what the gate adds is on every answer, once."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bridge.web.app import control_app, make_app
from bridge.web.gate import HEADERS
from bridge.web.pages import page_headers
from bridge.web.policy import POLICIES, PageKind, RoutePolicy, add
from bridge.web.routes import rtc
from tests.bridges import Bridge
from tests.ports import free_port

WITHOUT_A_KEY = {
    *("/health", "/health.json", "/api/openapi.json"),
    "/livekit/webhook",  # LiveKit signs what it says
    *("/pages/join", "/pages/live"),  # a link's code, which is in the body
    *("/j/{code}", "/static/{hash}/{path}"),
    *("/scene/{code}", "/program/{code}"),
    "/egress",
    "/",
    *("/console/session", "/console/live"),  # a ticket, a token or a session, which is in the body
    *("/recordings/{ticket}", "/recordings/{ticket}/{file}"),  # a ticket opens them
    *("/rtc", "/rtc/v1", "/rtc/validate", "/rtc/v1/validate"),  # a join token opens them
}
HELPERS = {"/api/conferences-public/findLKRoomNameById", "/api/conferences-public/createToken"}


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[ClientSession]:
    async with TestServer(app, host="127.0.0.1") as server, ClientSession(server.make_url("/")) as client:
        yield client


def a_route(
    policy: RoutePolicy, answer: Callable[[web.Request], web.StreamResponse]
) -> Callable[[web.Application], None]:
    """``/there`` under this policy."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = answer(request)
        await response.prepare(request)
        if isinstance(response, web.WebSocketResponse):
            await response.close()
        return response

    return lambda app: add(app, "/there", handler, policy, "GET")


def a_page(request: web.Request) -> web.StreamResponse:
    return web.Response(text="<p>", content_type="text/html")


def see_other(request: web.Request) -> web.StreamResponse:
    raise web.HTTPSeeOther("/elsewhere")


async def test_every_route_has_a_policy_and_asks_for_a_key_unless_it_is_known_to_need_none(bridge: Bridge) -> None:
    app = control_app(bridge.running.parts, "http://127.0.0.1:1")
    policies = app[POLICIES].by_route
    assert set(policies) | {app[POLICIES].nowhere} == set(app.router.routes())
    kinds = {(route.method, route.resource.canonical): policy.key for route, policy in policies.items()}  # type: ignore[union-attr]
    assert {path for (_, path), key in kinds.items() if key == "none"} == WITHOUT_A_KEY | HELPERS
    assert {method for (method, path), key in kinds.items() if key == "none" and path in HELPERS} == {"OPTIONS"}
    assert {path for (_, path), key in kinds.items() if key == "join"} == HELPERS
    pressed = {path for (_, path), key in kinds.items() if key == "button"} - {"/companion.companionconfig"}
    assert {path[:2] for path in pressed} == {"/r"}


async def test_a_route_without_a_policy_does_not_start(bridge: Bridge) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response()

    app = make_app(bridge.running.parts)
    app.router.add_get("/there", handler)
    runner = web.AppRunner(app)
    with pytest.raises(RuntimeError, match="/there"):
        await runner.setup()


async def test_a_failure_of_the_signalling_is_no_soft_one(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    """``/rtc`` begins like ``/r`` and is no short route."""
    monkeypatch.setattr(rtc, "HEAL_SECONDS", 0.0)
    async with serving(control_app(bridge.running.parts, f"http://127.0.0.1:{free_port()}")) as client:
        for path in ("/rtc", "/rtc/v1/validate"):
            async with client.get(path, params={"soft": "1"}) as answer:
                assert answer.status == 502
                assert (await answer.text()).startswith("ERR media_server_down ")


async def test_what_is_no_route_answers_like_what_lies_beside_it(bridge: Bridge) -> None:
    page = {"Origin": "https://evil.example"}
    async with serving(control_app(bridge.running.parts, "http://127.0.0.1:1")) as client:
        for method, path, headers, status, kind in (
            ("GET", "/api/conferences/nowhere/at/all", {}, 404, "application/json"),
            ("PUT", "/api/conferences/start", {}, 405, "application/json"),
            ("GET", "/apiary", {}, 404, "text/plain"),
            ("POST", "/rtc/validate", page, 405, "text/plain"),
            ("GET", "/rtc/v2", page, 404, "text/plain"),
            ("GET", "/rtcetera", page, 403, "text/plain"),
        ):
            async with client.request(method, path, headers=headers) as answer:
                assert (path, answer.status, answer.content_type) == (path, status, kind)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda request: web.StreamResponse(), 200),
        (lambda request: web.Response(text="a page", headers={"Cache-Control": "public"}), 200),
        (lambda request: web.WebSocketResponse(), 101),
        (see_other, 303),
    ],
    ids=["stream", "page", "websocket", "303"],
)
async def test_every_kind_of_answer_has_each_header_once(
    bridge: Bridge, answer: Callable[[web.Request], web.StreamResponse], status: int
) -> None:
    policy = RoutePolicy(cors="any", cache="max-age=60")
    wanted = {**HEADERS, "Cache-Control": "max-age=60", "X-Bridge-Server": "rehearsal"}
    asked = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"} if status == 101 else {}
    asked |= {"Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg=="} if status == 101 else {}
    async with serving(make_app(bridge.running.parts, a_route(policy, answer))) as client:
        async with client.get("/there", headers=asked, allow_redirects=False) as response:
            assert response.status == status
            for name, value in (wanted | {"Access-Control-Allow-Origin": "*"}).items():
                assert response.headers.getall(name) == [value]


@pytest.mark.parametrize("page", ["join", "scene", "program", "egress", "console", "player", None])
async def test_a_page_is_told_what_it_may_load_and_no_other_answer_is(bridge: Bridge, page: PageKind | None) -> None:
    async with serving(make_app(bridge.running.parts, a_route(RoutePolicy(page=page), a_page))) as client:
        async with client.get("/there") as response:
            for name in page_headers("")["join"]:
                assert response.headers.getall(name, []) == ([page_headers("")[page][name]] if page else [])


@pytest.mark.parametrize("status", [404, 500])
async def test_what_failed_is_not_kept(bridge: Bridge, status: int) -> None:
    policy = RoutePolicy(cache="public, max-age=60, immutable")
    route = a_route(policy, lambda request: web.Response(status=status))
    async with serving(make_app(bridge.running.parts, route)) as client, client.get("/there") as response:
        assert response.headers.getall("Cache-Control") == ["no-store"]


async def test_each_answer_of_the_bridge_has_each_header_once(bridge: Bridge) -> None:
    wanted = {**HEADERS, "X-Bridge-Server": "rehearsal"}
    for answer in (
        await bridge.get("/r/main/create"),
        await bridge.get("/r/main/start", headers={"Accept": "text/html"}),
        await bridge.get("/nowhere"),
        await bridge.get("/health", headers={"Expect": "nothing"}),
        await bridge.api("conferences/getAll", {}, token=None),
    ):
        assert {name: answer.headers.getall(name) for name in wanted} == {name: [wanted[name]] for name in wanted}


async def test_how_a_success_is_logged_stands_on_the_route(bridge: Bridge) -> None:
    assert {
        route.resource.canonical.removesuffix("{ending}")  # type: ignore[union-attr]
        for route, policy in bridge.running.app[POLICIES].by_route.items()
        if policy.level == logging.DEBUG
    } == {
        "/r",
        "/r/{room}",
        "/r/{room}/state",
        "/r/{room}/people",
        "/r/{room}/tally",
        "/r/{room}/links",
        "/r/{room}/recordings",
        "/r/{room}/scenes",
        "/r/{room}/events",
        "/r/{room}/companion.json",
        "/events",
        "/pages/live",
        "/console/live",
        "/livekit/webhook",
        "/static/{hash}/{path}",
        "/health",
        "/health.json",
    }
