"""What the routes work with, handed to them by the service, and no more than they may touch."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Protocol, Self

from aiohttp import web

from bridge.access.browsers import Browsers
from bridge.access.consoles import Consoles
from bridge.access.keys import Keys
from bridge.access.links import Links
from bridge.access.tickets import Tickets
from bridge.access.users import Accounts, HandOver
from bridge.rooms.admission import Admission
from bridge.rooms.archive import Archive
from bridge.rooms.attendance import Attendance
from bridge.rooms.changes import Changes
from bridge.rooms.floor import Floor
from bridge.rooms.hands import Hands
from bridge.rooms.lobby import Lobby
from bridge.rooms.messages import Messages
from bridge.rooms.model import Link, Recorded, Room
from bridge.rooms.observed import Observed
from bridge.rooms.ports import RoomStore
from bridge.rooms.presses import Presses
from bridge.rooms.quality import Quality
from bridge.rooms.recording import Recording
from bridge.rooms.roster import Roster
from bridge.rooms.scenes import Scenes
from bridge.rooms.tally import Tally
from bridge.rooms.watch import Watch
from bridge.web.guard.callers import Callers
from bridge.web.guard.limits import Limits
from bridge.web.guard.origin import Guard
from bridge.web.recent import RecentPresses
from bridge.wellbeing import Wellbeing


@dataclass(frozen=True, slots=True)
class RoomReads:
    """The rooms as they are, to look up: what changes one is a press."""

    get: Callable[[str], Room | None]
    by_slug: Callable[[str], Room | None]
    by_code: Callable[[str], tuple[Room, Link] | None]
    of_owner: Callable[[str], Collection[Room]]
    all: Callable[[], Collection[Room]]

    @classmethod
    def of(cls, store: RoomStore) -> Self:
        return cls(store.get, store.by_slug, store.by_code, store.of_owner, store.all)


class Take(Protocol):
    """A part of a recording while a browser of this machine records it, as its page knows it."""

    recorded: Recorded
    next: int
    """The number of the piece that is wanted next: those before are on the disk."""
    stopping: asyncio.Event
    """The page is to say goodbye."""
    finished: asyncio.Event
    """It has, and everything is here."""

    async def put(self, number: int, data: bytes) -> int:
        """Keep a piece; answers the number of the one that is wanted next."""
        ...

    def fail(self, why: str) -> None: ...


class Takes(Protocol):
    """Those that are recorded now."""

    def launched(self, key: str) -> tuple[str, Take] | None:
        """The take that a page was launched for, and its secret; None for a key that is not good, or not any more."""
        ...

    def of(self, secret: str) -> Take | None: ...


class NoTakes:
    """Where no browser records."""

    def launched(self, key: str) -> None: ...
    def of(self, secret: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """One running bridge. ``server`` is ``livekit``, ``local`` or ``rehearsal``.

    ``control_url`` is where vMix and Companion reach it, ``public_url`` where guests do. ``media_url`` is where
    browsers find LiveKit; empty: at the address they called; ``metered`` if each participant there costs money.
    ``hear`` takes LiveKit's webhooks, body and signature; ``heard_at`` is when one came last, ms since 1970, 0 for
    never.
    """

    server: str
    control_url: str
    public_url: str
    media_url: str
    metered: bool
    store: RoomReads
    changes: Changes
    watch: Watch
    hear: Callable[[bytes, str], None]
    heard_at: Callable[[], int]
    observed: Observed
    roster: Roster
    admission: Admission
    presses: Presses
    hands: Hands
    floor: Floor
    messages: Messages
    lobby: Lobby
    scenes: Scenes
    attendance: Attendance
    tally: Tally
    recording: Recording
    archive: Archive
    tickets: Tickets
    quality: Quality
    hand_over: HandOver
    keys: Keys
    accounts: Accounts
    links: Links
    browsers: Browsers
    consoles: Consoles
    renew_links: Callable[[Room, Collection[str]], Awaitable[None]]
    guard: Guard
    limits: Limits
    callers: Callers
    recent: RecentPresses
    store_problem: Callable[[], str]
    wellbeing: Wellbeing
    takes: Takes = field(default_factory=NoTakes)


PARTS = web.AppKey("parts", Parts)
