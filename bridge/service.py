"""The composition root: lock, store, media, rooms, web, started in this order; stop mirrors start."""

import logging
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from bridge.access.access import Access
from bridge.access.links import Links
from bridge.access.secret import has_token, load_secret
from bridge.access.tickets import Tickets
from bridge.access.users import Accounts
from bridge.chosen_media import ChosenMedia, chosen_media
from bridge.doors import Doors, bind
from bridge.errors import KeyWrong
from bridge.files import write_private
from bridge.folder import CONSOLES, STORE, TOKEN, recordings_folder
from bridge.known_checks import known_checks
from bridge.livekit_server.process import LocalServer
from bridge.on_air import hearing_vmix
from bridge.recorders.choose import Chosen, choose
from bridge.recorders.kept import KeptFiles
from bridge.rooms.archive import Archive
from bridge.rooms.changes import Changes
from bridge.rooms.intent import Intent
from bridge.rooms.model import Room
from bridge.rooms.ports import MediaServer, Recorder, RoomStore
from bridge.rooms.recording_run import Means
from bridge.rooms.rules import Rules, compose
from bridge.settings import Loaded, Settings
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
from bridge.web.parts import NoTakes, Parts, RoomReads
from bridge.web.recent import RecentPresses
from bridge.web.routes.recording_page import PATH as RECORDING_PATH
from bridge.web.wire.tiles import room_tile
from bridge.wellbeing import Check, Wellbeing

if TYPE_CHECKING:
    from bridge.companion_api.push import Push

log = logging.getLogger(__name__)


def _nothing(data: Path) -> Iterable[Check]:
    return ()


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
    examine: Callable[[Path], Iterable[Check]] = _nothing,
) -> AsyncIterator[Running]:
    """Start a bridge, and stop it on leaving; on ``media`` and with ``recorder`` where they are given, else
    on those the settings choose.

    ``vmix_ports`` are those of vMix's tally and of its state, where they are not vMix's own. ``examine`` finds out, in
    a thread, what is not known already of how well the bridge on ``data`` is.
    Raises ``StoreBroken`` or ``SettingsError`` where it cannot start.
    """
    settings = loaded.settings
    async with AsyncExitStack() as stack:
        lock = stack.enter_context(FolderLock(data, written(loaded)))
        database = Database(data / STORE, lock.check)
        stack.push_async_callback(database.aclose)
        secret, users = load_secret(data, has_rooms=any(database.rows("rooms"))), Users(database)
        access = Access.of(secret, users, Generations(database), clock_ms, data / CONSOLES)
        stack.push_async_callback(access.consoles.aclose)
        recordings = Recordings(database)
        store = Rooms(database, access.links.codes, users.removal, recordings.handing_over)
        await _first_token(access.accounts, data)
        doors = bind(stack, settings)
        here = ChosenMedia(media) if media else await chosen_media(stack, settings, data, Facts(database))
        media = here.server

        def recording_page() -> str:
            return here.inner_url(stack, data) + RECORDING_PATH

        chosen = Chosen(recorder) if recorder else choose(settings, media.kind, data, recording_page)
        if chosen.recorder is not None:
            stack.push_async_callback(chosen.recorder.aclose)
        rules = _rules(settings, store, media, recordings, chosen)
        stack.push_async_callback(rules.aclose)
        pushes: list[Push] = []
        known = partial(
            known_checks, media.kind, rules.observed, lambda: database.problem, settings.vmix.host, rules.tally, pushes
        )
        wellbeing = Wellbeing(known, partial(examine, data))
        kept = KeptFiles(recordings_folder(data, settings.recording.folder), chosen.recorder)
        archive = Archive(store, recordings, kept)
        parts = _parts(settings, doors, store, here, chosen, rules, access, database, wellbeing, archive)
        await _adopt_orphans(store, rules.intent, users)
        await rules.watch.start()
        rules.recording.start()
        if settings.vmix.host:
            await stack.enter_async_context(hearing_vmix(settings.vmix.host, rules.tally, *vmix_ports))
        app = await _open_doors(stack, doors, here, parts)
        if settings.companion.url:
            from bridge.companion_api.push import pushing

            told = pushing(settings.companion.url, store, partial(room_tile, parts), rules.changes)
            pushes += await stack.enter_async_context(told)
        lock.note(doors.control.url)
        yield Running(doors.control.url, doors.public_url, parts, app, media, here.local, store)
        if here.local and not here.local.outlives:  # while its goodbye still passes through here to those inside
            await rules.watch.stop()
            await here.local.stop()


def _rules(settings: Settings, store: Rooms, media: MediaServer, recordings: Recordings, chosen: Chosen) -> Rules:
    """The rules, as the settings want them."""
    join, longest = settings.join, settings.recording.max_hours * 3600.0
    return compose(
        store,
        media,
        recordings,
        clock,
        clock_ms,
        token_minutes=join.token_minutes,
        max_scenes=None if join.max_scenes == "auto" else join.max_scenes,
        open_by_id=join.open_by_id,
        means=Means(chosen.recorder, chosen.missing, longest),
        vmix_inputs=settings.vmix.inputs,
        vmix_preview=settings.vmix.preview,
    )


async def _open_doors(stack: AsyncExitStack, doors: Doors, here: ChosenMedia, parts: Parts) -> web.Application:
    """Callers are let in from here on; what the control door serves."""
    app = control_app(parts, here.signalling)
    await doors.control.open(stack, app)
    if doors.public is not None:
        await doors.public.open(stack, public_app(parts, here.signalling))
    if here.inner is not None:
        await here.inner.open(stack, internal_app(parts, here.signalling))
    return app


def _parts(
    settings: Settings,
    doors: Doors,
    store: Rooms,
    here: ChosenMedia,
    chosen: Chosen,
    rules: Rules,
    access: Access,
    database: Database,
    wellbeing: Wellbeing,
    archive: Archive,
) -> Parts:
    """What the routes work with."""
    webhooks = here.webhooks(settings, rules.watch.heard, clock_ms, chosen.heard)
    return Parts(
        server=here.server.kind,
        control_url=settings.urls.control or doors.control.url,
        public_url=settings.urls.public or doors.public_url or settings.urls.control or doors.control.url,
        media_url=here.url(settings),
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
        consoles=access.consoles,
        renew_links=partial(_renew_links, store, access.links, rules.changes),
        guard=Guard(_host_names(settings), settings.join.origins),
        limits=Limits(),
        callers=Callers(settings.public.trusted_proxies),
        recent=RecentPresses(clock_ms),
        store_problem=lambda: database.problem,
        wellbeing=wellbeing,
        takes=chosen.takes or NoTakes(),
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


def _hear_nothing(body: bytes, signature: str) -> None:
    raise KeyWrong("this bridge has no LiveKit that could sign anything")


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
