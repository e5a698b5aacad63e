"""The Video calls API's own spellings, both ways: the only place that knows them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Strict, ValidationError
from pydantic.json_schema import SkipJsonSchema

from bridge.errors import BadRequest, BadSetting, BridgeError
from bridge.faults import fix_of
from bridge.rooms.model import MAX_PEOPLE, Media, Mode, Policy, Room, State

MEDIA: Mapping[str, Media] = MappingProxyType(
    {
        "MEDIA_TYPE_VIDEO_AUDIO": Media.AV,
        "MEDIA_TYPE_VIDEO_ONLY": Media.VIDEO,
        "MEDIA_TYPE_AUDIO_ONLY": Media.AUDIO,
    }
)
MODES: Mapping[str, Mode] = MappingProxyType(
    {
        "ROOM_COMPOSITE_GRID": Mode.GRID,
        "ROOM_COMPOSITE_AND_CHAT": Mode.CHAT,
        "ROOM_COMPOSITE_SPEAKER": Mode.SPEAKER,
    }
)
VALUES: Mapping[str, Mapping[str, Any]] = MappingProxyType({"mediaType": MEDIA, "record_mode": MODES})
"""Those whose values are spelled in another way, too."""
POLICY_FIELDS = {
    "mediaType": "media",
    "max_participants": "max",
    "allow_webinar_mode": "webinar",
    "allow_chat": "chat",
    "allow_share_screen": "screen",
    "record": "record",
    "record_mode": "mode",
    "seats": "seats",
    "lobby": "lobby",
}
SHORT = {own: api for api, own in POLICY_FIELDS.items() if own != api}
"""The words of the short routes: beside the API's own spelling, which decides, they are accepted and ignored."""
ROOM_FIELDS = frozenset(
    (*("_id", "id", "name", "slug", "user_id", "sid", "active", "created", "modified", "state"), *POLICY_FIELDS)
)
"""Of every room object: what a list may be filtered and sorted by."""
RECORDING_FIELDS = frozenset(
    (
        *("id", "slug", "name", "started", "ended", "seconds", "bytes", "state", "by", "mode", "files", "reason"),
        "playable",
    )
)
"""Of what was recorded; a list of it may be filtered and sorted by them."""
CALL_FIELDS = ("allow_webinar_mode", "allow_chat", "allow_share_screen", "record", "record_mode")
"""Of findLKRoomNameById."""
SECRET_FIELDS = ("key", "token", "ticket", "session")
LeftOut = SkipJsonSchema[None]
"""A field that was not sent; null itself is refused."""


class Payload(BaseModel):
    """A JSON body. ``ignored`` are read-only fields: a client may send back the object it got."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    ignored: ClassVar[frozenset[str]] = frozenset()


class RoomFields(Payload):
    """The fields a client may set. Those left out stay as they are."""

    name: str | LeftOut = None
    mediaType: Literal["MEDIA_TYPE_VIDEO_AUDIO", "MEDIA_TYPE_VIDEO_ONLY", "MEDIA_TYPE_AUDIO_ONLY"] | LeftOut = None
    max_participants: Annotated[int, Field(ge=1, le=MAX_PEOPLE)] | LeftOut = None
    allow_webinar_mode: bool | LeftOut = None
    allow_chat: bool | LeftOut = None
    allow_share_screen: bool | LeftOut = None
    record: bool | LeftOut = None
    record_mode: Literal["ROOM_COMPOSITE_GRID", "ROOM_COMPOSITE_AND_CHAT", "ROOM_COMPOSITE_SPEAKER"] | LeftOut = None
    seats: Annotated[tuple[str, ...], Strict(False)] | LeftOut = None
    lobby: bool | LeftOut = None
    active: bool | LeftOut = None

    def policy(self) -> dict[str, Any]:
        """The given policy fields in the bridge's own words."""
        given = {api: value for api in POLICY_FIELDS if (value := getattr(self, api)) is not None}
        return {POLICY_FIELDS[api]: VALUES[api][value] if api in VALUES else value for api, value in given.items()}


READ_ONLY = ROOM_FIELDS - RoomFields.model_fields.keys() - {"id"} | {
    *("success", "recording", "recording_reason", "people", "server", "changed", "differs", "warning", "reason")
}


class CreatePayload(RoomFields):
    ignored = READ_ONLY | {"id"}
    name: str


class UpdatePayload(RoomFields):
    ignored = READ_ONLY
    id: str


class IdPayload(Payload):
    ignored = READ_ONLY
    id: str


class WhoPayload(IdPayload):
    """``who`` as the short routes take it."""

    who: Annotated[str, Field(min_length=1)]


class WhatPayload(WhoPayload):
    what: Literal["mic", "camera", "screen", "all"] = "mic"


class SayPayload(WhoPayload):
    text: Annotated[str, Field(min_length=1)]


class SeatPayload(IdPayload):
    seat: Annotated[str, Field(min_length=1)]


class TitlePayload(SeatPayload):
    text: str = ""


class RenewPayload(Payload):
    """``name`` is a seat, a role, or ``all``."""

    id: str
    name: str


class CountPayload(Payload):
    filter: dict[str, Any] = {}


class ListPayload(Payload):
    limit: Annotated[int, Field(ge=0)] | LeftOut = None
    skip: Annotated[int, Field(ge=0)] = 0
    sort: dict[str, Literal[1, -1]] = {"created": 1}
    filter: dict[str, Any] = {}


class RecordingPayload(Payload):
    ignored = RECORDING_FIELDS - {"id"}
    id: str


class RecordingsPayload(ListPayload):
    sort: dict[str, Literal[1, -1]] = {"started": -1}


class JoinPayload(Payload):
    """What createToken takes."""

    room_id: str
    LKRoomName: str
    participant_id: str
    participant_name: str = ""
    hidden: bool = False
    token: str = ""


P = TypeVar("P", bound=Payload)


def parse(model: type[P], body: Mapping[str, Any]) -> P:
    """A payload out of a JSON body.

    Raises ``BadRequest`` for a missing or unknown field, ``BadSetting`` for a value; both name the field.
    """
    fields = {key: value for key, value in body.items() if key not in model.ignored and SHORT.get(key) not in body}
    empty = next((key for key, value in fields.items() if value is None), None)
    if empty is not None:
        raise BadSetting(f"{shown(empty)} is null", "give a value, or leave it out")
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise first_problem(error) from None


def first_problem(error: ValidationError) -> BridgeError:
    """The first thing wrong, in the caller's words."""
    problem = error.errors(include_url=False, include_context=True)[0]
    field = str(problem["loc"][0]) if problem["loc"] else "body"
    match problem["type"]:
        case "missing":
            return BadRequest(f"{field} is missing", f"send {field}")
        case "extra_forbidden":
            return BadRequest(f"{shown(field)} is no field of this call", "leave it out")
        case _:
            return BadSetting(wrong(field, problem["input"]), fix_of(problem))


def wrong(field: str, value: object) -> str:
    """That a field has a value it cannot have. Those of secrets are not repeated."""
    return f"{field} is of the wrong kind" if field in SECRET_FIELDS else f"{field} is {shown(value)}"


def shown(value: object) -> str:
    """A value as an error message may repeat it: short, one line."""
    text = repr(value) if not isinstance(value, str) else f'"{value}"'
    text = "".join(char if char.isprintable() else "?" for char in text)
    return text if len(text) <= 60 else f"{text[:57]}..."


def room_object(room: Room, state: State, sid: str) -> dict[str, Any]:
    """A room as JSON on both doors. Keys and link codes are never part of it."""
    return {
        "_id": room.id,
        "id": room.id,
        "name": room.name,
        "slug": room.slug,
        "user_id": room.owner,
        **policy_fields(room.policy),
        "sid": sid,
        "active": room.active,
        "created": iso(room.created),
        "modified": iso(room.modified),
        "state": state,
        "success": True,
    }


_SPELLED: Mapping[object, str] = {own: api for values in VALUES.values() for api, own in values.items()}


def policy_fields(policy: Policy) -> dict[str, Any]:
    """A policy as fields of the API."""
    return {api: _spelled(getattr(policy, own)) for api, own in POLICY_FIELDS.items()}


def _spelled(value: object) -> object:
    return _SPELLED[value] if isinstance(value, Media | Mode) else value


def iso(ms: int) -> str:
    """ms since 1970 as ISO 8601 in UTC with milliseconds and ``Z``."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
