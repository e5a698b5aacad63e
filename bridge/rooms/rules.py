"""The rules of rooms put together over a store and a media server: once, for the service and for tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bridge.rooms.admission import Admission
from bridge.rooms.attendance import Attendance
from bridge.rooms.capacity import Capacity
from bridge.rooms.changes import Changes
from bridge.rooms.floor import Floor
from bridge.rooms.hands import Hands
from bridge.rooms.identities import Identities
from bridge.rooms.intent import Intent
from bridge.rooms.lobby import Lobby
from bridge.rooms.locks import Locks
from bridge.rooms.looks import Looks
from bridge.rooms.messages import Messages
from bridge.rooms.mint import Mints
from bridge.rooms.model import Room
from bridge.rooms.muting import Muting
from bridge.rooms.notes import Notes
from bridge.rooms.observed import Observed
from bridge.rooms.people import People
from bridge.rooms.plan import plan
from bridge.rooms.ports import CallPlan, MediaServer, RecordingStore, RoomStore
from bridge.rooms.presses import Presses
from bridge.rooms.quality import Quality
from bridge.rooms.reconciler import Reconciler
from bridge.rooms.recording import Recording
from bridge.rooms.recording_run import Means
from bridge.rooms.roster import Roster
from bridge.rooms.scenes import Scenes
from bridge.rooms.seats import Seats
from bridge.rooms.tally import Tally
from bridge.rooms.watch import Watch
from bridge.rooms.who import Who
from bridge.rooms.writes import Writes

RENEWED_MINUTES = 10
"""LiveKit hands people inside a new token every 5 minutes, good for at least 10."""
MARGIN_MINUTES = 2
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rules:
    """What the service starts and the routes call. Nothing runs until ``watch.start`` and ``recording.start``."""

    changes: Changes
    observed: Observed
    roster: Roster
    capacity: Capacity
    reconciler: Reconciler
    watch: Watch
    intent: Intent
    presses: Presses
    admission: Admission
    seats: Seats
    lobby: Lobby
    scenes: Scenes
    hands: Hands
    floor: Floor
    messages: Messages
    quality: Quality
    attendance: Attendance
    tally: Tally
    recording: Recording
    writes: Writes

    async def aclose(self) -> None:
        """Stop where we are: intent is on disk, the next start goes on from there."""
        await self.watch.stop()
        await self.recording.aclose()
        await self.writes.aclose()
        await self.reconciler.aclose()


def compose(
    store: RoomStore,
    media: MediaServer,
    recordings: RecordingStore,
    clock: Callable[[], float],
    clock_ms: Callable[[], int],
    *,
    token_minutes: int,
    max_scenes: int | None = None,
    open_by_id: bool,
    means: Means | None = None,
    vmix_inputs: Mapping[str, str] = NOTHING,
    vmix_preview: bool = False,
) -> Rules:
    """``clock`` is seconds and never goes back; ``clock_ms`` is ms since 1970, UTC.

    A join token opens the door for ``token_minutes``; ``max_scenes`` as ``Scenes`` has them; ``open_by_id``: a room's
    id alone asks for a token; ``means`` is what records, none if left out; ``vmix_inputs`` and ``vmix_preview`` as
    ``Tally`` has them.
    """
    token_seconds = (max(token_minutes, RENEWED_MINUTES) + MARGIN_MINUTES) * 60.0
    changes, capacity, locks = Changes(), Capacity(clock), Locks()
    roster = Roster(changes)
    observed = Observed(roster, changes, clock)
    identities = Identities(clock, token_seconds, {*store.calls(), *(room.call for room in store.all())})
    scenes = Scenes(clock, max_scenes)

    def call_plan(room: Room) -> CallPlan:
        return plan(room, scenes.limit(room))

    def written(room_id: str) -> None:
        reconciler.wake(room_id)
        changes.tell(room_id)

    writes = Writes(written)
    notes, mints = Notes(store, locks, writes), Mints(clock_ms)
    seats, lobby = Seats(store, roster, changes, clock), Lobby(notes, changes, clock, clock_ms)
    messages = Messages(changes, clock_ms)
    forget = (capacity.forget, identities.forget, lobby.forget, messages.forget)
    reconciler = Reconciler(
        store, media, observed, roster, capacity, identities, seats, scenes, locks, call_plan, forget
    )
    watch = Watch(store, media, observed, roster, reconciler, clock, token_seconds)
    intent = Intent(store, locks, notes, writes, roster.inside, observed.sid, clock_ms)
    admission = Admission(
        store,
        media,
        capacity,
        identities,
        seats,
        lobby,
        scenes,
        Looks(media, clock, reconciler.seen),
        watch,
        notes,
        call_plan,
        mints,
        token_minutes=token_minutes,
        open_by_id=open_by_id,
    )
    recording = Recording(store, recordings, means or Means(), notes, observed, roster, changes, clock, clock_ms)
    presses = Presses(
        store, intent, reconciler, observed, roster, People(media), recording.missing, open_by_id=open_by_id
    )
    who = Who(roster, seats, lobby, notes)
    hands = Hands(who, seats, lobby, notes, reconciler, mints, clock)
    floor = Floor(who, notes, reconciler, Muting(media, watch.look_soon), messages)
    tally = Tally(store.by_slug, changes, vmix_inputs, preview=vmix_preview)
    quality = Quality(changes, clock)
    attendance = Attendance(roster, seats, lobby, notes, quality, tally)
    return Rules(
        changes,
        observed,
        roster,
        capacity,
        reconciler,
        watch,
        intent,
        presses,
        admission,
        seats,
        lobby,
        scenes,
        hands,
        floor,
        messages,
        quality,
        attendance,
        tally,
        recording,
        writes,
    )
