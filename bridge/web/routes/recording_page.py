"""The page that records a room in a browser of this machine, and what it hands over. On the internal door alone.

It comes with a launch key that is good once, and keeps the secret it gets for that.
"""

import asyncio
import logging
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from bridge.errors import BadRequest, BridgeError, RoomStopped, TokenNeeded
from bridge.web.guard.sockets import Sockets, first_text
from bridge.web.parts import PARTS, Take
from bridge.web.policy import RoutePolicy, add
from bridge.web.routes.join import server_url, this_door
from bridge.web.routes.pages import page
from bridge.web.wire import replies
from bridge.web.wire.body import json_object
from bridge.web.wire.recording_page import SAID, SECRET, Failed, LaunchPayload, SecretPayload, piece
from bridge.web.wire.spelling import parse
from bridge.web.wire.visits import heard

log = logging.getLogger(__name__)

PAGE = RoutePolicy(origin_guard=False, page="recording")
"""The browser comes from a file that sends it here."""
ASKED = RoutePolicy(formats="json")
PIECES = RoutePolicy(formats="json", level=logging.DEBUG)
PATH = "/recording"
HELLO_SECONDS = 5.0
PIECE_BYTES = 1024 * 1024
PING_SECONDS = 5.0
SOCKETS = web.AppKey("recording_sockets", Sockets)


def add_routes(app: web.Application) -> None:
    app[SOCKETS] = Sockets()
    add(app, PATH, recording, PAGE, "GET")
    add(app, "/recording/launch", launch, ASKED, "POST")
    add(app, "/recording/join", join, ASKED, "POST")
    add(app, "/recording/pieces", pieces, PIECES, "GET")


async def recording(request: web.Request) -> web.Response:
    """The same for everybody, and good for nothing without a key."""
    return page(request, "recording/index.html")


async def launch(request: web.Request) -> web.Response:
    """What the page is to record, and the secret for all that follows."""
    payload = parse(LaunchPayload, await json_object(request))
    launched = request.app[PARTS].takes.launched(payload.key)
    if launched is None:
        raise TokenNeeded("this key opens no recording, or did so already")
    secret, take = launched
    return replies.json({"secret": secret, "layout": take.recorded.mode, "success": True})


async def join(request: web.Request) -> web.Response:
    """A join token, each time the page comes into the call."""
    payload, parts = parse(SecretPayload, await json_object(request)), request.app[PARTS]
    recorded = _take(request, payload.secret).recorded
    room = parts.store.get(recorded.room_id)
    if room is None:
        raise RoomStopped("the room is gone")
    admitted = parts.admission.recorder(room, recorded.id)
    return replies.json(
        {
            "participant_token": admitted.token,
            "server_url": this_door(request) if parts.server == "local" else server_url(request),
            "identity": admitted.identity,
            "name": "",
            "success": True,
        }
    )


async def pieces(request: web.Request) -> web.StreamResponse:
    """What it recorded, piece by piece: each is acknowledged by the number of the one that is wanted next."""
    with request.app[SOCKETS].one(request.app[PARTS].callers.address(request)) as counted:
        socket = web.WebSocketResponse(max_msg_size=PIECE_BYTES, heartbeat=PING_SECONDS, compress=False)
        await socket.prepare(request)
        try:
            secret = await _secret(socket)
            take = _take(request, secret)
            counted.proven(secret)
            await _say(socket, {"type": "wanted", "number": take.next})
            await _serve(socket, take)
        except BridgeError as error:
            await _say(socket, {"type": "gone", "error": error.key})
        except (TimeoutError, ConnectionError):
            log.debug("the recording page went without a word")
        finally:
            await socket.close()
        return socket


async def _serve(socket: web.WebSocketResponse, take: Take) -> None:
    goodbye = asyncio.create_task(_say_goodbye(socket, take))
    try:
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                number, data = piece(message.data)
                await _say(socket, {"type": "wanted", "number": await take.put(number, data)})
            elif message.type is WSMsgType.TEXT:
                said = heard(SAID, message.data)
                if isinstance(said, Failed):
                    take.fail(f"Its browser cannot record: {said.why}.")
                else:
                    take.finished.set()
    finally:
        goodbye.cancel()
        await asyncio.gather(goodbye, return_exceptions=True)


async def _say_goodbye(socket: web.WebSocketResponse, take: Take) -> None:
    await take.stopping.wait()
    await _say(socket, {"type": "stop"})


async def _secret(socket: web.WebSocketResponse) -> str:
    """Raises ``BadRequest``, and ``TimeoutError`` where it does not come in time."""
    text = await first_text(socket, HELLO_SECONDS)
    if not text:
        raise BadRequest("the page did not say who it is")
    return str(heard(SECRET, text).secret)


def _take(request: web.Request, secret: str) -> Take:
    take = request.app[PARTS].takes.of(secret)
    if take is None:
        raise TokenNeeded("this secret belongs to no recording that runs")
    return take


async def _say(socket: web.WebSocketResponse, message: dict[str, Any]) -> None:
    await socket.send_str(orjson.dumps(message).decode())
