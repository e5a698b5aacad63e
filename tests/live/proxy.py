"""A proxy before a real LiveKit server that strikes at one chosen moment of an API call, or holds it back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import StrEnum

import aiohttp
from aiohttp import web


class Moment(StrEnum):
    """When it strikes: LiveKit has not heard of the call, has done it, or its answer is on its way back."""

    BEFORE = "before forwarding"
    DONE = "after forwarding"
    ANSWERED = "after the reply"


class Proxy:
    """Forwards every API call to ``target``. ``strike`` runs once, at ``moment`` of the next call of ``method``."""

    def __init__(self, target: str) -> None:
        self.url = ""
        self.distance = 0.0
        """Seconds that a call takes longer than without the proxy."""
        self._target = target
        self._armed: tuple[str, Moment, Callable[[], None]] | None = None
        self._held: dict[str, asyncio.Event] = {}
        self._http = aiohttp.ClientSession()

    @property
    def struck(self) -> bool:
        return self._armed is None

    def arm(self, method: str, moment: Moment, strike: Callable[[], None]) -> None:
        self._armed = (method, moment, strike)

    def hold(self, method: str) -> asyncio.Event:
        """The next call of ``method`` reaches LiveKit when the event is set, whether its caller still waits or not."""
        return self._held.setdefault(method, asyncio.Event())

    async def forward(self, request: web.Request) -> web.StreamResponse:
        method = request.path.rpartition("/")[2]
        body = await request.read()
        await asyncio.sleep(self.distance)
        if held := self._held.pop(method, None):
            await held.wait()
        if self._strikes(method, Moment.BEFORE):
            return web.Response(status=503)
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type")}
        async with self._http.post(f"{self._target}{request.path}", data=body, headers=headers) as answer:
            reply = web.Response(status=answer.status, body=await answer.read(), content_type=answer.content_type)
        if self._strikes(method, Moment.DONE):
            return reply
        with suppress(ConnectionResetError):  # the caller did not wait for it
            await reply.prepare(request)
            await reply.write_eof()
        self._strikes(method, Moment.ANSWERED)
        return reply

    async def aclose(self) -> None:
        await self._http.close()

    def _strikes(self, method: str, moment: Moment) -> bool:
        if self._armed is None or self._armed[:2] != (method, moment):
            return False
        strike, self._armed = self._armed[2], None
        strike()
        return True


@asynccontextmanager
async def proxy_before(target: str) -> AsyncIterator[Proxy]:
    """A proxy of the API at ``target`` (an ``http`` URL), on a port of its own."""
    proxy = Proxy(target)
    app = web.Application()
    app.router.add_post("/{path:.*}", proxy.forward)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    proxy.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield proxy
    finally:
        await runner.cleanup()
        await proxy.aclose()
