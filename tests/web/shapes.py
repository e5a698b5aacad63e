"""What answers look like: the one error shape in each of its formats, and the values of a room object."""

import csv
import io
import re
from xml.etree import ElementTree

from tests.bridges import Answer

KEYS = {
    "bad_request": {400},
    "bad_setting": {400},
    "key_missing": {401},
    "key_wrong": {401},
    "key_scope": {403},
    "forbidden_origin": {403},
    "bad_host": {403},
    "token_needed": {403},
    "room_not_found": {404},
    "not_found": {404},
    "nobody": {404},
    "method_not_allowed": {405},
    "name_taken": {409},
    "room_stopped": {409},
    "room_full": {409},
    "stale_room": {409},
    "not_empty": {409},
    "seat_taken": {409},
    "identity_taken": {409},
    "not_admitted": {409},
    "barred": {409},
    "no_audience": {409},
    "no_recorder": {409},
    "still_recording": {409},
    "rehearsal": {409},
    "too_large": {413},
    "too_many_requests": {429},
    "internal": {500},
    "media_server_down": {502},
    "media_server_refused": {502},
    "store_broken": {503},
    "media_server_timeout": {504},
}
"""The contract's error keys, each with its HTTP status."""
TYPES = {"text": "text/plain", "json": "application/json", "xml": "application/xml", "csv": "text/csv"}


def is_id(text: str) -> bool:
    return re.fullmatch("[0-9a-f]{24}", text) is not None


def is_time(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text) is not None


def assert_failure(answer: Answer, key: str, *names: str, format: str = "json", status: int = 0) -> None:
    """The answer is this failure in the one shape; its text names all of ``names``. ``status`` if it is a soft one."""
    assert answer.status in ({status} if status else KEYS[key]), answer.text
    assert answer.headers["Content-Type"].startswith(TYPES[format]), answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    said, message, hint = parts_of(answer, format)
    assert said == key, answer.text
    assert message
    assert hint
    for name in names:
        assert name in message + hint, answer.text
    assert "Traceback" not in answer.text
    assert "Error(" not in answer.text


def parts_of(answer: Answer, format: str) -> tuple[str, str, str]:
    """Key, message and hint; the text line holds both in one."""
    if format == "text":
        line = re.fullmatch(r"ERR ([a-z_]+) (.+): (.+)\n", answer.text)
        assert line, answer.text
        return line[1], line[2], line[3]
    if format == "json":
        row = answer.json
        assert row.pop("success") is False
    elif format == "xml":
        root = ElementTree.fromstring(answer.text)  # noqa: S314
        assert root.tag == "error"
        row = {child.tag: child.text for child in root}
        assert row.pop("success") == "0"
    else:
        (row,) = csv.DictReader(io.StringIO(answer.text))
        assert row.pop("success") == "0"
    assert set(row) == {"error", "message", "hint"}
    return row["error"], row["message"], row["hint"]


def words_of(line: str) -> dict[str, str]:
    """The words of an ``OK`` line: slug and state under those names, ``name`` to the end of the line."""
    head, _, name = line.removesuffix("\n").partition(" name=")
    ok, slug, state, *words = head.split(" ")
    assert ok == "OK"
    return {"slug": slug, "state": state} | dict(word.split("=", 1) for word in words) | {"name": name}
