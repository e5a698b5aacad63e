"""What LiveKit was last seen to be, room by room. Kept in memory only: LiveKit is the one that knows."""

from collections.abc import Collection
from dataclasses import dataclass

from bridge.errors import BridgeError
from bridge.rooms.model import Role, Room, State
from bridge.rooms.ports import CallInfo, CallPlan, Participant


@dataclass(slots=True)
class Seen:
    """The last look at one room.

    ``admitted`` are the identities that were inside ``admitted_to`` at the look before; None: everybody inside counts
    as admitted, since this process has not looked before. ``closing``: a call of this room may not have ended yet.
    """

    call: str = ""
    sid: str = ""
    plan: CallPlan | None = None
    people: tuple[Participant, ...] = ()
    count: int = 0
    admitted: frozenset[str] | None = None
    admitted_to: str = ""
    closing: bool = False
    error: BridgeError | None = None


class Reality:
    """One ``Seen`` per room, and ``outage`` while LiveKit cannot be asked at all; ``asked`` once it was.

    ``auto_creates``: whether a token alone brings an ended call back to life there.
    """

    def __init__(self) -> None:
        self.outage: BridgeError | None = None
        self.asked = False
        self.auto_creates = False
        self._seen: dict[str, Seen] = {}

    def of(self, room_id: str) -> Seen:
        return self._seen.setdefault(room_id, Seen())

    def state(self, room: Room) -> State:
        """The one word: intent where LiveKit agrees, ``check`` where it does not or cannot be asked."""
        seen = self._seen.get(room.id)
        if not room.active:
            return State.CHECK if seen and (seen.closing or seen.error) else State.STOPPED
        if seen is None or seen.error or self.outage or seen.call != room.call:
            return State.CHECK
        return State.LIVE if seen.count else State.READY

    def count(self, room: Room) -> int:
        """People inside at the last look, scenes not counted; 0 for a stopped room."""
        seen = self._seen.get(room.id)
        return seen.count if seen and room.active and seen.call == room.call else 0

    def sid(self, room: Room) -> str:
        """The latest sid: LiveKit's own word where it was heard, else the one on disk."""
        seen = self._seen.get(room.id)
        return seen.sid if seen and seen.sid and seen.call == room.call and room.call else room.sid

    def agrees(self, room: Room, call: CallInfo) -> bool:
        """Whether LiveKit's call is the one that was made to match the room, and still as it was made."""
        seen = self.of(room.id)
        if seen.plan is None or (seen.call, seen.sid) != (room.call, call.sid):
            return False
        short = call.limit < seen.plan.least_limit and not seen.people
        return call.metadata == seen.plan.metadata and not short

    def opened(self, room: Room, sid: str, plan: CallPlan) -> None:
        """LiveKit holds the room's call as planned, under ``sid``; another sid than before: it has just been made."""
        seen = self.of(room.id)
        seen.plan = plan
        if seen.call != room.call or seen.sid != sid:
            seen.call, seen.sid = room.call, sid
            self.looked(room.id, ())
        if seen.admitted_to != room.call:
            seen.admitted_to = room.call
            seen.admitted = None if sid == room.sid else frozenset()

    def looked(self, room_id: str, people: Collection[Participant]) -> None:
        """Keep who is inside now."""
        seen = self.of(room_id)
        seen.people = tuple(people)
        seen.count = sum(person.role is not Role.SCENE for person in people)

    def admit(self, room_id: str) -> Collection[Participant]:
        """Whoever is inside now was let in: a later look measures newcomers against them. Answers who they are."""
        seen = self.of(room_id)
        seen.admitted = frozenset(person.identity for person in seen.people)
        return seen.people

    def lost(self, room_id: str) -> None:
        """LiveKit no longer holds the room's call."""
        seen = self.of(room_id)
        seen.call = ""
        self.looked(room_id, ())

    def forget(self, room_id: str) -> None:
        self._seen.pop(room_id, None)

    def troubled(self) -> list[str]:
        """Rooms whose last run failed: worth another try when LiveKit answers."""
        return [room_id for room_id, seen in self._seen.items() if seen.error or seen.closing]
