"""Folders of earlier versions: what their rows are today, one step from each schema to the next."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from bridge.store.rows import Change, Generation, decode

SCHEMA = 5
META = "_meta"
"""The table that holds the schema number."""
META_ROW = 1
NEW_IN_CALLS: dict[str, Any] = {"admitted": [], "barred": {}, "roles": {}, "blocked": {}, "record": "policy"}
NEW_IN_ROOMS: dict[str, Any] = {"seats": [], "lobby": False, "titles": {}, "takes": {}}
"""What rows of before do not say."""


class Migration(NamedTuple):
    """What one commit has to write: rows, and tables that go."""

    changes: list[Change]
    drop: frozenset[str]


def schema_of(tables: Generation) -> int:
    """The schema number in a generation, which may be newer than ours. Raises ``ValueError`` where there is none."""
    text = tables.get(META, {}).get(META_ROW)
    schema = decode(text).get("schema") if text is not None else None
    if type(schema) is not int or schema < 1:
        raise ValueError("it has no schema number")
    return schema


def migration(tables: Generation) -> Migration | None:
    """What makes a folder of an earlier version one of today; None for one of today."""
    if schema_of(tables) == SCHEMA:
        return None
    meta = decode(tables[META][META_ROW]) | {"schema": SCHEMA}
    return Migration([Change(META, META_ROW, meta), *_calls(tables), *_rooms(tables)], frozenset({"ended"}))


def _calls(tables: Generation) -> Iterator[Change]:
    """Schema 1 kept ended calls, with the time until which they were to stay ended; 2 knew no lobby and no bar.

    Before schema 5 nobody's hand recorded one.
    """
    for row_id, row in _rows(tables, "ended"):
        call = {"name": row["call"], "room": row["room"], "ended": True, "taken": {}}
        yield Change("calls", row_id, NEW_IN_CALLS | call)
    for row_id, row in _rows(tables, "calls"):
        yield Change("calls", row_id, NEW_IN_CALLS | row)


def _rooms(tables: Generation) -> Iterator[Change]:
    """Before schema 3 rooms had no seats, before 4 no takes."""
    for row_id, row in _rows(tables, "rooms"):
        yield Change("rooms", row_id, NEW_IN_ROOMS | row)


def _rows(tables: Generation, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    return ((row_id, decode(text)) for row_id, text in tables.get(name, {}).items())
