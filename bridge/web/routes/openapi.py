"""The Video calls API as an OpenAPI document, made from the models that check its payloads."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from aiohttp import web
from pydantic.json_schema import models_json_schema

from bridge.errors import BridgeError
from bridge.rooms.attendance import Presence, Sends
from bridge.rooms.model import Mode, Role
from bridge.rooms.quality import Light
from bridge.rooms.tally import Air
from bridge.version import VERSION
from bridge.web.policy import RoutePolicy, add
from bridge.web.wire import replies
from bridge.web.wire.spelling import (
    CALL_FIELDS,
    POLICY_FIELDS,
    CountPayload,
    CreatePayload,
    IdPayload,
    JoinPayload,
    ListPayload,
    Payload,
    RecordingPayload,
    RecordingsPayload,
    RenewPayload,
    RoomFields,
    SayPayload,
    SeatPayload,
    TitlePayload,
    UpdatePayload,
    WhatPayload,
    WhoPayload,
)

Schema = Mapping[str, Any]
TEXT, YES_NO, COUNT = {"type": "string"}, {"type": "boolean"}, {"type": "integer", "minimum": 0}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


POLICY = {
    field: {key: value for key, value in schema.items() if key not in ("title", "default")}
    for field, schema in RoomFields.model_json_schema()["properties"].items()
    if field in POLICY_FIELDS
}
DONE = _object(success=YES_NO)
ROOM = _object(
    _id=TEXT,
    id=TEXT,
    name=TEXT,
    slug=TEXT,
    user_id=TEXT,
    **POLICY,
    sid=TEXT,
    active=YES_NO,
    created={"type": "string", "format": "date-time"},
    modified={"type": "string", "format": "date-time"},
    state={"enum": ["stopped", "ready", "live", "check"]},
    success=YES_NO,
)
ERROR = _object(success={"const": False}, error=TEXT, message=TEXT, hint=TEXT)
CALL = _object(
    id=TEXT,
    LKRoomName=TEXT,
    **{field: POLICY[field] for field in CALL_FIELDS},
    success=YES_NO,
)
PERSON = _object(
    who=TEXT,
    state={"enum": list(Presence)},
    seat=TEXT,
    role={"enum": [Role.SPEAKER, Role.GUEST]},
    mic={"enum": list(Sends)},
    camera={"enum": list(Sends)},
    screen={"enum": list(Sends)},
    blocked=TEXT,
    tally={"enum": list(Air)},
    new_browser=YES_NO,
    light={"enum": [*Light, ""]},
    quality=TEXT,
    since=TEXT,
    title=TEXT,
    typed=TEXT,
    name=TEXT,
)
LINK = _object(name=TEXT, role={"enum": list(Role)}, url={"type": "string", "format": "uri"}, note=TEXT)
RECORDING = _object(
    id=TEXT,
    slug=TEXT,
    started={"type": "string", "format": "date-time"},
    ended=TEXT,
    seconds={"type": "number", "minimum": 0},
    bytes=COUNT,
    state={"enum": ["recording", "done", "failed"]},
    by=TEXT,
    mode={"enum": list(Mode)},
    files=COUNT,
    playable=YES_NO,
    reason=TEXT,
    name=TEXT,
)
TICKET = _object(url={"type": "string", "format": "uri"}, path=TEXT, files=_array(TEXT), success=YES_NO)
PASS = _object(participant_token=TEXT, LKRoomName=TEXT, server_url=TEXT, success=YES_NO)


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: how it is made, what it takes and answers, and the errors beyond those every call has."""

    name: str
    summary: str
    payload: type[Payload]
    answer: Schema
    errors: tuple[int, ...] = ()
    method: str = "post"
    public: bool = False
    of: str = "conferences"

    @property
    def path(self) -> str:
        return f"/api/{self.of}{'-public' if self.public else ''}/{self.name}"

    @property
    def id(self) -> str:
        return self.name.replace("/", "_") if self.of == "conferences" else f"{self.of}_{self.name}"


HAND = (404, 409, 502, 503, 504)
EVERY_CALL = (400, 401, 403, 413, 429, 500)
OPERATIONS = (
    Operation("create", "Make a room, and open it unless active is false.", CreatePayload, _ref("Room"), (503,)),
    Operation("getCount", "How many rooms there are.", CountPayload, _object(count=COUNT)),
    Operation("getAll", "The rooms, as a bare array.", ListPayload, _array(_ref("Room"))),
    Operation("getById", "One room.", IdPayload, _ref("Room"), (404,)),
    Operation("update", "Change a room; active starts or stops it.", UpdatePayload, _ref("Room"), (404, 503)),
    Operation("start", "Open a room.", IdPayload, DONE, (404, 409, 502, 503, 504)),
    Operation("stop", "Close a room and put everybody out.", IdPayload, DONE, (404, 502, 503, 504)),
    Operation("remove", "Forget a room.", IdPayload, DONE, (404, 502, 503, 504), method="delete"),
    Operation("participants/list", "Who is there: seats, people, who waits.", IdPayload, _array(PERSON), (404,)),
    Operation("participants/free", "Let the next one have a seat.", SeatPayload, DONE, HAND),
    Operation("participants/title", "What the person in a seat is called.", TitlePayload, DONE, (404, 503)),
    Operation("participants/remove", "Put somebody out, and keep them out.", WhoPayload, DONE, HAND),
    Operation("participants/admit", "Let in who waits in the lobby.", WhoPayload, DONE, HAND),
    Operation("participants/refuse", "Let them not in.", WhoPayload, DONE, (404,)),
    Operation("participants/mute", "Mute somebody now.", WhatPayload, DONE, HAND),
    Operation("participants/unmute", "Ask somebody to speak.", WhoPayload, DONE, (404,)),
    Operation("participants/block", "Take from somebody what they may send.", WhatPayload, DONE, HAND),
    Operation("participants/allow", "Give it back.", WhatPayload, DONE, HAND),
    Operation("participants/promote", "Let who watches speak.", WhoPayload, DONE, HAND),
    Operation("participants/demote", "Let who speaks only watch.", WhoPayload, DONE, HAND),
    Operation("participants/say", "Write a line on somebody's page.", SayPayload, DONE, (404,)),
    Operation("links/list", "Where people join.", IdPayload, _array(LINK), (404,)),
    Operation("links/renew", "Other links; the old ones open nothing.", RenewPayload, _array(LINK), (404, 503)),
    Operation("getCount", "How many recordings there are.", CountPayload, _object(count=COUNT), of="recordings"),
    Operation("getAll", "What was recorded, newest first.", RecordingsPayload, _array(RECORDING), of="recordings"),
    Operation("getById", "One recording.", RecordingPayload, RECORDING, (404,), of="recordings"),
    Operation("remove", "Erase one and its files.", RecordingPayload, DONE, (404, 409, 503), of="recordings"),
    Operation("ticket", "Addresses that play it for a while.", RecordingPayload, TICKET, (404,), of="recordings"),
    Operation("findLKRoomNameById", "The call of an open room.", IdPayload, CALL, (404, 409), public=True),
    Operation("createToken", "A token to join with.", JoinPayload, PASS, (404, 409, 502, 504), public=True),
)


def add_routes(app: web.Application) -> None:
    add(app, "/api/openapi.json", openapi, RoutePolicy(formats="json"), "GET")


async def openapi(request: web.Request) -> web.Response:
    """The document; it needs no key."""
    return replies.json(document())


@cache
def document() -> Schema:
    """OpenAPI 3.1."""
    models = sorted({operation.payload for operation in OPERATIONS}, key=lambda model: model.__name__)
    _, payloads = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    for model in models:
        fields = payloads["$defs"][model.__name__]["properties"]
        for field in fields.values():
            if field.get("default", "") is None:  # left out, it stays as it is; null is refused
                del field["default"]
        fields.update({name: {"description": "accepted and ignored"} for name in sorted(model.ignored)})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Video calls", "version": VERSION, "description": "Rooms of vmix-bridge for API clients."},
        "paths": {operation.path: {operation.method: _described(operation)} for operation in OPERATIONS},
        "components": {
            "schemas": {**payloads["$defs"], "Room": ROOM, "Error": ERROR},
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "x-access-token"}},
        },
    }


def _described(operation: Operation) -> Schema:
    answers = {"200": {"description": "Done.", "content": _json(operation.answer)}}
    for status in sorted({*EVERY_CALL, *operation.errors}):
        answers[str(status)] = {"description": _keys(status), "content": _json(_ref("Error"))}
    return {
        "operationId": operation.id,
        "summary": operation.summary,
        "security": [{}, {"token": []}] if operation.public else [{"token": []}],
        "requestBody": {"required": True, "content": _json(_ref(operation.payload.__name__))},
        "responses": answers,
    }


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _keys(status: int) -> str:
    return ", ".join(sorted(error.key for error in BridgeError.__subclasses__() if error.status == status))
