"""What the rules need from the outside: a store that keeps, and a media server that holds calls."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bridge.rooms.model import Call, Holder, Link, Part, Recorded, Role, Room


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a participant may do: the whole permission set, every field said."""

    sources: frozenset[str]
    data: bool
    hidden: bool
    recorder: bool = False


@dataclass(frozen=True, slots=True)
class CallPlan:
    """A call as it should be. ``limit`` is LiveKit's own participant limit, timeouts are seconds."""

    name: str
    limit: int
    least_limit: int
    empty_timeout: int
    departure_timeout: int
    metadata: str


@dataclass(frozen=True, slots=True)
class CallInfo:
    """A call as the media server has it. ``people`` lags by seconds: good for a hint, never for a decision."""

    name: str
    sid: str
    limit: int
    metadata: str
    people: int


@dataclass(frozen=True, slots=True)
class Track:
    """What a participant sends: ``source`` is ``microphone``, ``camera``, ``screen_share``, ``screen_share_audio``."""

    sid: str
    source: str
    muted: bool


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody inside a call, with the permissions they have there. ``joined`` is ms since 1970.

    ``mint`` is that of the token they came in by; empty where the token was not ours. ``sid`` is new at each join.
    """

    identity: str
    name: str
    role: Role
    seat: str
    permissions: Permissions
    joined: int
    mint: str = ""
    sid: str = ""
    tracks: tuple[Track, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether this is one of the people: a scene is none, nor is the program."""
        return self.role.counts


@dataclass(frozen=True, slots=True)
class Pass:
    """What a join token says."""

    identity: str
    name: str
    role: Role
    seat: str
    permissions: Permissions
    minutes: int
    mint: str


class RoomStore(Protocol):
    """Rooms on disk. Reads answer from memory; a write returns once it is on disk, or raises ``StoreBroken``.

    ``save`` and ``remove`` take for as long as the disk does: the room's lock is held until it is known how they went,
    so that nobody builds on a room of which a newer one is on its way. Whoever answers a caller waits no longer than
    ``Intent`` does.
    """

    def get(self, room_id: str) -> Room | None: ...
    def by_slug(self, slug: str) -> Room | None: ...
    def by_call(self, call: str) -> Room | None: ...
    def by_code(self, code: str) -> tuple[Room, Link] | None: ...
    def all(self) -> Collection[Room]: ...
    def of_owner(self, owner: str) -> Collection[Room]: ...
    def calls(self) -> Mapping[str, Call]: ...
    def calls_of(self, room_id: str) -> Collection[Call]: ...
    def holders_of(self, room_id: str) -> Mapping[str, Holder]: ...
    async def save(self, room: Room, *, call: Call | None = None) -> None: ...
    async def remove(self, room: Room, *, call: Call | None = None) -> None: ...
    async def hand_over(self, owner: str, to: str, rooms: Iterable[Room], ended: Iterable[Call]) -> None: ...
    async def note(self, calls: Iterable[Call], holders: Iterable[Holder]) -> None: ...
    async def forget_calls(self, names: Iterable[str]) -> None: ...


class RecordingStore(Protocol):
    """What was recorded, on disk. Reads answer from memory; a write returns once it is on disk, or raises
    ``StoreBroken``. ``change`` is given the newest there is, whatever else is being written.
    """

    def get(self, recording_id: str) -> Recorded | None: ...
    def of_owner(self, owner: str) -> Sequence[Recorded]: ...
    def of_slug(self, owner: str, slug: str) -> Sequence[Recorded]: ...
    def named(self, slug: str) -> Sequence[Recorded]: ...
    def unfinished(self) -> Sequence[Recorded]: ...
    async def add(self, recorded: Recorded) -> None: ...
    async def change(self, recording_id: str, change: Callable[[Recorded], Recorded]) -> Recorded | None: ...
    async def remove(self, recording_id: str) -> None: ...


class Calls(Protocol):
    """The calls on a media server."""

    async def open(self, plan: CallPlan) -> CallInfo:
        """Make the call exist; an existing one is returned as it is, unchanged."""
        ...

    async def close(self, name: str) -> None:
        """End the call and put everybody out; a call that is gone already is fine."""
        ...

    async def calls(self) -> Mapping[str, CallInfo]:
        """Every call on the server, other people's included, by name."""
        ...

    async def set_metadata(self, name: str, metadata: str) -> None: ...


class Participants(Protocol):
    """Who is inside a call."""

    async def participants(self, name: str) -> Sequence[Participant]:
        """Who is inside right now; empty when there is no such call. Recorders and agents are left out."""
        ...

    async def set_permissions(self, name: str, identity: str, permissions: Permissions) -> None: ...
    async def mute(self, name: str, identity: str, track: str) -> None: ...
    async def remove(self, name: str, identity: str) -> None: ...


class Tokens(Protocol):
    """The way into a call."""

    def token(self, plan: CallPlan, entry: Pass) -> str:
        """A join token that carries the call's plan, so that a revival cannot lose its limits.

        Raises ``Rehearsal`` where there is nothing to join.
        """
        ...


class Server(Protocol):
    """The server itself."""

    async def lost(self) -> None:
        """Return when an idle connection to the server ends: at once when the server dies."""
        ...

    async def auto_creates(self) -> bool:
        """Whether a join makes a missing call there; False where that cannot be told. Never raises."""
        ...


class MediaServer(Calls, Participants, Tokens, Server, Protocol):
    """All of it. Every method that asks the server answers within its own deadline.

    Raises ``MediaServerDown``, ``MediaServerRefused`` or ``MediaServerTimeout``.
    """

    kind: str
    """``livekit``, ``local`` or ``rehearsal``: what buttons and ``/health`` show."""

    async def aclose(self) -> None: ...


class RecorderFailed(Exception):
    """A recorder could not begin; the text is one sentence that says why, and what to change where that is known."""


class Recorder(Protocol):
    """What makes files out of calls. The part it is asked about is the last of ``recorded``.

    Nothing here is part of a press: whoever calls may wait, and each method ends by itself within a minute.
    """

    kind: str
    """``browser`` or ``egress``."""
    at_once: int
    """How many recordings it makes at the same time; 0 for as many as are asked for."""

    def missing(self) -> str:
        """Why it can record nothing now, in one sentence; empty where it can."""
        ...

    async def start(self, recorded: Recorded) -> str:
        """Begin the part; returns its handle once picture arrives. Raises ``RecorderFailed``.

        It may be called off; ``stop`` follows then, for a part without a handle.
        """
        ...

    async def find(self, recorded: Recorded) -> str | None:
        """After a restart of the bridge: the handle of the part where it still runs, None where it does not.

        What is left of one that runs without us and cannot be taken over is ended here.
        """
        ...

    async def ended(self, recorded: Recorded) -> str:
        """Wait until a running part ends by itself, and say why in one sentence."""
        ...

    async def stop(self, recorded: Recorded) -> Part:
        """End the part, and say what there is of it. One that has ended is fine."""
        ...

    def path(self, part: Part) -> Path | None:
        """Where the file of a part can be read on this machine; None where it lies elsewhere."""
        ...

    async def erase(self, recorded: Recorded) -> None:
        """Remove its files; those that are gone are fine."""
        ...

    async def aclose(self) -> None:
        """End what runs, and leave it so that ``find`` can go on after a restart."""
        ...


class RecordedFiles(Protocol):
    """The files of what was recorded, whether what made them is there now or not."""

    def path(self, recorded: Recorded, part: Part) -> Path | None:
        """Where that part can be read on this machine; None where it cannot."""
        ...

    async def erase(self, recorded: Recorded) -> None:
        """Those that can be reached from here are gone then."""
        ...
