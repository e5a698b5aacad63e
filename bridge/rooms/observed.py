"""The calls on LiveKit as last seen, ended ones included. Kept in memory only: LiveKit is the one that knows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bridge.errors import BridgeError, MediaServerTimeout
from bridge.rooms.changes import EVERY_ROOM, Changes
from bridge.rooms.model import Room, State
from bridge.rooms.ports import CallInfo, CallPlan
from bridge.rooms.roster import Roster


@dataclass(slots=True)
class _Seen:
    """The last look at one room's call. ``closing``: a call of this room may not have ended yet."""

    call: str = ""
    sid: str = ""
    plan: CallPlan | None = None
    closing: bool = False
    error: BridgeError | None = None


class Observed:
    """What is seen of each room's call, and of the server: ``outage`` while it cannot be asked at all.

    ``asked`` once it was; ``auto_creates``: whether a token alone brings an ended call back to life there.
    """

    def __init__(self, roster: Roster, changes: Changes, clock: Callable[[], float]) -> None:
        self.outage: BridgeError | None = None
        self.asked = False
        self.auto_creates = False
        self._roster, self._changes, self._clock = roster, changes, clock
        self._seen: dict[str, _Seen] = {}
        self._gone_since: dict[str, float] = {}

    def state(self, room: Room) -> State:
        """The one word: intent where LiveKit agrees, ``check`` where it does not or cannot be asked."""
        seen = self._seen.get(room.id)
        if not room.active:
            return State.CHECK if seen and (seen.closing or seen.error) else State.STOPPED
        if seen is None or seen.error or self.outage or seen.call != room.call:
            return State.CHECK
        return State.LIVE if self._roster.count(room) else State.READY

    def reason(self, room: Room) -> str:
        """Why a room is to be checked, as an error key; one that LiveKit has not confirmed yet is late."""
        seen = self._seen.get(room.id)
        error = (seen.error if seen else None) or self.outage
        return error.key if error else MediaServerTimeout.key

    def sid(self, room: Room) -> str:
        """The latest sid: LiveKit's own word where it was heard, else the one on disk."""
        seen = self._seen.get(room.id)
        return seen.sid if seen and seen.sid and seen.call == room.call and room.call else room.sid

    def holds(self, room: Room) -> bool:
        """Whether LiveKit held the room's present call at the last look."""
        seen = self._seen.get(room.id)
        return seen is not None and seen.call == room.call

    def agrees(self, room: Room, call: CallInfo) -> bool:
        """Whether LiveKit's call is the one that was made to match the room, and still as it was made."""
        seen = self._of(room.id)
        if seen.plan is None or (seen.call, seen.sid) != (room.call, call.sid):
            return False
        short = call.limit < seen.plan.least_limit and not self._roster.of(room.id)
        return call.metadata == seen.plan.metadata and not short

    def opened(self, room: Room, sid: str, plan: CallPlan) -> bool:
        """LiveKit holds the room's call as planned, under ``sid``. False where that sid is new: it has just been made,
        and nobody is inside.
        """
        seen = self._of(room.id)
        known = sid in (room.sid, seen.sid)
        seen.plan = plan
        if (seen.call, seen.sid) != (room.call, sid):
            seen.call, seen.sid = room.call, sid
            self._roster.apply(room.id, room.call, ())
            self._changes.tell(room.id)
        self._roster.begins(room, empty=sid != room.sid)
        return known

    def lost(self, room_id: str) -> None:
        """LiveKit no longer holds the room's call."""
        seen = self._of(room_id)
        if seen.call:
            seen.call = ""
            self._changes.tell(room_id)
        self._roster.apply(room_id, "", ())

    def settled(self, room_id: str, error: BridgeError | None) -> None:
        """A run for the room came to its end, with what it met."""
        seen = self._of(room_id)
        before, seen.error = seen.error, error
        if _key(before) != _key(error):
            self._changes.tell(room_id)

    def closing(self, room_id: str, closing: bool) -> None:
        """Whether a call of this room may not have ended yet."""
        seen = self._of(room_id)
        if seen.closing is not closing:
            seen.closing = closing
            self._changes.tell(room_id)

    def asked_server(self, outage: BridgeError | None) -> None:
        """The server was asked for its calls; ``outage`` is why it could not be."""
        before, self.outage, self.asked = self.outage, outage, True
        if _key(before) != _key(outage):
            self._changes.tell(EVERY_ROOM)

    def forget(self, room_id: str) -> None:
        self._seen.pop(room_id, None)
        self._roster.forget(room_id)
        self._changes.tell(room_id)

    def troubled(self) -> list[str]:
        """Rooms whose last run failed: worth another try when LiveKit answers."""
        return [room_id for room_id, seen in self._seen.items() if seen.error or seen.closing]

    def has_ended(self, call: str) -> bool:
        """Whether LiveKit confirmed the end of this call, and nobody saw it alive since."""
        return call in self._gone_since

    def ended(self, call: str) -> None:
        """LiveKit confirmed its end, or a look showed it gone."""
        self._gone_since.setdefault(call, self._clock())

    def revived(self, call: str) -> None:
        """It was seen alive after its end."""
        self._gone_since.pop(call, None)

    def gone_for(self, call: str) -> float:
        """Seconds since an ended call was last seen alive."""
        return self._clock() - self._gone_since[call]

    def forget_ended(self, calls: Iterable[str]) -> None:
        """No token of these calls lives any more."""
        for call in calls:
            self._gone_since.pop(call, None)

    def _of(self, room_id: str) -> _Seen:
        return self._seen.setdefault(room_id, _Seen())


def _key(error: BridgeError | None) -> str:
    return error.key if error else ""
