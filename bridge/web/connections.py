"""Connections to the bridge: how long each may take, which one gives way, and what one hears that speaks no HTTP.

aiohttp has an option for none of these. ``Connection`` knows its ``RequestHandler`` from the inside (``_waiter``,
``_current_request``, ``_next_keepalive_close_time``, ``_keepalive_timeout``), as it is in aiohttp 3.14.5.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from heapq import nsmallest
from typing import Any, cast

from aiohttp import web

from bridge.errors import BadRequest, BridgeError, Internal, NotFound
from bridge.logs import place
from bridge.web.access import AccessLog
from bridge.web.gate import HEADERS
from bridge.web.guard.descriptors import ceiling, raise_limit
from bridge.web.wire.replies import text

log = logging.getLogger(__name__)

SHUTDOWN_SECONDS = 1.0
KEEPALIVE_SECONDS = 75.0
"""More than a minute: who polls each minute finds the connection open."""
HEADER_SECONDS = 10.0
LINGER_SECONDS = 2.0
"""How long the rest of a refused body is read, so that the refusal arrives."""
QUEUE, AT_ONCE = 128, 16
"""Callers the system keeps waiting, and how many of them asyncio accepts before it looks at the first."""
GRACE_SECONDS = 0.1
"""Who has just come is about to ask."""
QUIET_SECONDS = 60.0
ACCEPT_FAILED = "socket.accept() out of system resource"


@asynccontextmanager
async def serving(app: web.Application, sock: socket.socket, tls: ssl.SSLContext | None = None) -> AsyncIterator[None]:
    """The application answers the callers of ``sock``, by https where ``tls`` is given."""
    raise_limit()
    loop = asyncio.get_running_loop()
    runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_SECONDS, handle_signals=False)
    async with AsyncExitStack() as stack:
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        connections = Connections(cast(web.Server, runner.server), loop)
        listener = await loop.create_server(connections, sock=sock, backlog=AT_ONCE, ssl=tls)
        stack.callback(listener.close)
        sock.listen(QUEUE)
        stack.callback(loop.set_exception_handler, loop.get_exception_handler())
        loop.set_exception_handler(connections.on_trouble)
        yield


class Connections:
    """Makes each connection. Where descriptors run short, those give way that have waited longest for a request."""

    def __init__(self, server: web.Server, loop: asyncio.AbstractEventLoop) -> None:
        self._server, self._loop = server, loop
        self._ceiling = ceiling()
        self._wanted = 0
        self._quiet_until = 0.0

    def __call__(self) -> "Connection":
        return Connection(
            self,
            self._server,
            loop=self._loop,
            access_log_class=AccessLog,
            keepalive_timeout=KEEPALIVE_SECONDS,
            lingering_time=LINGER_SECONDS,
        )

    def came(self, transport: asyncio.BaseTransport) -> None:
        """A caller has a descriptor. The system gives out the lowest that is free, so its number tells how many are."""
        self._want_room(transport.get_extra_info("socket").fileno() - self._ceiling)

    def on_trouble(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What asyncio has to say: after each accept that failed, on which it accepts nobody for a second."""
        if context.get("message") == ACCEPT_FAILED:
            self._want_room(QUEUE)
        else:
            loop.default_exception_handler(context)

    def _want_room(self, descriptors: int) -> None:
        if descriptors > 0:
            if not self._wanted:
                self._loop.call_soon(self._make_room)
            self._wanted = max(self._wanted, descriptors)

    def _make_room(self) -> None:
        wanted, self._wanted = self._wanted, 0
        now = self._loop.time()
        waiting = [one for one in self._connections() if one.waits() and one.since() <= now - GRACE_SECONDS]
        leaving = nsmallest(wanted, waiting, key=Connection.since)
        for connection in leaving:
            connection.drop()
        if now >= self._quiet_until:
            self._quiet_until = now + QUIET_SECONDS
            log.warning("descriptors run short: connections that wait are closed, the oldest first (%d)", len(leaving))

    def _connections(self) -> Iterator["Connection"]:
        return (one for one in self._server.connections if isinstance(one, Connection))


class Connection(web.RequestHandler):
    """One caller. Gives it ``HEADER_SECONDS`` for the head of each request, and answers what is no HTTP as all else."""

    __slots__ = ("_all", "_head_came", "_head_due")

    def __init__(self, connections: Connections, server: web.Server, **options: Any) -> None:
        super().__init__(server, **options)
        self._all = connections
        self._head_due: asyncio.TimerHandle | None = None
        self._head_came = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._head_due = self._loop.call_later(HEADER_SECONDS, self._head_is_late)
        self._all.came(transport)

    def data_received(self, data: bytes) -> None:
        waited = self._awaits_head()
        super().data_received(data)
        if not self._awaits_head():
            self._forget_head()
            if waited:
                self._head_came = self._loop.time()
        elif data and self._head_due is None:
            self._head_due = self._loop.call_later(HEADER_SECONDS, self._head_is_late)

    def connection_lost(self, exc: BaseException | None) -> None:
        super().connection_lost(exc)
        self._forget_head()

    def waits(self) -> bool:
        """Nothing is done for it: it has yet to send a request, or the rest of one."""
        request = self._current_request
        return self._awaits_head() if request is None else not request.content.is_eof()

    def since(self) -> float:
        """The time since which it waits: its last answer or its coming, or the head of its request."""
        return max(self._next_keepalive_close_time - self._keepalive_timeout, self._head_came)

    def drop(self) -> None:
        transport = self.transport
        self.force_close()
        if transport is not None:
            transport.abort()

    def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> Coroutine[Any, Any, tuple[web.StreamResponse, bool]]:
        """What aiohttp refuses before the gate sees it leaves in our shape: an Expect header, and ``OPTIONS *``."""
        if resp.status >= 400 and isinstance(resp, web.HTTPError):
            resp = _failure(
                NotFound("there is no such route")
                if resp.status == 404
                else BadRequest("the Expect header asks for what the bridge cannot do", "leave it out")
            )
        return super().finish_response(request, resp, start_time)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """What could not be read is told without repeating it: it may hold a key."""
        if request.writer.output_size > 0:
            raise ConnectionError("an answer has begun already")
        if status == 400:
            return _failure(
                BadRequest(
                    "the request is no HTTP that can be read",
                    "send URL and headers of at most 8 KiB each, without control characters",
                )
            )
        log.error("a request failed: %s", place(exc))
        return _failure(Internal("the bridge failed to answer"))

    def _awaits_head(self) -> bool:
        return self._waiter is not None and not self._waiter.done()

    def _head_is_late(self) -> None:
        self._head_due = None
        if self._awaits_head():
            self.drop()

    def _forget_head(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None


def _failure(error: BridgeError) -> web.Response:
    response = text(error.as_line(), error.status)
    response.headers.update(HEADERS)
    response.force_close()
    return response
