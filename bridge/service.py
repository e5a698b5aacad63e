"""The composition root: lock, store, media, rooms, web, started in this order; stop mirrors start."""

import logging
import socket
import time
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from bridge.access.browsers import Browsers
from bridge.access.keys import Keys
from bridge.access.links import Links
from bridge.access.secret import has_token, load_secret
from bridge.access.users import Accounts
from bridge.files import write_private
from bridge.folder import STORE, TOKEN
from bridge.livekit_server.config import ServerConfig
from bridge.livekit_server.install import find
from bridge.livekit_server.network import advertised
from bridge.livekit_server.process import LocalServer
from bridge.media.absent import AbsentServer
from bridge.media.choose import INSTALL_HINT, choose
from bridge.media.livekit import LiveKitServer
from bridge.media.rehearsal import RehearsalServer
from bridge.rooms.changes import Changes
from bridge.rooms.intent import Intent
from bridge.rooms.model import Room
from bridge.rooms.ports import MediaServer, RoomStore
from bridge.rooms.rules import Rules, compose
from bridge.setting_values import split_listen
from bridge.settings import Loaded, Public, Settings, SettingsError
from bridge.settings_note import written
from bridge.store.database import Database
from bridge.store.facts import Facts
from bridge.store.generations import Generations
from bridge.store.lock import FolderLock
from bridge.store.rooms import Rooms
from bridge.store.users import Users
from bridge.web.app import control_app, public_app
from bridge.web.connections import serving
from bridge.web.guard.callers import Callers
from bridge.web.guard.limits import Limits
from bridge.web.guard.origin import Guard
from bridge.web.parts import Parts, RoomReads
from bridge.web.tls import BadCertificate, Certificate

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """A bridge that takes presses at ``url``, and guests at ``public_url`` too, where it has a door for them.

    ``local`` is the livekit-server of this machine, where it runs one.
    """

    url: str
    public_url: str
    parts: Parts
    app: web.Application
    media: MediaServer
    local: LocalServer | None
    store: RoomStore


@asynccontextmanager
async def running(loaded: Loaded, data: Path, media: MediaServer | None = None) -> AsyncIterator[Running]:
    """Start a bridge, and stop it on leaving; on ``media`` where one is given, else on the one the settings choose.

    Raises ``StoreBroken`` or ``SettingsError`` where it cannot start.
    """
    settings = loaded.settings
    async with AsyncExitStack() as stack:
        lock = stack.enter_context(FolderLock(data, written(loaded)))
        database = Database(data / STORE, lock.check)
        stack.push_async_callback(database.aclose)
        secret, users = load_secret(data, has_rooms=any(database.rows("rooms"))), Users(database)
        generations, accounts = Generations(database), Accounts(users, clock_ms)
        links = Links(secret, generations)
        store = Rooms(database, links.codes, users.removal)
        await _first_token(accounts, data)
        sock, url = _bind("listen", settings.listen)
        stack.callback(sock.close)
        door = _public_door(stack, settings.public)
        local: LocalServer | None = None
        if media is None:
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
        keys, browsers = Keys(secret, users, generations), Browsers(secret)
        parts = _parts(
            settings, url, door.url if door else "", store, media, rules, keys, accounts, links, browsers, database
        )
        await _adopt_orphans(store, rules.intent, users)
        await rules.watch.start()
        app = control_app(parts, _signalling(media))
        await stack.enter_async_context(serving(app, sock))
        if door is not None:
            await _open(stack, door, public_app(parts, _signalling(media)))
        lock.note(url)
        yield Running(url, door.url if door else "", parts, app, media, local, store)
        if local and not local.outlives:  # while its goodbye still passes through here to those inside
            await rules.watch.stop()
            await local.stop()


def _parts(
    settings: Settings,
    url: str,
    public_url: str,
    store: Rooms,
    media: MediaServer,
    rules: Rules,
    keys: Keys,
    accounts: Accounts,
    links: Links,
    browsers: Browsers,
    database: Database,
) -> Parts:
    """What the routes work with."""
    return Parts(
        server=media.kind,
        control_url=settings.urls.control or url,
        public_url=settings.urls.public or public_url or settings.urls.control or url,
        media_url=_media_url(settings, media),
        store=RoomReads.of(store),
        changes=rules.changes,
        look_soon=rules.reconciler.wake,
        observed=rules.observed,
        roster=rules.roster,
        presses=rules.presses,
        hands=rules.hands,
        lobby=rules.lobby,
        attendance=rules.attendance,
        admission=rules.admission,
        hand_over=rules.intent.hand_over,
        keys=keys,
        accounts=accounts,
        links=links,
        browsers=browsers,
        renew_links=partial(_renew_links, store, links, rules.changes),
        guard=Guard(_host_names(settings), settings.join.origins),
        limits=Limits(),
        callers=Callers(settings.public.trusted_proxies),
        store_problem=lambda: database.problem,
    )


async def _renew_links(store: Rooms, links: Links, changes: Changes, room: Room, names: Collection[str]) -> None:
    await links.renew(room, names)
    store.reindex(room)
    changes.tell(room.id)


def clock() -> float:
    """Seconds; it never goes back."""
    return time.monotonic()


def clock_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class _Door:
    """The one for guests."""

    sock: socket.socket
    url: str
    certificate: Certificate | None


def _public_door(stack: AsyncExitStack, public: Public) -> _Door | None:
    if not public.listen:
        return None
    certificate = None
    if public.tls.certificate:
        try:
            certificate = Certificate(Path(public.tls.certificate), Path(public.tls.key))
        except BadCertificate as error:
            raise SettingsError(f"[public.tls]: {error}") from None
    sock, url = _bind("[public] listen", public.listen)
    stack.callback(sock.close)
    return _Door(sock, url.replace("http:", "https:") if certificate else url, certificate)


async def _open(stack: AsyncExitStack, door: _Door, app: web.Application) -> None:
    if door.certificate:
        await stack.enter_async_context(door.certificate.kept_fresh())
    await stack.enter_async_context(serving(app, door.sock, door.certificate.context if door.certificate else None))


def _bind(setting: str, listen: str) -> tuple[socket.socket, str]:
    """A listening socket and its address, before anything else is started."""
    host, port = split_listen(listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        sock = socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise SettingsError(
            f"{setting} = {listen!r} cannot be used: {error.strerror or error}; stop what uses that port, "
            "or give another" + (" with --listen HOST:PORT" if setting == "listen" else "")
        ) from None
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return sock, f"http://{shown}:{sock.getsockname()[1]}"


async def _media(
    stack: AsyncExitStack, settings: Settings, data: Path, facts: Facts
) -> tuple[MediaServer, LocalServer | None]:
    """The media server that the settings choose, and the process behind it where that is on this machine."""
    binary = find(data, settings.local.binary)
    choice = choose(settings, binary, had_real=facts.real_server)
    media: MediaServer
    local: LocalServer | None = None
    if choice.kind == "local" and binary:
        local, media = await _local(stack, settings, data, binary)
    elif choice.kind == "livekit":
        media = LiveKitServer(settings.livekit.url, settings.livekit.api_key, settings.livekit.api_secret)
    elif settings.media == "livekit":
        raise SettingsError('media = "livekit" needs url, api_key and api_secret under [livekit] in config.toml')
    else:
        media = AbsentServer(choice.missing, INSTALL_HINT) if choice.kind == "none" else RehearsalServer()
    stack.push_async_callback(media.aclose)
    if choice.is_real:
        await facts.remember_real_server()
    return media, local


def _media_url(settings: Settings, media: MediaServer) -> str:
    """Where browsers find LiveKit; empty where it is the address they called."""
    livekit, public = settings.livekit, urlsplit(settings.urls.public)
    if livekit.public_url:
        return livekit.public_url
    if media.kind != "local":
        return livekit.url.replace("http", "ws", 1) if livekit.url.startswith("http") else livekit.url
    return f"{public.scheme.replace('http', 'ws')}://{public.netloc}" if public.netloc else ""


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


async def _first_token(accounts: Accounts, data: Path) -> None:
    """``<data>/token`` holds the first user's API token, where the command line finds it."""
    there, user, file = has_token(data), accounts.first(), data / TOKEN
    if user and there:
        return
    token = await accounts.renew(user) if user else (await accounts.create("first user"))[1]
    write_private(file, token + "\n")
    if user:
        log.warning("%s was gone: the first user has a new API token there, the old one is wrong now", file)


async def _adopt_orphans(store: RoomStore, intent: Intent, users: Users) -> None:
    """Rooms whose user was revoked by an earlier version, or while they were made, can be stopped by nobody else."""
    first = users.first()
    for owner in {room.owner for room in store.all()}:
        if first and users.get(owner) is None:
            rooms = await intent.hand_over(owner, first.id)
            log.warning("%d rooms of a user who is gone are stopped and the first user's now", len(rooms))


def _host_names(settings: Settings) -> list[str]:
    urls = (settings.urls.control, settings.urls.public)
    return [*settings.hosts, *(host for url in urls if (host := urlsplit(url).hostname))]
