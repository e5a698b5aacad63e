"""Server-sent events for programs: everything a button shows, whole at first and then whatever changes.

A listener is told how things are now and not how they came to be so: who reads slowly misses what was between, and
nothing piles up for them.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import orjson
from aiohttp import web
from aiohttp_sse import EventSourceResponse, sse_response

from bridge.errors import BridgeError, TooManyRequests
from bridge.rooms.changes import EVERY_ROOM
from bridge.rooms.model import Room
from bridge.web.guard.auth import SCOPE, button_room, check_key, header_key
from bridge.web.parts import PARTS, Parts
from bridge.web.policy import RoutePolicy, add
from bridge.web.wire.params import Params, read
from bridge.web.wire.snapshots import Snapshots

STREAM = RoutePolicy("view", level=logging.DEBUG)
COMMENT_SECONDS = 10.0
READ_SECONDS = 10.0
"""Who takes nothing for so long is hung up on."""
MOST = 1000
SNAPSHOTS = web.AppKey("snapshots", Snapshots)
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
                async with listener.hearing():
                    while stream.is_connected():
                        await listener.tell(stream)
        finally:
            streams.discard(stream)
    return stream


@dataclass(slots=True)
class _Listener:
    """One program that listens, to ``only`` that room or to all of its key. ``told`` is what it knows, by room."""

    request: web.Request
    only: str = ""
    told: dict[str, dict[str, str]] = field(default_factory=dict)
    slugs: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=lambda: {EVERY_ROOM})
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def parts(self) -> Parts:
        return self.request.app[PARTS]

    @asynccontextmanager
    async def hearing(self) -> AsyncIterator[None]:
        unsubscribe = self.parts.changes.subscribe(self._note)
        try:
            yield
        finally:
            unsubscribe()

    async def tell(self, stream: EventSourceResponse) -> None:
        """What is new; then wait for more. Raises ``KeyWrong`` where the key was retired."""
        self.woken.clear()
        check_key(self.request, "view", header_key(self.request), self.parts)
        rooms, changed, self.changed = self._rooms(), self.changed, set()
        for room in rooms:
            known = self.told.setdefault(room.id, {})
            self.slugs[room.id] = room.slug
            for event, text in self.request.app[SNAPSHOTS].of(self.request, room).items():
                if known.get(event) != text:
                    known[event] = text
                    await stream.send(text, event=event)
        known_of = self.told.keys() if EVERY_ROOM in changed else self.told.keys() & changed
        for room_id in [room_id for room_id in known_of if self.parts.store.get(room_id) is None]:
            del self.told[room_id]
            await stream.send(orjson.dumps({"slug": self.slugs.pop(room_id)}).decode(), event="gone")
        try:
            async with asyncio.timeout(COMMENT_SECONDS):
                await self.woken.wait()
        except TimeoutError:
            self.changed.add(EVERY_ROOM)  # some of it changes by time alone

    def _rooms(self) -> Sequence[Room]:
        scope, store = self.request[SCOPE], self.parts.store
        wanted = [self.only] if self.only else None if EVERY_ROOM in self.changed else self.changed
        rooms = store.of_owner(scope.owner) if wanted is None else map(store.get, wanted)
        return [room for room in rooms if room and room.owner == scope.owner and scope.covers(room.slug)]

    def _note(self, room_id: str) -> None:
        if room_id in (EVERY_ROOM, self.only) or not self.only:
            self.changed.add(room_id)
            self.woken.set()
