"""Reading a stored row field by field: a field that is missing, unknown or of another kind is named, never guessed."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

E = TypeVar("E", bound=Enum)


class BadRow(ValueError):
    """A row that is not what its table holds; the text names the field and never its value."""


class Fields:
    """Takes the fields of one row, each once. ``end`` refuses what nobody took."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._rest = dict(row)

    def _take(self, name: str) -> Any:
        if name not in self._rest:
            raise BadRow(f"{name} is missing")
        return self._rest.pop(name)

    def text(self, name: str, *, empty: bool = False) -> str:
        value = self._take(name)
        if not isinstance(value, str) or not (value or empty):
            raise BadRow(f"{name} is no text" if not isinstance(value, str) else f"{name} is empty")
        return value

    def texts(self, name: str) -> dict[str, str]:
        """An object of texts."""
        value = self._take(name)
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise BadRow(f"{name} is no object of texts")
        return value

    def flag(self, name: str) -> bool:
        value = self._take(name)
        if not isinstance(value, bool):
            raise BadRow(f"{name} is neither true nor false")
        return value

    def number(self, name: str, least: int = 0, most: int = 2**53) -> int:
        value = self._take(name)
        if type(value) is not int or not least <= value <= most:
            raise BadRow(f"{name} is no whole number from {least} to {most}")
        return value

    def choice(self, name: str, kind: type[E]) -> E:
        try:
            return kind(self._take(name))
        except ValueError:
            raise BadRow(f"{name} is none of {', '.join(str(member.value) for member in kind)}") from None

    def end(self) -> None:
        if self._rest:
            raise BadRow(f"{next(iter(self._rest))[:40]!r} is not known")
