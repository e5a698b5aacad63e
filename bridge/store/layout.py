"""How a thing lies in its row: strict pydantic over its own dataclass. A fault names the field and never the value."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar, get_type_hints

import orjson
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

T = TypeVar("T")

LARGEST = 2**53
"""Beyond it not every reader of JSON sees the same whole number."""

FAULTS = {
    "string_type": "is no text",
    "bool_type": "is neither true nor false",
    "int_type": "is no whole number",
    "dict_type": "is no object",
}


class BadRow(ValueError):
    """A row that is not what its table holds; the text names the field and never its value."""


class Layout(Generic[T]):
    """Rows of one dataclass: every field and no other, no text empty, whole numbers from 0 to ``LARGEST``.

    The fields of the one called ``inline`` lie in the row in its place. ``named`` gives names in the row that are not
    the field's own, ``empty`` the fields whose text may be empty. ``check`` raises ``BadRow`` for what else is wrong.
    """

    def __init__(
        self,
        kind: type[T],
        *,
        inline: str = "",
        named: Mapping[str, str] | None = None,
        empty: Iterable[str] = (),
        check: Callable[[T], None] = lambda thing: None,
    ) -> None:
        self._adapter = TypeAdapter(kind)
        hints = get_type_hints(kind)
        self._parts = {"": {(named or {}).get(field, field): field for field in hints if field != inline}}
        if inline:
            self._parts[inline] = {field: field for field in get_type_hints(hints[inline])}
        self._names = frozenset(name for part in self._parts.values() for name in part)
        self._empty = frozenset(empty)
        self._check = check

    def row(self, thing: T) -> dict[str, Any]:
        """The row in which ``thing`` lies. Raises ``BadRow`` where it would not come back the same."""
        try:
            body = orjson.dumps(thing, default=dict)  # as it is: pydantic would write True as 1
        except TypeError:
            raise BadRow("it is no JSON") from None
        whole = orjson.loads(body)
        row: dict[str, Any] = {}
        for part, names in self._parts.items():
            values = whole[part] if part else whole
            row |= {name: values[field] for name, field in names.items()}
        if self._read(body, row) != thing:
            raise BadRow("it would come back different")
        return row

    def thing(self, row: Mapping[str, Any]) -> T:
        """What lies in ``row``. Raises ``BadRow``."""
        if row.keys() != self._names:
            self._refuse_names(row)
        whole: dict[str, Any] = {}
        for part, names in self._parts.items():
            values = {field: row[name] for name, field in names.items()}
            whole |= {part: values} if part else values
        return self._read(orjson.dumps(whole), row)

    def _read(self, body: bytes, row: Mapping[str, Any]) -> T:
        """The thing in ``body``: JSON, since strict pydantic takes plain enums and dataclasses from there alone."""
        try:
            thing = self._adapter.validate_json(body, strict=True)
        except ValidationError as error:
            raise BadRow(self._fault(error.errors(include_url=False, include_input=False)[0])) from None
        self._refuse_extremes(row)
        self._check(thing)
        return thing

    def _refuse_names(self, row: Mapping[str, Any]) -> None:
        for name in sorted(self._names - row.keys()):
            raise BadRow(f"{name} is missing")
        for name in sorted(row.keys() - self._names):
            raise BadRow(f"{name[:40]!r} is not known")

    def _refuse_extremes(self, row: Mapping[str, Any]) -> None:
        for name, value in row.items():
            if value == "" and name not in self._empty:
                raise BadRow(f"{name} is empty")
            if type(value) is int and not 0 <= value <= LARGEST:
                raise BadRow(f"{name} is no whole number from 0 to {LARGEST}")

    def _fault(self, error: ErrorDetails) -> str:
        """In our words: pydantic's speak to programmers, and of values."""
        what = f"is not {error['ctx']['expected']}" if error["type"] == "enum" else FAULTS.get(error["type"], "is odd")
        for part, names in self._parts.items():
            for name, field in names.items():
                path = (part, field) if part else (field,)
                if error["loc"][: len(path)] == path:
                    return f"{name} {what}" if error["loc"] == path else f"{name} holds something that {what}"
        return f"it {what}"
