"""A server that answers LiveKit's API as a test wants it, and counts what it was asked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from livekit import api

from bridge.media.livekit import LiveKitServer

Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]
SECRET = "s" * 40


@dataclass(slots=True)
class Stub:
    """``replies`` are used up one after the other; the last one stays. ``asked`` holds method names."""

    replies: list[Reply] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.match_info["method"])
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return await reply(request)


def room(**fields: object) -> Reply:
    """A room as CreateRoom answers it."""
    return message(api.Room(**fields))  # type: ignore[arg-type]


def message(answer: object) -> Reply:
    async def reply(_: web.Request) -> web.StreamResponse:
        return web.Response(body=answer.SerializeToString(), content_type="application/protobuf")  # type: ignore[attr-defined]

    return reply


def refusal(status: int, code: str = "", text: str = "") -> Reply:
    """A Twirp error; without a code the plain text that LiveKit sends for a wrong key."""

    async def reply(_: web.Request) -> web.StreamResponse:
        if not code:
            return web.Response(status=status, text=text or "invalid token: eyJhbGciOi.secret.token")
        return web.json_response({"code": code, "msg": text or "token eyJhbGciOi is secret"}, status=status)

    return reply


async def hang_up(request: web.Request) -> web.StreamResponse:
    """End the connection without an answer, as a pooled one of a dead server does."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def never(_: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    return web.Response()


@asynccontextmanager
async def livekit_that(*replies: Reply) -> AsyncIterator[tuple[LiveKitServer, Stub]]:
    """The bridge's LiveKit client, and the server that it talks to."""
    async with server_that(*replies) as (url, stub):
        client = LiveKitServer(url, "APItest", SECRET)
        try:
            yield client, stub
        finally:
            await client.aclose()


@asynccontextmanager
async def server_that(*replies: Reply) -> AsyncIterator[tuple[str, Stub]]:
    """A server alone, with its url."""
    stub = Stub(list(replies))
    app = web.Application()
    app.router.add_post("/twirp/livekit.RoomService/{method}", stub.answer)
    app.router.add_route("*", "/{method:.*}", stub.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"ws://127.0.0.1:{runner.addresses[0][1]}", stub
    finally:
        await runner.cleanup()
