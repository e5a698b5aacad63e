"""Rows and things: every kind strict, every fault named by its field, no value in any text."""

import traceback
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from bridge.rooms.model import Call
from bridge.store.facts import FOLDER
from bridge.store.generations import ENTRY
from bridge.store.layout import BadRow, Layout
from bridge.store.recordings import RECORDED
from bridge.store.rooms import CALL, ROOM
from bridge.store.users import USER
from tests.store.samples import recorded, room

ROWS: dict[str, tuple[Layout[Any], dict[str, Any]]] = {
    "rooms": (ROOM, ROOM.row(room(1, active=True))),
    "calls": (
        CALL,
        {
            "name": "a",
            "room": "b",
            "ended": False,
            "taken": {"ann": "a mint"},
            "admitted": ["p"],
            "barred": {"q": ""},
            "roles": {"ann": "guest"},
            "blocked": {"ann": ["camera", "microphone"]},
            "record": "asked",
        },
    ),
    "recordings": (RECORDED, RECORDED.row(recorded())),
    "users": (
        USER,
        {"id": "a" * 24, "name": "Ann", "token_sha256": "1" * 64, "created": 1_700_000_000_000, "first": True},
    ),
    "generations": (ENTRY, {"kind": "room", "owner": "a" * 24, "slug": "main", "current": 3, "oldest": 2}),
    "_meta": (FOLDER, {"schema": 2, "real_server": False}),
}
FIELDS = [(table, field) for table, (_, row) in ROWS.items() for field in row]
KINDS = [True, 7, 7.0, "hush-hush", None, ["hush-hush"], {"hush-hush": "a"}]


def refusal(layout: Layout[Any], row: dict[str, Any]) -> str:
    with pytest.raises(BadRow) as caught:
        layout.thing(row)
    assert "hush" not in "".join(traceback.format_exception(caught.value))
    return str(caught.value)


@pytest.mark.parametrize("table", ROWS)
def test_a_row_comes_back_as_it_was(table: str) -> None:
    layout, row = ROWS[table]
    assert layout.row(layout.thing(row)) == row


@pytest.mark.parametrize(("table", "field"), FIELDS)
def test_a_field_of_another_kind_is_refused_by_its_name(table: str, field: str) -> None:
    layout, row = ROWS[table]
    for value in KINDS:
        if type(value) is not type(row[field]):
            assert refusal(layout, row | {field: value}).startswith(f"{field} is ")


OUTSIDE = {
    "media is not 'av', 'video' or 'audio'": ("rooms", {"media": "hush-hush"}),
    "max is no whole number from 1 to 1000000": ("rooms", {"max": 0}),
    "revision is no whole number from 0 to 9007199254740992": ("rooms", {"revision": 2**53 + 1}),
    "created is no whole number from 0 to 9007199254740992": ("users", {"created": -1}),
    "name is empty": ("calls", {"name": ""}),
    "taken holds something that is no text": ("calls", {"taken": {"hush-hush": 7}}),
    "token_sha256 is not 64 hex digits": ("users", {"token_sha256": "hush-hush"}),
    "oldest is not from 1 to current": ("generations", {"oldest": 4}),
}


@pytest.mark.parametrize(("message", "table", "change"), [(said, *what) for said, what in OUTSIDE.items()])
def test_a_value_outside_its_range_is_refused_by_its_name(message: str, table: str, change: dict[str, Any]) -> None:
    layout, row = ROWS[table]
    assert refusal(layout, row | change) == message


@pytest.mark.parametrize(("table", "field"), FIELDS)
def test_a_field_that_is_missing_is_named(table: str, field: str) -> None:
    layout, row = ROWS[table]
    assert refusal(layout, {name: row[name] for name in row if name != field}) == f"{field} is missing"


@pytest.mark.parametrize(
    ("table", "field"), [*((table, "hm") for table in ROWS), ("rooms", "policy"), ("calls", "room_id")]
)
def test_a_field_that_no_row_has_is_named(table: str, field: str) -> None:
    layout, row = ROWS[table]
    assert refusal(layout, row | {field: "hush-hush"}) == f"'{field}' is not known"


DIFFERENT = [{"name": b"bytes"}, {"name": ...}, {"name": "\ud800"}, {"active": 1}, {"revision": True}, {"created": "1"}]


@pytest.mark.parametrize("change", DIFFERENT, ids=str)
def test_what_would_come_back_different_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadRow):
        ROOM.row(replace(room(1), **change))


def test_a_call_keeps_its_mints_whatever_holds_them() -> None:
    call = Call("a", "b", taken=MappingProxyType({"ann": "a mint"}))
    assert CALL.row(call)["taken"] == {"ann": "a mint"}
    assert CALL.thing(CALL.row(call)) == call
