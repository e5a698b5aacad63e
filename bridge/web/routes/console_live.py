"""What a console is told by its one WebSocket: how things are, whole at first and then whatever changes.

The session is in the first message. Each text is made once for all consoles; one that reads slowly is told the newest.
"""

import asyncio
import logging
import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson
from aiohttp import WSCloseCode, WSMsgType, web

from bridge.access.keys import Scope
from bridge.errors import BadRequest, BridgeError, KeyWrong
from bridge.rooms.model import Recorded, Room
from bridge.version import VERSION
from bridge.web.guard.sockets import Sockets, first_text
from bridge.web.parts import PARTS, Parts
from bridge.web.policy import RoutePolicy, add
from bridge.web.wire.consoles import Hello, Watch, heard
from bridge.web.wire.following import Following
from bridge.web.wire.recordings import recording_rows
from bridge.web.wire.snapshots import SNAPSHOTS
from bridge.web.wire.spelling import iso
from bridge.wellbeing import Check

log = logging.getLogger(__name__)

LIVE = RoutePolicy(formats="json", level=logging.DEBUG)
HELLO_SECONDS = 5.0
BEAT_SECONDS = 2.0
"""A page takes five seconds of silence for a bridge that is away."""
PING_SECONDS = 20.0
READ_SECONDS = 10.0
"""Who takes nothing for so long is hung up on."""
GROWN_SECONDS = 5.0
MESSAGE_BYTES = 64 * 1024
OF_ONE_USER = 32
AT_ONCE = 50
"""So many rooms are written down before anybody else gets a turn."""
ENDED = 4401
SOCKETS = web.AppKey("console_sockets", Sockets)
OPEN = web.AppKey("console_open", set["Console"])


def add_routes(app: web.Application) -> None:
    app[SOCKETS] = Sockets()
    app[OPEN] = set[Console]()
    app.on_shutdown.append(_hang_up)
    add(app, "/console/live", live, LIVE, "GET")


def look(app: web.Application) -> None:
    """Each looks whether its session is still one."""
    for console in app[OPEN]:
        console.following.woken.set()


async def _hang_up(app: web.Application) -> None:
    await asyncio.gather(*(console.socket.close(code=WSCloseCode.GOING_AWAY) for console in app[OPEN]))


async def live(request: web.Request) -> web.StreamResponse:
    parts = request.app[PARTS]
    with request.app[SOCKETS].one(parts.callers.address(request)) as counted:
        socket = web.WebSocketResponse(max_msg_size=MESSAGE_BYTES, heartbeat=PING_SECONDS, compress=False)
        await socket.prepare(request)
        code, why = int(WSCloseCode.OK), ""
        try:
            hello = await _hello(socket)
            scope = _scope(request, hello)
            counted.proven(scope.owner, OF_ONE_USER)
            await Console(request, socket, hello.session, hello.watch, Following(parts, scope)).serve()
        except KeyWrong as error:
            code, why = ENDED, f"{error.message}: {error.hint}"
        except BridgeError as error:
            code, why = WSCloseCode.POLICY_VIOLATION, f"{error.message}: {error.hint}"
        except (TimeoutError, ConnectionError):
            log.debug("a console went without a word")
            if request.transport is not None:
                request.transport.abort()
            return socket
        await socket.close(code=code, message=why.encode()[:120])
        return socket


async def _hello(socket: web.WebSocketResponse) -> Hello:
    """Raises ``BadRequest``, and ``TimeoutError`` where it does not come in time."""
    text = await first_text(socket, HELLO_SECONDS)
    if not text:
        raise BadRequest("the first message is no session")
    return heard(Hello, text)


def _scope(request: web.Request, hello: Hello) -> Scope:
    """Raises ``KeyWrong``, and ``TooManyRequests`` for who tries sessions."""
    parts = request.app[PARTS]
    try:
        return parts.consoles.check(hello.session)
    except KeyWrong:
        parts.limits.wrong_key(parts.callers.address(request))
        raise


@dataclass(slots=True, eq=False)
class Console:
    """One that is open. ``watch`` is the slug of the room it looks into; ``told`` is what it knows, by room or kind,
    ``pressed`` of how many presses, ``checks`` of those, and ``recorded`` of what recordings and until when that holds.
    """

    request: web.Request
    socket: web.WebSocketResponse
    session: str
    watch: str
    following: Following
    told: dict[str, str] = field(default_factory=dict)
    pressed: int | None = None
    checks: Sequence[Check] | None = None
    recorded: tuple[float, Sequence[Recorded]] = (0.0, ())
    said_at: float = 0.0

    @property
    def parts(self) -> Parts:
        return self.request.app[PARTS]

    async def serve(self) -> None:
        """Until either side hangs up. Raises ``KeyWrong`` where the session ended."""
        with self._woken():
            both = (asyncio.create_task(self._tell()), asyncio.create_task(self._hear()))
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in both:
                    task.cancel()
            for ended in await asyncio.gather(*both, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended

    @contextmanager
    def _woken(self) -> Iterator[None]:
        """By whatever it is told of."""
        consoles, wake = self.request.app[OPEN], self.following.woken.set
        with ExitStack() as stack:
            consoles.add(self)
            stack.callback(consoles.discard, self)
            stack.callback(self.parts.recent.subscribe(wake))
            stack.enter_context(self.following.hearing())
            stack.enter_context(self.parts.wellbeing.looking(wake))
            yield

    async def _hear(self) -> None:
        """Raises ``BadRequest``."""
        async for message in self.socket:
            if message.type is not WSMsgType.TEXT:
                raise BadRequest("the console says what the bridge does not know", "load the page again")
            self.watch = heard(Watch, message.data).watch
            for kind in ("inside", "recordings"):
                self.told.pop(kind, None)
            self.recorded = (0.0, ())
            self.following.woken.set()

    async def _tell(self) -> None:
        """Raises ``KeyWrong`` once the session ended."""
        await self._say(_text(self._hello()))
        rooms, _ = self.following.news()
        rooms = sorted(rooms, key=lambda room: room.created)
        await self._say(f'{{"type":"rooms","rooms":[{",".join(await self._listed(rooms))}]}}')
        loop = asyncio.get_running_loop()
        while True:
            self.following.woken.clear()
            self.parts.consoles.check(self.session)
            await self.parts.consoles.renew(self.session)
            await self._tell_rooms()
            await self._tell_inside()
            await self._tell_recordings()
            await self._tell_checks()
            await self._tell_presses()
            if self.said_at + BEAT_SECONDS <= loop.time():
                await self._say('{"type":"beat"}')
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self.said_at + BEAT_SECONDS):
                    await self.following.woken.wait()

    async def _tell_rooms(self) -> None:
        rooms, gone = self.following.news()
        for text in await self._listed(rooms):
            await self._say(f'{{"type":"room","room":{text}}}')
        for room_id, slug in gone:
            self.told.pop(room_id, None)
            await self._say(_text({"type": "gone", "slug": slug}))

    async def _listed(self, rooms: Sequence[Room]) -> Sequence[str]:
        """What is new of these."""
        new: list[str] = []
        for number, room in enumerate(rooms):
            text = self.request.app[SNAPSHOTS].text(self.request, room, "listed")
            if self.told.get(room.id) != text:
                self.told[room.id] = text
                new.append(text)
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
        return new

    def _watched(self) -> Room | None:
        room = self.parts.store.by_slug(self.watch) if self.watch else None
        return room if room is not None and room.owner == self.following.scope.owner else None

    async def _tell_inside(self) -> None:
        if room := self._watched():
            await self._tell_once("inside", self.request.app[SNAPSHOTS].text(self.request, room, "inside"))

    async def _tell_recordings(self) -> None:
        """Of the room it looks into. Those under way grow, and are looked at again and again."""
        room, now = self._watched(), asyncio.get_running_loop().time()
        if room is None:
            return
        found = self.parts.archive.of_room(room.owner, room.slug)
        until, known = self.recorded
        if found == known and now < until:
            return
        self.recorded = (now + GROWN_SECONDS if any(not one.ended for one in found) else math.inf, found)
        rows = await recording_rows(self.parts.archive, found)
        missing = self.parts.recording.missing()
        message = {"type": "recordings", "slug": room.slug, "missing": missing, "recordings": rows}
        await self._tell_once("recordings", _text(message))

    async def _tell_checks(self) -> None:
        checks = self.parts.wellbeing.checks
        if checks is not self.checks:
            self.checks = checks
            await self._say(_text({"type": "checks", "checks": [asdict(check) for check in checks]}))

    async def _tell_presses(self) -> None:
        owner, first = self.following.scope.owner, self.pressed is None
        presses, self.pressed = self.parts.recent.since(owner, self.pressed or 0)
        if presses or first:
            rows = [asdict(press) | {"at": iso(press.at)} for press in presses]
            await self._say(_text({"type": "presses", "presses": rows}))

    async def _tell_once(self, kind: str, text: str) -> None:
        if self.told.get(kind) != text:
            self.told[kind] = text
            await self._say(text)

    def _hello(self) -> dict[str, Any]:
        parts = self.parts
        return {
            "type": "hello",
            "version": VERSION,
            "server": parts.server,
            "control_url": parts.control_url,
            "public_url": parts.public_url,
            "user_id": self.following.scope.owner,
        }

    async def _say(self, text: str) -> None:
        """Raises ``TimeoutError`` where the page takes nothing, ``ConnectionError`` where it is gone."""
        self.said_at = asyncio.get_running_loop().time()
        async with asyncio.timeout(READ_SECONDS):
            await self.socket.send_str(text)


def _text(message: dict[str, Any]) -> str:
    return orjson.dumps(message).decode()
