"""The composition root: lock, store, media, rooms, web, started in this order; stop mirrors start."""

import logging
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
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
from bridge.rooms.ports import MediaServer, RoomStore
from bridge.rooms.rules import Rules, compose
from bridge.secret import TOKEN_FILE, has_token, load_secret
from bridge.settings import Settings, SettingsError, split_listen
from bridge.store.database import FILE_NAME, Database
from bridge.store.facts import Facts
from bridge.store.generations import Generations
from bridge.store.lock import FolderLock
from bridge.store.rooms import Rooms
from bridge.store.users import Users
from bridge.web.app import make_app
from bridge.web.callers import Callers
from bridge.web.connections import serving
from bridge.web.limits import Limits
from bridge.web.origin import Guard
from bridge.web.parts import Parts

log = logging.getLogger(__name__)

INSTALL_HINT = "run: vmix-bridge livekit install; or configure one under [livekit] in config.toml; then start again"


@dataclass(frozen=True, slots=True)
class Running:
    """A bridge that takes presses at ``url``. ``local`` is the livekit-server of this machine, where it runs one."""

    url: str
    parts: Parts
    app: web.Application
    media: MediaServer
    local: LocalServer | None


@asynccontextmanager
async def running(settings: Settings, data: Path) -> AsyncIterator[Running]:
    """Start a bridge, and stop it on leaving. Raises ``StoreBroken`` or ``SettingsError`` where it cannot start."""
    async with AsyncExitStack() as stack:
        lock = stack.enter_context(FolderLock(data))
        database = Database(data / FILE_NAME, lock.check)
        stack.push_async_callback(database.aclose)
        secret, users = load_secret(data, has_rooms=any(database.rows("rooms"))), Users(database)
        keys = Keys(secret, users, Generations(database), clock_ms)
        store = Rooms(database, keys.codes, users.removal)
        await _first_token(keys, data)
        sock, url = _bind(settings)
        stack.callback(sock.close)
        media, local = await _media(stack, settings, data, Facts(database))
        join = settings.join
        rules = compose(
            store,
            media,
            clock,
            clock_ms,
            token_minutes=join.token_minutes,
            max_scenes=join.max_scenes,
            open_by_id=join.open_by_id,
        )
        stack.push_async_callback(rules.aclose)
        parts = _parts(settings, url, store, media, keys, rules, database)
        await _adopt_orphans(parts, users)
        await rules.watch.start()
        app = make_app(parts, _signalling(media))
        await stack.enter_async_context(serving(app, sock))
        lock.note(url)
        yield Running(url, parts, app, media, local)
        if local and not local.outlives:  # while its goodbye still passes through here to those inside
            await rules.watch.stop()
            await local.stop()


def _parts(
    settings: Settings, url: str, store: RoomStore, media: MediaServer, keys: Keys, rules: Rules, database: Database
) -> Parts:
    """What the routes work with."""
    return Parts(
        settings=settings,
        server=media.kind,
        control_url=settings.urls.control or url,
        store=store,
        reality=rules.reality,
        intent=rules.intent,
        presses=rules.presses,
        admission=rules.admission,
        keys=keys,
        guard=Guard(_host_names(settings), settings.join.origins),
        limits=Limits(),
        callers=Callers(settings.public.trusted_proxies),
        store_problem=lambda: database.problem,
    )


def clock() -> float:
    """Seconds; it never goes back."""
    return time.monotonic()


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


async def _media(
    stack: AsyncExitStack, settings: Settings, data: Path, facts: Facts
) -> tuple[MediaServer, LocalServer | None]:
    """The media server that ``media`` asks for; ``auto`` takes the configured LiveKit, else the one on this machine.

    With neither it rehearses, but never in a data folder that had a real one.
    """
    binary = find(data, settings.local.binary)
    media: MediaServer
    local: LocalServer | None = None
    match settings.media:
        case "auto" | "livekit" if settings.livekit.url:
            livekit = settings.livekit
            media = LiveKitServer(livekit.url, livekit.api_key, livekit.api_secret)
        case "livekit":
            raise SettingsError('media = "livekit" needs url, api_key and api_secret under [livekit] in config.toml')
        case "auto" | "local" if binary:
            local, media = await _local(stack, settings, data, binary)
        case "local":
            media = AbsentServer("there is no livekit-server on this machine", INSTALL_HINT)
        case "auto" if facts.real_server:
            media = AbsentServer("this data folder had a LiveKit server, and there is none now", INSTALL_HINT)
        case _:
            media = RehearsalServer()
    stack.push_async_callback(media.aclose)
    if media.kind != "rehearsal":
        await facts.remember_real_server()
    return media, local


def _signalling(media: MediaServer) -> str:
    """Where the signalling proxy goes: the server of this machine listens on loopback alone."""
    return media.url if isinstance(media, LiveKitServer) and media.kind == "local" else ""


async def _local(
    stack: AsyncExitStack, settings: Settings, data: Path, binary: Path
) -> tuple[LocalServer, LiveKitServer]:
    """The livekit-server of this machine: adopted or started; one that fails is tried again and again."""
    local = settings.local
    config = ServerConfig(local.port, local.tcp_port, local.udp_port, advertised(local.advertise), local.stun)
    server = LocalServer(binary, data, config)
    await server.start(keep_trying=True)
    stack.push_async_callback(server.aclose)
    return server, LiveKitServer(
        server.url, server.api_key, server.api_secret, kind="local", trouble=lambda: server.status.trouble
    )


async def _first_token(keys: Keys, data: Path) -> None:
    """``<data>/token`` holds the first user's API token, where the command line finds it."""
    there, user, file = has_token(data), keys.first_user(), data / TOKEN_FILE
    if user and there:
        return
    token = await keys.renew_token(user) if user else (await keys.create_token("first user"))[1]
    write_private(file, token + "\n")
    if user:
        log.warning("%s was gone: the first user has a new API token there, the old one is wrong now", file)


async def _adopt_orphans(parts: Parts, users: Users) -> None:
    """Rooms whose user was revoked by an earlier version, or while they were made, can be stopped by nobody else."""
    first = users.first()
    for owner in {room.owner for room in parts.store.all()}:
        if first and users.get(owner) is None:
            rooms = await parts.intent.hand_over(owner, first.id)
            log.warning("%d rooms of a user who is gone are stopped and the first user's now", len(rooms))


def _host_names(settings: Settings) -> list[str]:
    from urllib.parse import urlsplit

    urls = (settings.urls.control, settings.urls.public)
    return [*settings.hosts, *(host for url in urls if (host := urlsplit(url).hostname))]
