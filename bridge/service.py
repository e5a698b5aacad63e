"""The composition root: lock, store, media, rooms, web, started in this order; stop mirrors start."""

import logging
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from bridge.access.access import Access
from bridge.access.links import Links
from bridge.access.secret import has_token, load_secret
from bridge.access.tickets import Tickets
from bridge.access.users import Accounts
from bridge.doors import Door, Doors, bind, internal
from bridge.errors import KeyWrong
from bridge.files import write_private
from bridge.folder import STORE, TOKEN, recordings_folder
from bridge.livekit_server.config import ServerConfig
from bridge.livekit_server.install import find
from bridge.livekit_server.network import advertised
from bridge.livekit_server.process import LocalServer
from bridge.media.absent import AbsentServer
from bridge.media.choose import INSTALL_HINT, choose
from bridge.media.livekit import LiveKitServer
from bridge.media.rehearsal import RehearsalServer
from bridge.media.webhooks import Webhooks
from bridge.on_air import hearing_vmix
from bridge.recorders.choose import by_egress, records_by_egress
from bridge.recorders.choose import choose as choose_recorder
from bridge.recorders.kept import KeptFiles
from bridge.rooms.archive import Archive
from bridge.rooms.changes import Changes
from bridge.rooms.intent import Intent
from bridge.rooms.model import Room
from bridge.rooms.ports import MediaServer, Recorder, RoomStore
from bridge.rooms.recording_run import Means
from bridge.rooms.rules import Rules, compose
from bridge.settings import Loaded, Settings, SettingsError
from bridge.settings_note import written
from bridge.store.database import Database
from bridge.store.facts import Facts
from bridge.store.generations import Generations
from bridge.store.lock import FolderLock
from bridge.store.recordings import Recordings
from bridge.store.rooms import Rooms
from bridge.store.users import Users
from bridge.web.app import control_app, internal_app, public_app
from bridge.web.guard.callers import Callers
from bridge.web.guard.limits import Limits
from bridge.web.guard.origin import Guard
from bridge.web.parts import Parts, RoomReads
from bridge.web.routes.webhooks import PATH as WEBHOOK_PATH
from bridge.web.wire.tiles import room_tile

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
async def running(
    loaded: Loaded,
    data: Path,
    media: MediaServer | None = None,
    vmix_ports: tuple[int, ...] = (),
    recorder: Recorder | None = None,
) -> AsyncIterator[Running]:
    """Start a bridge, and stop it on leaving; on ``media`` and with ``recorder`` where they are given, else
    on those the settings choose.

    ``vmix_ports`` are those of vMix's tally and of its state, where they are not vMix's own.
    Raises ``StoreBroken`` or ``SettingsError`` where it cannot start.
    """
    settings = loaded.settings
    async with AsyncExitStack() as stack:
        lock = stack.enter_context(FolderLock(data, written(loaded)))
        database = Database(data / STORE, lock.check)
        stack.push_async_callback(database.aclose)
        secret, users = load_secret(data, has_rooms=any(database.rows("rooms"))), Users(database)
        access = Access.of(secret, users, Generations(database), clock_ms)
        recordings = Recordings(database)
        store = Rooms(database, access.links.codes, users.removal, recordings.handing_over)
        await _first_token(access.accounts, data)
        doors, local, inner = bind(stack, settings), None, None
        if media is None:
            media, local, inner = await _media(stack, settings, data, Facts(database))
        heard: Callable[[str], None] = _ignore
        if recorder is None and records_by_egress(settings, media.kind):
            recorder = egress = by_egress(settings)
            heard = egress.heard
        join, means = settings.join, _means(settings, media, recorder)
        if means.recorder is not None:
            stack.push_async_callback(means.recorder.aclose)
        rules = compose(
            store,
            media,
            recordings,
            clock,
            clock_ms,
            token_minutes=join.token_minutes,
            max_scenes=None if join.max_scenes == "auto" else join.max_scenes,
            open_by_id=join.open_by_id,
            means=means,
            vmix_inputs=settings.vmix.inputs,
            vmix_preview=settings.vmix.preview,
        )
        stack.push_async_callback(rules.aclose)
        files = KeptFiles(recordings_folder(data, settings.recording.folder), means.recorder)
        archive = Archive(store, recordings, files)
        webhooks = _webhooks(settings, local, rules, heard)
        parts = _parts(settings, doors, store, media, rules, access, webhooks, database, archive)
        await _adopt_orphans(store, rules.intent, users)
        await rules.watch.start()
        rules.recording.start()
        if settings.vmix.host:
            await stack.enter_async_context(hearing_vmix(settings.vmix.host, rules.tally, *vmix_ports))
        app = control_app(parts, _signalling(media))
        await doors.control.open(stack, app)
        if doors.public is not None:
            await doors.public.open(stack, public_app(parts, _signalling(media)))
        if inner is not None:
            await inner.open(stack, internal_app(parts))
        if settings.companion.url:
            from bridge.companion_api.push import pushing

            told = pushing(settings.companion.url, store, partial(room_tile, parts), rules.changes)
            await stack.enter_async_context(told)
        lock.note(doors.control.url)
        yield Running(doors.control.url, doors.public_url, parts, app, media, local, store)
        if local and not local.outlives:  # while its goodbye still passes through here to those inside
            await rules.watch.stop()
            await local.stop()


def _parts(
    settings: Settings,
    doors: Doors,
    store: Rooms,
    media: MediaServer,
    rules: Rules,
    access: Access,
    webhooks: Webhooks | None,
    database: Database,
    archive: Archive,
) -> Parts:
    """What the routes work with."""
    return Parts(
        server=media.kind,
        control_url=settings.urls.control or doors.control.url,
        public_url=settings.urls.public or doors.public_url or settings.urls.control or doors.control.url,
        media_url=_media_url(settings, media),
        metered=settings.livekit.metered,
        store=RoomReads.of(store),
        changes=rules.changes,
        watch=rules.watch,
        hear=webhooks.receive if webhooks else _hear_nothing,
        heard_at=lambda: webhooks.latest if webhooks else 0,
        observed=rules.observed,
        roster=rules.roster,
        presses=rules.presses,
        hands=rules.hands,
        floor=rules.floor,
        messages=rules.messages,
        lobby=rules.lobby,
        scenes=rules.scenes,
        attendance=rules.attendance,
        tally=rules.tally,
        recording=rules.recording,
        archive=archive,
        tickets=Tickets(clock),
        quality=rules.quality,
        admission=rules.admission,
        hand_over=rules.intent.hand_over,
        keys=access.keys,
        accounts=access.accounts,
        links=access.links,
        browsers=access.browsers,
        renew_links=partial(_renew_links, store, access.links, rules.changes),
        guard=Guard(_host_names(settings), settings.join.origins),
        limits=Limits(),
        callers=Callers(settings.public.trusted_proxies),
        store_problem=lambda: database.problem,
    )


def _means(settings: Settings, media: MediaServer, recorder: Recorder | None) -> Means:
    """What records, and for how long."""
    longest = settings.recording.max_hours * 3600.0
    if recorder is not None:
        return Means(recorder, longest=longest)
    chosen = choose_recorder(settings, media.kind)
    return Means(chosen.recorder, chosen.missing, longest)


async def _renew_links(store: Rooms, links: Links, changes: Changes, room: Room, names: Collection[str]) -> None:
    await links.renew(room, names)
    store.reindex(room)
    changes.tell(room.id)


def clock() -> float:
    """Seconds; it never goes back."""
    return time.monotonic()


def clock_ms() -> int:
    return time.time_ns() // 1_000_000


def _webhooks(
    settings: Settings, local: LocalServer | None, rules: Rules, recorded: Callable[[str], None]
) -> Webhooks | None:
    """What takes LiveKit's own word, where there is a LiveKit."""
    livekit = settings.livekit
    key, secret = (local.api_key, local.api_secret) if local else (livekit.api_key, livekit.api_secret)
    return Webhooks(key, secret, rules.watch.heard, clock_ms, recorded) if key else None


def _ignore(egress_id: str) -> None:
    """Nobody asks how an egress is doing."""


def _hear_nothing(body: bytes, signature: str) -> None:
    raise KeyWrong("this bridge has no LiveKit that could sign anything")


async def _media(
    stack: AsyncExitStack, settings: Settings, data: Path, facts: Facts
) -> tuple[MediaServer, LocalServer | None, Door | None]:
    """The media server that the settings choose; the process behind it, and where it tells what happens, where that is
    on this machine."""
    binary = find(data, settings.local.binary)
    choice = choose(settings, binary, had_real=facts.real_server)
    media: MediaServer
    local: LocalServer | None = None
    inner: Door | None = None
    if choice.kind == "local" and binary:
        inner = internal(stack, data)
        local, media = await _local(stack, settings, data, binary, inner.url + WEBHOOK_PATH)
    elif choice.kind == "livekit":
        media = LiveKitServer(settings.livekit.url, settings.livekit.api_key, settings.livekit.api_secret)
    elif settings.media == "livekit":
        raise SettingsError('media = "livekit" needs url, api_key and api_secret under [livekit] in config.toml')
    else:
        media = AbsentServer(choice.missing, INSTALL_HINT) if choice.kind == "none" else RehearsalServer()
    stack.push_async_callback(media.aclose)
    if choice.is_real:
        await facts.remember_real_server()
    return media, local, inner


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
    stack: AsyncExitStack, settings: Settings, data: Path, binary: Path, webhook: str
) -> tuple[LocalServer, LiveKitServer]:
    """The livekit-server of this machine: adopted or started; one that fails is tried again and again."""
    local = settings.local
    config = ServerConfig(local.port, local.tcp_port, local.udp_port, advertised(local.advertise), local.stun, webhook)
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
