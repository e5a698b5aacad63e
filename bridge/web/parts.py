"""What the routes work with, handed to them by the service."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bridge.keys import Keys
from bridge.rooms.admission import Admission
from bridge.rooms.intent import Intent
from bridge.rooms.observed import Observed
from bridge.rooms.ports import RoomStore
from bridge.rooms.presses import Presses
from bridge.rooms.roster import Roster
from bridge.settings import Settings
from bridge.web.guard.callers import Callers
from bridge.web.guard.limits import Limits
from bridge.web.guard.origin import Guard


@dataclass(frozen=True, slots=True)
class Parts:
    """One running bridge. ``server`` is ``livekit``, ``local`` or ``rehearsal``;
    ``control_url`` is where vMix and Companion reach it."""

    settings: Settings
    server: str
    control_url: str
    store: RoomStore
    observed: Observed
    roster: Roster
    intent: Intent
    admission: Admission
    presses: Presses
    keys: Keys
    guard: Guard
    limits: Limits
    callers: Callers
    store_problem: Callable[[], str]


PARTS = web.AppKey("parts", Parts)
