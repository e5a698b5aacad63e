"""What join pages and scene pages ask of the bridge: a token at the click, and one WebSocket for everything else.

A page that was opened has spent nothing and told nobody anything; its code is in the first message, and in no URL.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import WSCloseCode, WSMsgType, web

from bridge.errors import BridgeError, RoomStopped
from bridge.rooms.admission import PROGRAM, Knock, WrongCode
from bridge.rooms.changes import EVERY_ROOM
from bridge.rooms.model import Link, RecordingState, Role, Room
from bridge.rooms.quality import SILENT_SECONDS
from bridge.rooms.scenes import Page as ScenePage
from bridge.web.guard.limits import network
from bridge.web.guard.sockets import Sockets, first_text
from bridge.web.parts import PARTS, Parts
from bridge.web.policy import RoutePolicy, add
from bridge.web.routes.join import server_url, this_door
from bridge.web.wire import replies
from bridge.web.wire.body import json_object
from bridge.web.wire.spelling import parse
from bridge.web.wire.visits import (
    HELLO,
    SAID,
    Figures,
    Hello,
    KnockAtDoor,
    Read,
    Report,
    VisitPayload,
    heard,
    room_facts,
    scene_facts,
)

log = logging.getLogger(__name__)

VISIT = RoutePolicy(formats="json")
LIVE = RoutePolicy(formats="json", level=logging.DEBUG)
HELLO_SECONDS = 5.0
MESSAGE_BYTES = 64 * 1024
PING_SECONDS = 20.0
"""A page takes a minute of silence for a dead line; who waits in the lobby waits on as long as the line is alive."""
SOCKETS = web.AppKey("page_sockets", Sockets)
OPEN = web.AppKey("page_open", set[web.WebSocketResponse])


def add_routes(app: web.Application) -> None:
    app[SOCKETS] = Sockets()
    app[OPEN] = set[web.WebSocketResponse]()
    app.on_shutdown.append(_hang_up)
    add(app, "/pages/join", join, VISIT, "POST")
    add(app, "/pages/live", live, LIVE, "GET")


async def _hang_up(app: web.Application) -> None:
    await asyncio.gather(*(socket.close(code=WSCloseCode.GOING_AWAY) for socket in app[OPEN]))


async def join(request: web.Request) -> web.Response:
    """A join token for the browser that clicked."""
    payload, parts = parse(VisitPayload, await json_object(request)), request.app[PARTS]
    address = parts.callers.address(request)
    room, link = _found(parts, payload.code, address)
    if link.role.counts:  # vMix opens all of its at once, and all come back at once
        parts.limits.join(address)
    if not room.active:
        raise RoomStopped("the room is stopped")
    who = _who(parts, room, link, payload)
    knock = Knock(who, payload.name, code=payload.code, address=network(address), page=True)
    admitted = await parts.admission.admit(room, knock)
    return replies.json(
        {
            "participant_token": admitted.token,
            "server_url": this_door(request) if parts.server == "local" else server_url(request),
            "identity": admitted.identity,
            "name": payload.name,
            "success": True,
        }
    )


async def live(request: web.Request) -> web.StreamResponse:
    """The room as it is, whenever it changes; and how the page is doing."""
    parts = request.app[PARTS]
    address = parts.callers.address(request)
    with request.app[SOCKETS].one(address) as counted:
        socket = web.WebSocketResponse(max_msg_size=MESSAGE_BYTES, heartbeat=PING_SECONDS, compress=False)
        await socket.prepare(request)
        request.app[OPEN].add(socket)
        try:
            hello = await _hello(socket)
            room, link = _found(parts, hello.code, address)
            counted.proven(hello.code)
            page = _Page(parts, socket, hello, room.id, _who(parts, room, link, hello), link)
            await page.serve()
        except BridgeError as error:
            await _say(socket, {"type": "gone", "error": error.key})
        except (TimeoutError, ConnectionError):
            log.debug("a page went without a word")
        finally:
            request.app[OPEN].discard(socket)
            await socket.close()
        return socket


async def _hello(socket: web.WebSocketResponse) -> Hello:
    """Raises ``BadRequest``, and ``TimeoutError`` where it does not come in time."""
    return heard(HELLO, await first_text(socket, HELLO_SECONDS))  # type: ignore[no-any-return]


@dataclass(slots=True)
class _Page:
    """One page that is open. It holds a code, so it is told of the room that opens."""

    parts: Parts
    socket: web.WebSocketResponse
    hello: Hello
    room_id: str
    who: str
    link: Link
    knocks: str | None = None
    inside: str = ""
    sends: object = None
    silence: asyncio.TimerHandle | None = None
    told_until: int = 0
    scene: ScenePage | None = None
    told: dict[str, Any] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self) -> None:
        """Until either side hangs up, or the code opens nothing any more: raises ``WrongCode`` then."""
        async with self._telling():
            async for message in self.socket:
                if message.type is not WSMsgType.TEXT:
                    break
                self._hear(heard(SAID, message.data))

    @asynccontextmanager
    async def _telling(self) -> AsyncIterator[None]:
        """Every change is told meanwhile."""
        unsubscribe = self.parts.changes.subscribe(self._note)
        if self.link.role is Role.SCENE:
            scene = self.hello.scene_name(self.link.seat)
            self.scene = self.parts.scenes.opened(self.room_id, scene, self.who)
        self.changed.set()
        teller = asyncio.create_task(self._tell())
        try:
            yield
        finally:
            unsubscribe()
            self._reports("")
            if self.silence:
                self.silence.cancel()
            if self.scene:
                self.parts.scenes.closed(self.scene)
            room = self._room()
            if room is not None and self.knocks is not None:
                self.parts.lobby.left(room, self.who)
            teller.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await teller

    def _note(self, room_id: str) -> None:
        if room_id in (self.room_id, EVERY_ROOM):
            self.changed.set()

    async def _tell(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(PING_SECONDS):
                    await self.changed.wait()
            if not self.changed.is_set():
                self._knock()
                await _say(self.socket, {"type": "ping"})
                continue
            self.changed.clear()
            room = self._room()
            if room is None:
                await _say(self.socket, {"type": "gone", "error": WrongCode.key})
                await self.socket.close()
                return
            await self._tell_once("room", self._facts(room))
            await self._tell_messages(room)
            if self.knocks is not None:
                await self._tell_once("lobby", {"type": self._standing(room)})

    async def _tell_once(self, what: str, message: dict[str, Any]) -> None:
        if self.told.get(what) != message:
            self.told[what] = message
            await _say(self.socket, message)

    async def _tell_messages(self, room: Room) -> None:
        """Each once; a page that comes back hears again what nobody has read."""
        for message in self.parts.messages.unread(room.call, self.inside or self.who):
            if message.number > self.told_until:
                self.told_until = message.number
                await _say(self.socket, {"type": message.kind, "number": message.number, "text": message.text})

    def _role(self, room: Room) -> Role:
        """What the studio made of them, where it did."""
        return self.parts.attendance.role(room, self.inside, self.link.role)

    def _room(self) -> Room | None:
        found = self.parts.store.by_code(self.hello.code)
        return found[0] if found is not None and found[0].id == self.room_id else None

    def _facts(self, room: Room) -> dict[str, Any]:
        parts, state = self.parts, self.parts.observed.state(room)
        if self.scene:
            rows = parts.attendance.of(room)
            return scene_facts(room, state, self.link, self.scene.scene, rows, parts.server, metered=parts.metered)
        secure = parts.public_url if parts.public_url.startswith("https:") else ""
        secure_url = f"{secure}/j/{self.hello.code}" if secure and self.link.role.counts else ""
        role = self._role(room)
        air = parts.tally.of(room).of(self.link.seat, inside=bool(self.inside) and role is Role.SPEAKER)
        recorded = room.policy.record or parts.recording.of(room).state is not RecordingState.OFF
        return room_facts(room, state, self.link, role, parts.server, secure_url, air, recorded=recorded)

    def _standing(self, room: Room) -> str:
        """Before the door: ``waiting``, or how it ended."""
        if self.parts.lobby.was_refused(room, self.who):
            return "refused"
        return "admitted" if self.parts.lobby.may_come(room, self.who) else "waiting"

    def _hear(self, said: object) -> None:
        if self.scene:
            if isinstance(said, Report):
                self.parts.scenes.said(self.scene, said.sound)
                self._reports(said.identity if said.inside and said.identity == self.who else "")
        elif isinstance(said, Read):
            room = self._room()
            if room is not None:
                self.parts.messages.read(room.call, self.inside or self.who, said.number)
        elif isinstance(said, KnockAtDoor):
            if self.link.role.counts:
                self.knocks = said.name
                self.told.pop("lobby", None)
                self._knock()
                self.changed.set()
        elif isinstance(said, Report):
            self._reports(said.identity if said.inside and self._is_me(said.identity) else "", said.sends)
            if self.inside and said.figures:
                self._measured(said.figures)

    def _is_me(self, identity: str) -> bool:
        """Nobody tells how somebody else is doing."""
        return identity == self.who or (self.link.seat != "" and identity.startswith(f"seat:{self.link.seat}:"))

    def _reports(self, identity: str, sends: object = None) -> None:
        """The page tells how it is doing inside, under this identity; under none it does not. It does so every two
        seconds: LiveKit is looked at where something else is new.
        """
        watch, before, self.sends = self.parts.watch, (self.inside, self.sends), sends
        if before == (identity, sends):
            return
        if self.inside and self.inside != identity:
            watch.reports(self.room_id, self.inside, reports=False)
            self.parts.quality.gone(self.room_id, self.inside)
        if self.inside != identity:
            self.inside = identity
            self.changed.set()
        if identity:
            watch.reports(self.room_id, identity)

    def _measured(self, figures: Figures) -> None:
        """How its line does; that it says nothing any more is a change, too."""
        self.parts.quality.measured(self.room_id, self.inside, figures.measured)
        if self.silence:
            self.silence.cancel()
        loop = asyncio.get_running_loop()
        self.silence = loop.call_later(SILENT_SECONDS, self.parts.changes.tell, self.room_id)

    def _knock(self) -> None:
        """It waits, and still waits while its line is alive."""
        room = self._room()
        if room is None or self.knocks is None or self._standing(room) != "waiting":
            return
        self.parts.lobby.knock(room, self.who, self.knocks, self.link.role, self.link.seat)


def _who(parts: Parts, room: Room, link: Link, said: VisitPayload | Hello) -> str:
    """The identity of that page; its seat may give it another one."""
    if link.role is Role.PROGRAM:
        return PROGRAM
    if link.role is Role.SCENE:
        return parts.browsers.scene(room.id, said.secret, said.page)
    return parts.browsers.identity(room.id, said.secret)


def _found(parts: Parts, code: str, address: str) -> tuple[Room, Link]:
    """What a code opens. Raises ``WrongCode``, and ``TooManyRequests`` for who tries them."""
    found = parts.store.by_code(code)
    if found is None:
        parts.limits.wrong_invitation(address)
        raise WrongCode("this link opens no room", "ask for a new link")
    return found


async def _say(socket: web.WebSocketResponse, message: dict[str, Any]) -> None:
    with suppress(ConnectionError):
        await socket.send_str(orjson.dumps(message).decode())
