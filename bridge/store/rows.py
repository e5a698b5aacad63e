"""Rows as JSON text: how a table's rows are kept in memory and laid out in the file.

A generation is ``{table: {row id: text}}``. It is never changed once readers can see it; the next one is a copy, so
readers need no lock and a write that fails has nothing to undo. A text is its row's whole line, ``"7":{...}``, and the
file is those lines joined: no row but the changed one is serialised at a write.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson

Row = Mapping[str, Any]
Texts = Mapping[int, bytes]
Generation = Mapping[str, Texts]

_STRICT = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


class Change(NamedTuple):
    """A row as it shall be, whole; ``None`` removes it."""

    table: str
    row_id: int
    row: Row | None


class TextChange(NamedTuple):
    """A ``Change`` whose row is serialised already."""

    table: str
    row_id: int
    text: bytes | None


def encode(change: Change) -> TextChange:
    """The change with its row as text.

    Raises ``ValueError`` for a row that is no JSON or would not come back equal (NaN, a tuple, a date).
    """
    if change.row is None:
        return TextChange(change.table, change.row_id, None)
    row = dict(change.row)
    try:
        body = orjson.dumps(row, option=_STRICT)
    except TypeError as error:
        raise ValueError(f"row {change.row_id} of {change.table} cannot be kept as JSON: {error}") from error
    back = orjson.loads(body)
    if back != row:
        raise ValueError(f"row {change.row_id} of {change.table} cannot be kept as JSON: it would come back different")
    return TextChange(change.table, change.row_id, b'"%d":%b' % (change.row_id, _ascii(body, back)))


def decode(text: bytes) -> dict[str, Any]:
    """A fresh row from its text."""
    row: dict[str, Any] = orjson.loads(text[text.index(b":") + 1 :])
    return row


def apply(generation: Generation, changes: Iterable[TextChange | str]) -> dict[str, Texts]:
    """The generation after ``changes``, where a mere name drops that table; the given one is left as it is."""
    tables = dict(generation)
    fresh: dict[str, dict[int, bytes]] = {}
    for change in changes:
        if isinstance(change, str):
            tables.pop(change, None)
            fresh.pop(change, None)
            continue
        name, row_id, text = change
        if name not in fresh:
            tables[name] = fresh[name] = dict(tables.get(name, ()))
        if text is None:
            fresh[name].pop(row_id, None)
        else:
            fresh[name][row_id] = text
    return tables


def dump(generation: Generation) -> bytes:
    """The file of a generation: one object of tables, one line a row.

    One join on purpose: CPython lets other threads run while it joins more than 1 MB of ``bytes``.
    """
    lines: list[bytes] = []
    for name, texts in generation.items():
        head = json.dumps(name).encode("ascii") + b":{"
        table = list(texts.values()) or [b""]
        table[0] = head + b"\n" + table[0] if texts else head
        table[-1] += b"\n}" if texts else b"}"
        lines += table
    if not lines:
        return b"{}\n"
    lines[0] = b"{" + lines[0]
    lines[-1] += b"}\n"
    return b",\n".join(lines)


def parse(data: bytes) -> dict[str, Texts]:
    """The generation in a file. Raises ``ValueError`` for anything that is no object of tables of rows."""
    if not data.strip():
        raise ValueError("it is empty")
    tables = orjson.loads(data)
    if not isinstance(tables, dict):
        raise ValueError("it holds no tables")
    try:
        generation = {name: _parse_table(name, table) for name, table in tables.items()}
    except (TypeError, RecursionError):
        raise ValueError("it is nested too deep") from None
    if dump(generation) != data:  # what we wrote reads back byte for byte; of two rows of one id only the last would
        _refuse_what_stands_twice(data)
    return generation


def _refuse_what_stands_twice(data: bytes) -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
            raise ValueError(f"{twice[:40]!r} stands twice in one object")
        return found

    try:
        json.loads(data, object_pairs_hook=once)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _parse_table(name: str, table: object) -> Texts:
    if not isinstance(table, dict):
        raise ValueError(f"{name} is no table")
    texts: dict[int, bytes] = {}
    for key, row in table.items():
        try:
            row_id = int(key)
        except ValueError:
            row_id = 0
        if str(row_id) != key or not isinstance(row, dict):
            raise ValueError(f"row {key[:40]!r} of {name} is no row")
        texts[row_id] = b'"%d":%b' % (row_id, _ascii(orjson.dumps(row), row))
    return texts


def _ascii(body: bytes, value: object) -> bytes:
    """``body``, the JSON of ``value``, with everything beyond ASCII escaped.

    Stock TinyDB opens files in the encoding of the system, which on Windows is not UTF-8.
    """
    return body if body.isascii() else json.dumps(value, separators=(",", ":")).encode("ascii")
