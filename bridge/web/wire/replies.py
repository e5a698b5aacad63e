"""Answers in the asked format: a line of text, JSON, XML or CSV; failures in the one error shape."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

import orjson
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from bridge.errors import BadRequest, BridgeError
from bridge.rooms.model import RecordingState, Room, State
from bridge.rooms.presses import Pressed
from bridge.web.guard.auth import ROOM
from bridge.web.parts import PARTS, Parts
from bridge.web.policy import policy_of
from bridge.web.wire.body import BODY
from bridge.web.wire.params import SAID, YES
from bridge.web.wire.spelling import room_object

CHANGED = web.ResponseKey("changed", bool)
"""Where the answer of a press holds for the log whether it changed its room."""
FAILED = web.ResponseKey("failed", str)
"""Where a failure holds its key."""
TEXT = CIMultiDict({"Content-Type": "text/plain; charset=utf-8"})
NOTHING: Mapping[str, object] = MappingProxyType({})
FORMATS = ("text", "json", "xml", "csv")
_FORMULA = re.compile(r"(?![-+]?[0-9]+(?:\.[0-9]+)?$)[=+\-@\t\r\n＝＋－＠]")
"""How a text begins that a spreadsheet would work out. A number is none."""


def json(data: object, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(data), status=status, content_type="application/json")


def text(line: str, status: int = 200) -> web.Response:
    return web.Response(body=(line + "\n").encode(), status=status, headers=TEXT)


def lines(lines: Iterable[str]) -> web.Response:
    return web.Response(body="".join(f"{line}\n" for line in lines).encode(), headers=TEXT)


def in_words(words: Mapping[str, object]) -> str:
    return " ".join(f"{word}={_value(value)}" for word, value in words.items())


def room_json(request: web.Request, room: Room) -> dict[str, Any]:
    """The room object of this room as it is now."""
    observed = request.app[PARTS].observed
    return room_object(room, observed.state(room), observed.sid(room)) | recording_fields(request.app[PARTS], room)


def recording_fields(parts: Parts, room: Room) -> dict[str, object]:
    """How the recording stands, and why, in a sentence; nothing where nobody wants one."""
    standing = parts.recording.of(room)
    if standing.state is RecordingState.OFF and not room.policy.record:
        return {}
    return {"recording": standing.state} | ({"recording_reason": standing.why} if standing.why else {})


def live_words(parts: Parts, room: Room) -> dict[str, object]:
    """How many are inside, on what, and why it is not as it should be, where it is not."""
    unknown = parts.observed.outage is not None and room.active
    words: dict[str, object] = {"people": "?" if unknown else parts.roster.count(room), "server": parts.server}
    if parts.observed.state(room) is State.CHECK:
        words["reason"] = parts.observed.reason(room)
    return words


def room_words(request: web.Request, room: Room, extra: Mapping[str, object]) -> dict[str, object]:
    """The words of a press's answer, in their order; ``name`` is last, since only it may hold blanks."""
    live = live_words(request.app[PARTS], room)
    return {**live, **extra, **record_words(request.app[PARTS], room), **live}


def record_words(parts: Parts, room: Room) -> dict[str, object]:
    """How the recording stands, where one is wanted or runs, and in one word why."""
    standing = parts.recording.of(room)
    if standing.state is RecordingState.OFF and not room.policy.record:
        return {}
    return {"record": standing.state} | ({"reason": standing.reason} if standing.reason else {})


def pressed_object(request: web.Request, pressed: Pressed) -> web.Response:
    """The room object as it is now."""
    request[ROOM] = pressed.room
    return _said(json(room_json(request, pressed.room) | _warning(pressed)), pressed)


def done(pressed: Pressed | None = None) -> web.Response:
    """What a call without an object answers."""
    return _said(json({"success": True} | _warning(pressed)), pressed) if pressed else json({"success": True})


def _said(response: web.Response, pressed: Pressed) -> web.Response:
    response[CHANGED] = pressed.changed
    return response


def _warning(pressed: Pressed) -> dict[str, object]:
    return {"warning": ",".join(pressed.warnings)} if pressed.warnings else {}


def pressed(request: web.Request, pressed: Pressed, format: str, words: Mapping[str, object] = NOTHING) -> web.Response:
    """What a press answers. A browser that navigated is sent on to the room's page, so that a reload presses nothing;
    the page says what the press said."""
    room, extra = pressed.room, dict(words or {"changed": pressed.changed}) | _warning(pressed)
    response = _said(room_reply(request, room, format, extra), pressed)
    if format == "text" and request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        key = request.query.get("key")
        said = ({"key": key} if key else {}) | {word: str(_value(extra[word])) for word in SAID if word in extra}
        response.set_status(303)
        response.headers["Location"] = str(URL(f"/r/{room.slug}").with_query(said))
    return response


def room_reply(request: web.Request, room: Room, format: str, extra: Mapping[str, object]) -> web.Response:
    """One room: its line, or the room object with the same words as fields."""
    words = room_words(request, room, extra)
    if format == "text":
        return text(_line(request, room, words))
    if format == "json":
        return json(room_with_words(request, room, words))
    return rows([room_with_words(request, room, words)], format, "room")


def rooms_reply(request: web.Request, rooms: Sequence[Room], format: str) -> web.Response:
    """Many rooms: a line, a JSON element or a row each."""
    if format == "text":
        return lines(_line(request, room, room_words(request, room, {})) for room in rooms)
    objects = [room_with_words(request, room, room_words(request, room, {})) for room in rooms]
    return json(objects) if format == "json" else rows(objects, format, "room", many="rooms")


def listing(
    objects: Sequence[Mapping[str, Any]], format: str, line: Callable[[Mapping[str, Any]], str], noun: str, many: str
) -> web.Response:
    """Many flat things: a ``line``, a JSON element or a row each."""
    match format:
        case "text":
            return lines(map(line, objects))
        case "json":
            return json(objects)
        case table:
            return rows(objects, table, noun, many=many)


def rows(objects: Sequence[Mapping[str, Any]], format: str, noun: str, *, many: str = "") -> web.Response:
    """Flat objects as XML (``<noun>``, with ``<many>`` around them) or as CSV with a header row."""
    if format == "csv":
        return web.Response(text=_csv(objects), content_type="text/csv")
    if not many:
        root = _element(noun, objects[0])
    else:
        root = ElementTree.Element(many)
        root.extend(_element(noun, row) for row in objects)
    return web.Response(body=ElementTree.tostring(root, "utf-8", xml_declaration=True), content_type="application/xml")


def text_or_json(format: str) -> None:
    """Presses answer a line or JSON. Raises ``BadRequest`` for the table formats."""
    if format not in ("text", "json"):
        raise BadRequest(f"{format} does not exist for this route", "use format=json, or /r and /r/{room} for tables")


def failure(request: web.Request, error: BridgeError) -> web.Response:
    """An error in the asked format, with its status; ``soft=1`` makes it 200 where a room refused."""
    format = _asked_format(request)
    soft = policy_of(request).by_key and _given(request, "soft").lower() in YES
    status = 200 if soft and not error.guard else error.status
    if format == "text":
        response = text(error.as_line(), status)
    elif format == "json":
        response = json(error.as_json(), status)
    else:
        response = rows([error.as_json()], format, "error")
        response.set_status(status)
    response[FAILED] = error.key
    return response


def _asked_format(request: web.Request) -> str:
    if policy_of(request).formats == "json":
        return "json"
    ending = request.match_info.get("ending", "")
    asked = ending[1:] if ending else _given(request, "format")
    return asked if asked in FORMATS else "text"


def _given(request: web.Request, name: str) -> str:
    """A parameter as it stands in the body or in the URL, before anybody checked it."""
    return str(request.get(BODY, request.query).get(name, request.query.get(name, "")))


def _line(request: web.Request, room: Room, words: Mapping[str, object]) -> str:
    state = request.app[PARTS].observed.state(room)
    return f"OK {room.slug} {state} {in_words(words)} name={room.name}"


def room_with_words(request: web.Request, room: Room, words: Mapping[str, object]) -> dict[str, Any]:
    """The room object with the words as fields; ``created`` is a time there, so the word becomes ``changed``."""
    fields = {"changed" if word == "created" else word: value for word, value in words.items() if word != "record"}
    if fields["people"] == "?":
        fields["people"] = None
    return room_json(request, room) | room.policy.by_word() | fields


def _value(value: object) -> object:
    """A value as text carries it: yes is 1, and a list is separated by commas."""
    match value:
        case bool():
            return int(value)
        case tuple():
            return ",".join(value)
        case _:
            return value


def _element(name: str, row: Mapping[str, Any]) -> ElementTree.Element:
    element = ElementTree.Element(name)
    for field, value in _flat(row).items():
        ElementTree.SubElement(element, field).text = str(value)
    return element


def _csv(objects: Sequence[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    if objects:
        flat = [{field: _as_cell(value) for field, value in _flat(row).items()} for row in objects]
        writer = csv.DictWriter(out, list(dict.fromkeys(field for row in flat for field in row)), restval="")
        writer.writeheader()
        writer.writerows(flat)
    return out.getvalue()


def _as_cell(value: object) -> object:
    """Names are anybody's text: an apostrophe keeps a spreadsheet from taking one for a formula."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _flat(row: Mapping[str, Any]) -> dict[str, object]:
    """A row for a table: ``_id`` stands there as ``id`` already, and yes is 1."""
    return {field: "?" if value is None else _value(value) for field, value in row.items() if field != "_id"}
