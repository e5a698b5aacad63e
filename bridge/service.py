"""The composition root: lock, store, media, rooms, web, started in this order; stop mirrors start."""

import logging
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiohttp import web

from bridge.files import write_private
from bridge.keys import Keys
from bridge.livekit_server.config import ServerConfig
from bridge.livekit_server.install import find
from bridge.livekit_server.network import advertised
from bridge.livekit_server.process import LocalServer
from bridge.media.absent import AbsentServer
from bridge.media.livekit import LiveKitServer
from bridge.media.rehearsal import RehearsalServer
from bridge.rooms.admission import Admission
from bridge.rooms.capacity import Capacity
from bridge.rooms.converger import Converger
from bridge.rooms.intent import Intent
from bridge.rooms.locks import Locks
from bridge.rooms.people import People
from bridge.rooms.plan import plan
from bridge.rooms.ports import MediaServer, RoomStore
from bridge.rooms.reality import Reality
from bridge.rooms.watch import Watch
from bridge.settings import Settings, SettingsError, split_listen
from bridge.store.database import FILE_NAME, Database
from bridge.store.facts import Facts
from bridge.store.generations import Generations
from bridge.store.lock import FolderLock
from bridge.store.rooms import Rooms
from bridge.store.users import Users
from bridge.web.app import make_app
from bridge.web.connections import serving
from bridge.web.limits import Limits
from bridge.web.origin import Guard
from bridge.web.parts import Parts

log = logging.getLogger(__name__)

TOKEN_FILE = "token"
SECRET_FILE = "secret"
INSTALL_HINT = "run: vmix-bridge livekit install; or configure one under [livekit] in config.toml; then start again"
TOKEN_LIFE_AFTER_STOP_MINUTES = 10
"""LiveKit hands people inside a new token every 5 minutes, good for at least 10."""


@dataclass(frozen=True, slots=True)
class Running:
    """A bridge that takes presses at ``url``."""

    url: str
    parts: Parts
    app: web.Application
    media: MediaServer


@asynccontextmanager
async def running(settings: Settings, data: Path) -> AsyncIterator[Running]:
    """Start a bridge, and stop it on leaving. Raises ``StoreBroken`` or ``SettingsError`` where it cannot start."""
    async with AsyncExitStack() as stack:
        lock = stack.enter_context(FolderLock(data))
        database = Database(data / FILE_NAME)
        stack.push_async_callback(database.aclose)
        keys = Keys(_secret(data), Users(database), Generations(database), clock_ms)
        store = Rooms(database, keys.codes)
        await _first_token(keys, data)
        sock, url = _bind(settings)
        stack.callback(sock.close)
        media = await _media(stack, settings, data, Facts(database))
        parts, watch = _rules(settings, url, store, media, keys, lambda: database.problem)
        stack.push_async_callback(parts.converger.aclose)
        await watch.start()
        stack.push_async_callback(watch.stop)
        app = make_app(parts, _signalling(media))
        await stack.enter_async_context(serving(app, sock))
        lock.note(url)
        yield Running(url, parts, app, media)


def _rules(
    settings: Settings, url: str, store: RoomStore, media: MediaServer, keys: Keys, problem: Callable[[], str]
) -> tuple[Parts, Watch]:
    """The rules of rooms over store and media server, with what the routes need beside them. Nothing runs yet."""
    reality, capacity, locks = Reality(), Capacity(time.monotonic), Locks()
    call_plan = partial(plan, max_scenes=settings.join.max_scenes)
    converger = Converger(store, media, reality, capacity, locks, call_plan)
    watch = Watch(store, media, reality, converger, clock_ms)
    parts = Parts(
        settings=settings,
        server=media.kind,
        control_url=settings.urls.control or url,
        store=store,
        reality=reality,
        intent=Intent(store, locks, converger.wake, clock_ms, token_ms=_token_life_ms(settings)),
        converger=converger,
        admission=Admission(
            store,
            media,
            capacity,
            watch,
            call_plan,
            clock_ms,
            token_minutes=settings.join.token_minutes,
            max_scenes=settings.join.max_scenes,
        ),
        people=People(media),
        keys=keys,
        guard=Guard(_host_names(settings), settings.join.origins),
        limits=Limits(),
        store_problem=problem,
    )
    return parts, watch


def clock_ms() -> int:
    return time.time_ns() // 1_000_000


def _bind(settings: Settings) -> tuple[socket.socket, str]:
    """The listening socket and the bridge's own address, before anything else is started."""
    host, port = split_listen(settings.listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        sock = socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise SettingsError(
            f"listen = {settings.listen!r} cannot be used: {error.strerror or error}; stop what uses that port, "
            "or give another with --listen HOST:PORT"
        ) from None
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return sock, f"http://{shown}:{sock.getsockname()[1]}"


async def _media(stack: AsyncExitStack, settings: Settings, data: Path, facts: Facts) -> MediaServer:
    """The media server that ``media`` asks for; ``auto`` takes the configured LiveKit, else the one on this machine.

    With neither it rehearses, but never in a data folder that had a real one.
    """
    binary = find(data, settings.local.binary)
    media: MediaServer
    match settings.media:
        case "auto" | "livekit" if settings.livekit.url:
            livekit = settings.livekit
            media = LiveKitServer(livekit.url, livekit.api_key, livekit.api_secret)
        case "livekit":
            raise SettingsError('media = "livekit" needs url, api_key and api_secret under [livekit] in config.toml')
        case "auto" | "local" if binary:
            media = await _local(stack, settings, data, binary)
        case "local":
            media = AbsentServer("there is no livekit-server on this machine", INSTALL_HINT)
        case "auto" if facts.real_server:
            media = AbsentServer("this data folder had a LiveKit server, and there is none now", INSTALL_HINT)
        case _:
            media = RehearsalServer()
    stack.push_async_callback(media.aclose)
    if media.kind != "rehearsal":
        await facts.remember_real_server()
    return media


def _signalling(media: MediaServer) -> str:
    """Where the signalling proxy goes: the server of this machine listens on loopback alone."""
    return media.url if isinstance(media, LiveKitServer) and media.kind == "local" else ""


async def _local(stack: AsyncExitStack, settings: Settings, data: Path, binary: Path) -> LiveKitServer:
    """The livekit-server of this machine: adopted or started; one that fails is tried again and again."""
    local = settings.local
    config = ServerConfig(local.port, local.tcp_port, local.udp_port, advertised(local.advertise), local.stun)
    server = LocalServer(binary, data, config)
    await server.start(keep_trying=True)
    stack.push_async_callback(server.stop)
    return LiveKitServer(
        server.url, server.api_key, server.api_secret, kind="local", trouble=lambda: server.status.trouble
    )


def _secret(data: Path) -> bytes:
    """The secret that keys and link codes are derived from: losing it makes all of them wrong."""
    file = data / SECRET_FILE
    if not file.exists():
        write_private(file, secrets.token_hex(32) + "\n")
    try:
        return bytes.fromhex(file.read_text("ascii"))
    except ValueError:
        raise SettingsError(
            f"{file} is damaged; bring it back from a backup, or remove it and renew every key"
        ) from None


async def _first_token(keys: Keys, data: Path) -> None:
    """``<data>/token`` holds the first user's API token, where the command line finds it."""
    file = data / TOKEN_FILE
    user = keys.first_user()
    if user and file.exists():
        return
    token = await keys.renew_token(user) if user else (await keys.create_token("first user"))[1]
    write_private(file, token + "\n")
    if user:
        log.warning("%s was gone: the first user has a new API token there, the old one is wrong now", file)


def _token_life_ms(settings: Settings) -> int:
    minutes = max(settings.join.token_minutes, TOKEN_LIFE_AFTER_STOP_MINUTES) + 2
    return minutes * 60_000


def _host_names(settings: Settings) -> list[str]:
    from urllib.parse import urlsplit

    urls = (settings.urls.control, settings.urls.public)
    return [*settings.hosts, *(host for url in urls if (host := urlsplit(url).hostname))]
