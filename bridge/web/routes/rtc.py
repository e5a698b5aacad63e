"""The signalling proxy: browsers reach the livekit-server of this machine through the bridge's own address.

livekit-client gives up for good at its first 404, so one for a call that should run is held back until the room is
healed. It asks ``validate`` why it was refused, and the page it runs in may be of any origin, as with livekit-server
itself. Media goes past the bridge. Query strings hold tokens here: they are passed on and written nowhere.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import replace
from typing import TypeVar

import aiohttp
from aiohttp import web

from bridge.errors import MediaServerDown
from bridge.web.parts import PARTS
from bridge.web.policy import RoutePolicy, add
from bridge.web.wire.claims import Claims, claims_of

SIGNALLING = RoutePolicy(origin_guard=False)
"""A join token is never ambient, so any page may bring one."""
VALIDATION = replace(SIGNALLING, cors="any")
HEAL_SECONDS = 3.0
HEAL_STEP = 0.05
MESSAGE_BYTES = 2 * 1024 * 1024
PASSED_ON = ("User-Agent", "Authorization")
Socket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse
SERVER = web.AppKey("rtc_server", str)
HTTP = web.AppKey("rtc_http", aiohttp.ClientSession)
OPEN = web.AppKey("rtc_open", set[web.WebSocketResponse])
T = TypeVar("T")


class Refused(Exception):
    """The server's own refusal, with what the browser is told of it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status)
        self.status, self.text = status, text


def add_routes(app: web.Application, server: str) -> None:
    """``server`` is the http address of the livekit-server on this machine."""
    app[SERVER] = server
    app[OPEN] = set()
    app.on_shutdown.append(_hang_up)
    app.cleanup_ctx.append(_session)
    for version in ("/rtc", "/rtc/v1"):
        add(app, version, rtc, SIGNALLING, "GET")
        add(app, f"{version}/validate", rtc, VALIDATION, "GET")


async def _session(app: web.Application) -> AsyncIterator[None]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        app[HTTP] = session
        yield


async def _hang_up(app: web.Application) -> None:
    """Signalling never ends by itself: without this, stopping would wait for it."""
    await asyncio.gather(*(browser.close(code=aiohttp.WSCloseCode.GOING_AWAY) for browser in app[OPEN]))


async def rtc(request: web.Request) -> web.StreamResponse:
    """One signalling connection, or one validation."""
    try:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await _signalling(request)
        return web.Response(text=await _once_healed(request, _validate))
    except Refused as refused:
        return web.Response(status=refused.status, text=refused.text)


async def _signalling(request: web.Request) -> web.StreamResponse:
    async with await _once_healed(request, _connect) as upstream:
        browser = web.WebSocketResponse(max_msg_size=MESSAGE_BYTES, autoping=False, protocols=_protocols(request))
        await browser.prepare(request)
        request.app[OPEN].add(browser)
        pumps = {asyncio.create_task(_pump(browser, upstream)), asyncio.create_task(_pump(upstream, browser))}
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            request.app[OPEN].discard(browser)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            await browser.close(code=upstream.close_code or aiohttp.WSCloseCode.GOING_AWAY)
        return browser


async def _once_healed(request: web.Request, ask: Callable[[web.Request], Awaitable[T]]) -> T:
    """What the server says. A 404 is asked again for as long as it takes to heal a room. Raises ``Refused``."""
    loop, claims = asyncio.get_running_loop(), claims_of(request)
    until = loop.time() + HEAL_SECONDS
    while True:
        _refuse_revoked(request, claims)
        try:
            return await ask(request)
        except Refused as refused:
            if refused.status != 404 or loop.time() > until or not _should_run(request, claims):
                raise
        except (aiohttp.ClientError, OSError):
            if loop.time() > until:
                raise MediaServerDown("the livekit-server does not answer") from None
        await asyncio.sleep(HEAL_STEP)


async def _connect(request: web.Request) -> aiohttp.ClientWebSocketResponse:
    try:
        return await request.app[HTTP].ws_connect(
            _url(request),
            headers=_headers(request),
            max_msg_size=MESSAGE_BYTES,
            autoping=False,
            protocols=_protocols(request),
        )
    except aiohttp.WSServerHandshakeError as error:
        raise Refused(error.status, "the server refused the connection\n") from None


async def _validate(request: web.Request) -> str:
    async with request.app[HTTP].get(_url(request), headers=_headers(request)) as answer:
        text = await answer.text()
        if answer.status != 200:
            raise Refused(answer.status, text if answer.status != 401 else "not allowed\n")
        return text


def _should_run(request: web.Request, claims: Collection[Claims]) -> bool:
    """Whether the token names a call of a started room: its 404 is a room that is being healed."""
    calls = {one.call for one in claims}
    return any(room.active and room.call in calls for room in request.app[PARTS].store.all())


def _refuse_revoked(request: web.Request, claims: Collection[Claims]) -> None:
    """A token that a stronger one has revoked; of an ended call the server says by itself that there is none."""
    admission = request.app[PARTS].admission
    if any(admission.is_revoked(one.call, one.identity, one.mint) for one in claims):
        raise Refused(403, "this invitation was revoked\n")


async def _pump(source: Socket, target: Socket) -> None:
    async for message in source:
        match message.type:
            case aiohttp.WSMsgType.BINARY:
                await target.send_bytes(message.data)
            case aiohttp.WSMsgType.TEXT:
                await target.send_str(message.data)
            case aiohttp.WSMsgType.PING:
                await target.ping(message.data)
            case aiohttp.WSMsgType.PONG:
                await target.pong(message.data)


def _url(request: web.Request) -> str:
    return f"{request.app[SERVER]}{request.rel_url}"


def _headers(request: web.Request) -> dict[str, str]:
    return {name: request.headers[name] for name in PASSED_ON if name in request.headers}


def _protocols(request: web.Request) -> tuple[str, ...]:
    asked = request.headers.get("Sec-WebSocket-Protocol", "")
    return tuple(part.strip() for part in asked.split(",") if part.strip())
