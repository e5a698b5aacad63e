"""Server-sent events for programs: everything a button shows, whole at first and then whatever changes."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import InitVar, dataclass, field

import orjson
from aiohttp import web
from aiohttp_sse import EventSourceResponse, sse_response

from bridge.errors import BridgeError, TooManyRequests
from bridge.rooms.changes import EVERY_ROOM
from bridge.web.guard.auth import SCOPE, button_room, check_key, header_key
from bridge.web.parts import PARTS
from bridge.web.policy import RoutePolicy, add
from bridge.web.wire.following import Following
from bridge.web.wire.params import Params, read
from bridge.web.wire.snapshots import SNAPSHOTS, Snapshots

STREAM = RoutePolicy("view", level=logging.DEBUG)
COMMENT_SECONDS = 10.0
READ_SECONDS = 10.0
"""Who takes nothing for so long is hung up on."""
MOST = 1000
STREAMS = web.AppKey("streams", set[EventSourceResponse])


def add_routes(app: web.Application) -> None:
    app[SNAPSHOTS] = Snapshots(app[PARTS])
    app[STREAMS] = set[EventSourceResponse]()
    app.on_shutdown.append(_hang_up)
    add(app, "/r/{room}/events", of_one, STREAM, "GET")
    add(app, "/events", of_all, STREAM, "GET")


async def of_one(request: web.Request) -> web.StreamResponse:
    await read(request, Params)
    return await _stream(request, _Listener(request, button_room(request).id))


async def of_all(request: web.Request) -> web.StreamResponse:
    """Every room that the key may see."""
    await read(request, Params)
    return await _stream(request, _Listener(request))


async def _hang_up(app: web.Application) -> None:
    app[SNAPSHOTS].close()
    for stream in [*app[STREAMS]]:
        stream.stop_streaming()
        stream.force_close()
    app[PARTS].changes.tell(EVERY_ROOM)  # they wait for one, and see that it is over


async def _stream(request: web.Request, listener: "_Listener") -> web.StreamResponse:
    """Raises ``TooManyRequests``. Once it has begun it ends without a word: a failure would be a second answer."""
    streams = request.app[STREAMS]
    if len(streams) >= MOST:
        raise TooManyRequests(f"{MOST} programs listen already", "close one that is not needed")
    async with sse_response(request, ping_interval=COMMENT_SECONDS, send_timeout=READ_SECONDS) as stream:
        streams.add(stream)
        try:
            with suppress(BridgeError, ConnectionError, TimeoutError):
                with listener.following.hearing():
                    while stream.is_connected():
                        await listener.tell(stream)
        finally:
            streams.discard(stream)
    return stream


@dataclass(slots=True)
class _Listener:
    """One program that listens, to ``only`` that room or to all of its key. ``told`` is what it knows, by room."""

    request: web.Request
    only: InitVar[str] = ""
    told: dict[str, dict[str, str]] = field(default_factory=dict)
    following: Following = field(init=False)

    def __post_init__(self, only: str) -> None:
        self.following = Following(self.request.app[PARTS], self.request[SCOPE], only)

    async def tell(self, stream: EventSourceResponse) -> None:
        """What is new; then wait for more. Raises ``KeyWrong`` where the key was retired."""
        request, following = self.request, self.following
        following.woken.clear()
        check_key(request, "view", header_key(request), request.app[PARTS])
        rooms, gone = following.news()
        for room in rooms:
            known = self.told.setdefault(room.id, {})
            for event, text in request.app[SNAPSHOTS].events(request, room).items():
                if known.get(event) != text:
                    known[event] = text
                    await stream.send(text, event=event)
        for room_id, slug in gone:
            self.told.pop(room_id, None)
            await stream.send(orjson.dumps({"slug": slug}).decode(), event="gone")
        try:
            async with asyncio.timeout(COMMENT_SECONDS):
                await following.woken.wait()
        except TimeoutError:
            following.look_again()
