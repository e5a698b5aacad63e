"""The nouns of the bridge: rooms, their policy, presets, roles and states."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

MAX_PEOPLE = 1_000_000


class Media(StrEnum):
    """What speakers may send."""

    AV = "av"
    VIDEO = "video"
    AUDIO = "audio"

    @property
    def has_audio(self) -> bool:
        return self is not Media.VIDEO

    @property
    def has_video(self) -> bool:
        return self is not Media.AUDIO


class Mode(StrEnum):
    """How a recording lays people out."""

    GRID = "grid"
    CHAT = "chat"
    SPEAKER = "speaker"


class Role(StrEnum):
    """The four ways into a room. ``program`` is what the studio sends back to its guests: its own picture and sound."""

    SPEAKER = "speaker"
    GUEST = "guest"
    SCENE = "scene"
    PROGRAM = "program"

    @property
    def counts(self) -> bool:
        """Whether whoever comes so is one of the people."""
        return self in (Role.SPEAKER, Role.GUEST)


class State(StrEnum):
    """What a room is right now, as one word for a button."""

    STOPPED = "stopped"
    READY = "ready"
    LIVE = "live"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Policy:
    """What people may do in a room. ``max`` counts speakers and guests, 1…``MAX_PEOPLE``; scenes do not count.

    ``seats`` are reserved places by name, in their order; with ``lobby`` whoever comes waits to be admitted.
    """

    max: int
    media: Media
    webinar: bool
    chat: bool
    screen: bool
    record: bool
    mode: Mode
    seats: tuple[str, ...] = ()
    lobby: bool = False

    def by_word(self) -> dict[str, Any]:
        """Its values by the words of the short routes, which are the names of its fields."""
        return {word: getattr(self, word) for word in POLICY_WORDS}


POLICY_WORDS = tuple(field.name for field in fields(Policy))


PRESETS: Mapping[str, Policy] = MappingProxyType(
    {
        "team": Policy(20, Media.AV, webinar=False, chat=True, screen=True, record=False, mode=Mode.GRID),
        "webinar": Policy(200, Media.AV, webinar=True, chat=True, screen=False, record=False, mode=Mode.GRID),
        "audio": Policy(50, Media.AUDIO, webinar=False, chat=True, screen=False, record=False, mode=Mode.GRID),
        "recorded": Policy(50, Media.AV, webinar=True, chat=True, screen=True, record=True, mode=Mode.SPEAKER),
    }
)


@dataclass(frozen=True, slots=True)
class Room:
    """A room as it is stored: policy and intent. It outlives every call held in it.

    ``call`` is the name of the LiveKit room behind it: a new UUID at each start, empty while stopped. ``sid`` is the
    latest one LiveKit gave. ``revision`` grows with every change of intent or policy. Times are ms since 1970, UTC.
    ``titles`` are what the operator calls the person in a seat, by its name; ``takes`` what a scene shows now, by the
    scene's name: a seat, its screen (``guest1.screen``), or nothing.
    """

    id: str
    slug: str
    name: str
    owner: str
    policy: Policy
    active: bool
    call: str
    sid: str
    revision: int
    created: int
    modified: int
    titles: Mapping[str, str] = field(default_factory=dict)
    takes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """What a link code opens: a way in; with ``seat`` that seat, and as a scene the picture of whoever sits there."""

    role: Role
    seat: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """The browser that sits in a seat, or sat there last. ``number`` grows with each one, and with each ``/free``.

    ``browser`` is empty in a seat that was freed; ``before`` are those that sat there, the latest last.
    """

    room_id: str
    seat: str
    number: int
    browser: str
    name: str
    before: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        """In LiveKit. Each holder has another one, so that an old token never replaces the successor."""
        return f"seat:{self.seat}:{self.number}"


class Wanted(StrEnum):
    """Who says whether a call is recorded: the room's policy, or somebody's hand, until the call ends."""

    POLICY = "policy"
    ASKED = "asked"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Call:
    """What outlives a process about a LiveKit room of ours: ``name`` is its name there.

    An ``ended`` one must stay ended. ``taken`` names, by identity, the mint that took it: weaker mints of that
    identity made before are revoked. ``admitted`` came through the lobby, ``barred`` are kept out, with the seat they
    sat in: browsers, or identities of clients that are none. ``roles`` and ``blocked`` are what the studio made of
    somebody, by identity: another role than their token's, and what they may not send (``microphone``, ``camera``…).
    ``record``: whether it is recorded.
    A running call that nothing is written about has no row.
    """

    name: str
    room_id: str
    ended: bool = False
    taken: Mapping[str, str] = field(default_factory=dict)
    admitted: tuple[str, ...] = ()
    barred: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    blocked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    record: Wanted = Wanted.POLICY


class RecordingState(StrEnum):
    """How the recording of a room stands. ``off``: nobody wants one."""

    OFF = "off"
    UNAVAILABLE = "unavailable"
    ARMED = "armed"
    STARTING = "starting"
    ON = "on"
    STOPPING = "stopping"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a recording: its path below the folder of recordings, with ``/``; ``seconds`` is 0 where not known.

    ``handle`` is what its recorder finds it by. A part is on disk before its recorder is asked, without a handle.
    """

    file: str
    handle: str = ""
    bytes: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recording of a room, from its beginning to its end, in as many parts as it took.

    It outlives room and call. ``by`` is the kind of its recorder; times are ms since 1970, UTC, ``ended`` is 0 while
    it runs; ``reason`` says in a sentence why it ended where nobody asked for that.
    """

    id: str
    room_id: str
    owner: str
    slug: str
    name: str
    call: str
    mode: Mode
    by: str
    started: int
    ended: int = 0
    reason: str = ""
    parts: tuple[Part, ...] = ()
