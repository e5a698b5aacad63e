"""Bytes nobody thought of, at the two doors that strangers speak to all the time: LiveKit's webhook and the pages'
WebSocket. Nothing fails, nothing is kept, and nobody else notices.
"""

import asyncio
import base64
import hashlib
import json
import logging
import os
import struct
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from random import Random
from typing import Any

import aiohttp
import jwt
import pytest
from limits import RateLimitItemPerMinute

from bridge.media.webhooks import Webhooks
from bridge.rooms.model import Role, Room
from bridge.web.guard import limits
from bridge.web.routes import visits
from tests.bridges import Answer, Bridge
from tests.fakes import LIVEKIT
from tests.rooms.fakes import FakeMedia, a_person
from tests.rooms.house import until
from tests.web.noise import nested, noise, odd, spoiled
from tests.web.routes.test_visits import BOB, click, code, open_room, page
from tests.web.routes.test_webhooks import TYPE, tells
from tests.web.shapes import KEYS

SEEDS = range(8)
EACH = 60
EVENTS = 200
GROWTH = 4 * 1024 * 1024
"""Of memory, that all of them may leave behind; one message may hold 64 KiB."""
HELLO = {"type": "hello", "code": "", "secret": BOB, "page": "two", "scene": "", "layout": "grid", "show": "camera"}
FIGURES = {"sent": 1, "wanted": 2, "frames": 25, "full": 30, "lost": 0.1, "far": 0.2, "busy": False, "battery": 0.5}
SAID: tuple[dict[str, Any], ...] = (
    {"type": "knock", "name": "Bob"},
    {"type": "read", "number": 1},
    {"type": "report", "inside": True, "identity": "", "mic": True, "camera": False, "sound": "on", "figures": FIGURES},
)


@pytest.fixture(autouse=True)
def nothing_breaks(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No traceback and no error in the log. Strangers are limited elsewhere: here they may go on."""
    for name in ("WRONG_KEYS", "WRONG_INVITATIONS"):
        monkeypatch.setattr(limits, name, RateLimitItemPerMinute(1_000_000, 1, name))
    caplog.set_level(logging.DEBUG)
    yield
    bad = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR or record.exc_info]
    assert not bad, [(record.name, record.getMessage(), record.exc_info) for record in bad]


def event(call: str, **fields: object) -> dict[str, Any]:
    now = str(int(time.time()))
    return {"event": "participant_joined", "id": os.urandom(8).hex(), "createdAt": now, "room": {"name": call}} | fields


def signature(body: bytes, secret: str = LIVEKIT["api_secret"], **claims: object) -> str:
    """As LiveKit makes it; ``claims`` are others than its own."""
    sha, now = base64.b64encode(hashlib.sha256(body).digest()).decode(), int(time.time())
    made = {"iss": LIVEKIT["api_key"], "nbf": now, "exp": now + 300, "sha256": sha} | claims
    return jwt.api_jws.encode(json.dumps(made).encode(), secret, "HS256")


async def post(bridge: Bridge, path: str, body: bytes, **headers: str) -> Answer:
    async with bridge.http.post(bridge.url + path, data=body, headers=headers) as response:
        return await Answer.of(response)


def assert_refused_or_taken(answer: Answer) -> None:
    assert answer.status < 500, answer.text
    assert answer.json["success"] is (answer.status == 200)
    assert answer.status == 200 or answer.status in KEYS[answer.json["error"]]


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_webhook_that_nobody_signed(livekit: Bridge, seed: int) -> None:
    """Random bytes, tokens that are cut, signed by others or by nobody, and of another body."""
    random, room = Random(seed), await open_room(livekit)
    body = json.dumps(event(room.call)).encode()
    sound, unsigned = signature(body), jwt.encode({"iss": LIVEKIT["api_key"]}, "", "none")
    for _ in range(EACH):
        where = random.randrange(len(sound))
        forged = random.choice(
            (
                noise(random).decode("latin-1").translate(dict.fromkeys([*range(32), 127])),
                sound[:where],
                sound[:where] + random.choice("._-=A") + sound[where:],
                signature(body, "y" * 40),
                signature(noise(random)),
                unsigned,
                "." * random.randrange(5000),
                base64.urlsafe_b64encode(nested(random)[:3000]).decode() + "." + sound.partition(".")[2],
            )
        )
        answer = await post(livekit, "/livekit/webhook", body, **{"Content-Type": TYPE, "Authorization": forged})
        assert answer.status in (400, 401, 429), (seed, forged)  # aiohttp itself refuses a header that is too long
    assert (await tells(livekit, "participant_joined", room.call)).status == 200


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_webhook_that_is_signed_and_makes_no_sense(livekit: Bridge, media: FakeMedia, seed: int) -> None:
    random, room = Random(seed), await open_room(livekit)
    for _ in range(EACH):
        body = spoiled(random, event(room.call, numDropped=1, participant={"identity": "x"}))
        claims = {random.choice(("exp", "nbf", "iss", "sha256", "video", "sub")): odd(random)}
        token = signature(body, **(claims if random.random() < 0.2 else {}))
        assert_refused_or_taken(
            await post(livekit, "/livekit/webhook", body, **{"Content-Type": TYPE, "Authorization": token})
        )
    media.inside[room.call] = [a_person("ann", policy=room.policy)]
    await tells(livekit, "participant_joined", room.call)
    await until(lambda: livekit.running.parts.roster.count(room) == 1)


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1_000_000])
async def test_a_webhook_that_is_huge(livekit: Bridge, size: int) -> None:
    body = b"x" * size
    headers = {"Content-Type": TYPE, "Authorization": signature(body)}
    with suppress(aiohttp.ClientConnectionError):  # it hangs up on who goes on sending
        assert (await post(livekit, "/livekit/webhook", body, **headers)).json["error"] == "too_large"
    assert (await livekit.get("/health")).status == 200


def test_events_with_long_names_pile_up_nowhere() -> None:
    heard: list[str] = []
    hooks = Webhooks(LIVEKIT["api_key"], LIVEKIT["api_secret"], lambda call, _: heard.append(call[:8]), lambda: 0)
    with growing(GROWTH):
        for number in range(EVENTS):
            body = json.dumps(event("main", id=f"{number:04}" * 15_000)).encode()
            hooks.receive(body, signature(body))
            hooks.receive(body, signature(body))
    assert len(heard) == EVENTS


@asynccontextmanager
async def watching(bridge: Bridge, room: Room) -> AsyncIterator[None]:
    """Somebody else's page is open all the while, hears of a change at the end, and is the only one left."""
    changes: Any = bridge.running.parts.changes
    async with page(bridge, code(bridge, room)) as other:
        await other.hears("room")
        listeners = len(changes._listeners)
        yield
        await until(lambda: len(bridge.running.app[visits.OPEN]) == 1)
        assert len(changes._listeners) == listeners
        await bridge.get("/r/main/stop")
        assert (await other.hears("room", state="stopped"))["name"] == room.name
    async with page(bridge, code(bridge, room), BOB) as late:
        await late.hears("room")


async def ends(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Whatever is still said is heard, until either side hangs up."""
    async with asyncio.timeout(20):
        with suppress(ConnectionError):
            await socket.ping()
            await socket.close()


def sendable(random: Random, sound: dict[str, Any]) -> tuple[str, bytes]:
    return random.choice(("text", "text", "text", "binary", "ping", "pong")), spoiled(random, sound)


async def send(socket: aiohttp.ClientWebSocketResponse, kind: str, message: bytes) -> None:
    with suppress(ConnectionError):  # it has hung up already
        match kind:
            case "text":
                await socket.send_frame(message, aiohttp.WSMsgType.TEXT)
            case "binary":
                await socket.send_bytes(message)
            case "ping":
                await socket.ping(message[:125])
            case "pong":
                await socket.pong(message[:125])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("role", [Role.SPEAKER, Role.SCENE])
async def test_a_page_that_talks_nonsense(livekit: Bridge, seed: int, role: Role) -> None:
    """Before it has said who it is, and after."""
    random, room = Random(seed), await open_room(livekit, "lobby=1&seats=host")
    sound = HELLO | {"code": code(livekit, room, role)}
    browsers = livekit.running.parts.browsers
    who = browsers.scene(room.id, BOB, "two") if role is Role.SCENE else browsers.identity(room.id, BOB)
    messages = [said | ({"identity": who} if "identity" in said else {}) for said in SAID]
    async with watching(livekit, room):
        for _ in range(EACH // 2):
            async with livekit.http.ws_connect(f"{livekit.url}/pages/live") as socket:
                if random.random() < 0.5:
                    await send(socket, *sendable(random, sound))
                else:
                    await socket.send_json(sound)
                    for _ in range(random.randrange(1, 6)):
                        await send(socket, *sendable(random, random.choice(messages)))
                await ends(socket)


@pytest.mark.parametrize("seed", SEEDS)
async def test_bytes_that_are_no_websocket(livekit: Bridge, seed: int) -> None:
    """Frames that are broken: reserved bits, lengths of a thousand terabytes, no masks, and mere noise."""
    random, room = Random(seed), await open_room(livekit)
    hello = json.dumps(HELLO | {"code": code(livekit, room)}).encode()
    async with watching(livekit, room):
        for _ in range(EACH // 2):
            async with upgraded(livekit) as (reader, writer):
                if random.random() < 0.5:
                    writer.write(frame(0x81, hello))
                writer.write(b"".join(broken_frame(random) for _ in range(random.randrange(1, 5))))
                await writer.drain()
                if random.random() < 0.5:
                    writer.write_eof()
                    await reader.read()


def frame(first: int, payload: bytes) -> bytes:
    """A masked one, as a browser sends it."""
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack("!H", len(payload))
    return bytes([first]) + length + b"\0\0\0\0" + payload


def broken_frame(random: Random) -> bytes:
    huge = struct.pack("!Q", random.choice((2**63, 2**63 - 1, 2**50, 2**32, 70_000)))
    return random.choice(
        (
            noise(random),
            frame(random.randrange(256), noise(random, 60)),
            bytes([random.choice((0x81, 0x82, 0x01))]) + random.choice((b"\xff", b"\x7f")) + huge + noise(random, 5000),
            frame(0x01, b'{"type": "kn') + frame(random.choice((0x00, 0x01, 0x80, 0x89)), b"x"),
            frame(0x81, bytes([0xFF, 0xFE, 0xC0, 0x80]) + noise(random, 20)),
            frame(0x88, noise(random, 100)),
            b"\x81\xfe\xff",
        )
    )


@asynccontextmanager
async def upgraded(bridge: Bridge) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection that has become a WebSocket, so far; it is cut off at the end, if it still is there."""
    host, port = bridge.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"GET /pages/live HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(b'0' * 16).decode()}\r\n\r\n".encode()
    )
    try:
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        with suppress(ConnectionError):
            yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def test_messages_that_are_huge_are_not_kept(livekit: Bridge) -> None:
    """A frame that says it is a gigabyte is hung up on before it is there."""
    room = await open_room(livekit)
    hello = json.dumps(HELLO | {"code": code(livekit, room)}).encode()
    async with watching(livekit, room):
        for opened in (b"", frame(0x81, hello)):
            with growing(GROWTH):
                async with upgraded(livekit) as (_, writer):
                    writer.write(opened + b"\x81\xff" + struct.pack("!Q", 2**30) + b"\0\0\0\0")
                    for _ in range(500):
                        writer.write(b"x" * 65536)
                        await writer.drain()


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_click_that_makes_no_sense(livekit: Bridge, seed: int) -> None:
    random, room = Random(seed), await open_room(livekit)
    sound = {"code": code(livekit, room), "secret": BOB, "page": "one", "name": "Bob"}
    for _ in range(EACH):
        answer = await post(livekit, "/pages/join", spoiled(random, sound), **{"Content-Type": "application/json"})
        assert_refused_or_taken(answer)
    assert (await click(livekit, code(livekit, room))).status == 200


class growing:
    """At most so many bytes more are held at the end of the block."""

    def __init__(self, most: int) -> None:
        self._most = most

    def __enter__(self) -> None:
        tracemalloc.start()

    def __exit__(self, kind: object, *_: object) -> None:
        held, _peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert kind or held < self._most, held
