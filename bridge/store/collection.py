"""A table of typed things: frozen objects decoded once and found by key, written through commits.

Reads answer from memory, which changes once the disk has the change. Keys and row ids of writes under way are held, so
that two of them can never make two rows of one thing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from bridge.errors import StoreBroken
from bridge.store.database import Database
from bridge.store.layout import BadRow, Layout
from bridge.store.rows import Change

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a commit: what memory does when it sets out, and once it is known whether the disk has it."""

    change: Change
    begin: Callable[[], None]
    settle: Callable[[bool], None]


async def commit(database: Database, steps: Iterable[Step], *, patient: bool = False) -> None:
    """Write ``steps``, all or none; memory has them when this returns. Raises ``StoreBroken``, nothing changed then,
    and ``StoreStalled`` when the disk takes its time, unless ``patient``: memory has them once the disk has them.
    """
    steps = list(steps)

    def done(written: bool) -> None:
        for step in steps:
            step.settle(written)

    for step in steps:
        step.begin()
    await database.commit([step.change for step in steps], done, patient=patient)


class Collection(Generic[T]):
    """The things of ``table`` by ``key``; each has a second key of its own where ``unique`` gives one.

    ``changed(old, new)`` keeps further indexes; it is called for each one loaded. Raises ``StoreBroken`` for a row that
    cannot be read, naming row and field. Used from one event loop.
    """

    def __init__(
        self,
        database: Database,
        table: str,
        layout: Layout[T],
        key: Callable[[T], str],
        unique: Callable[[T], str] = lambda thing: "",
        changed: Callable[[T | None, T | None], None] | None = None,
    ) -> None:
        self._database = database
        self._table = table
        self._layout = layout
        self._key = key
        self._unique = unique
        self._changed = changed
        self._things: dict[str, T] = {}
        self._keys: dict[str, str] = {}
        self._claims: dict[str, list[str]] = {}
        self._row_ids: dict[str, int] = {}
        self._under_way: Counter[str] = Counter()
        self.things: Mapping[str, T] = MappingProxyType(self._things)
        for row_id, row in database.rows(table):
            self._load(row_id, row)

    def by_unique(self, value: str) -> T | None:
        """The thing on the disk whose second key is ``value``."""
        return self._things.get(self._keys.get(value, ""))

    def put(self, thing: T) -> Step:
        """The step that makes ``thing`` what its key stands for.

        Raises ``ValueError`` for a thing that could not be read back, and for one whose second key is another's, be it
        one on its way to or from the disk.
        """
        key, unique, row = self._key(thing), self._unique(thing), self._layout.row(thing)
        if any(holder != key for holder in (self._keys.get(unique, key), *self._claims.get(unique, ()))):
            raise ValueError(f"{self._table}: {unique} is another's")
        if key not in self._row_ids:
            self._row_ids[key] = self._database.new_id(self._table)
        return self._step(key, thing, row)

    def drop(self, key: str) -> Step | None:
        """The step that removes what ``key`` stands for; ``None`` when there is nothing."""
        return self._step(key, None, None) if self._holds(key) else None

    def _step(self, key: str, thing: T | None, row: Mapping[str, Any] | None) -> Step:
        unique = self._unique(thing) if thing is not None else ""

        def begin() -> None:
            self._under_way[key] += 1
            if unique:
                self._claims.setdefault(unique, []).append(key)

        def settle(written: bool) -> None:
            if written:
                self._set(key, thing)
            self._under_way[key] -= 1
            if not self._under_way[key]:
                del self._under_way[key]
                if key not in self._things:
                    self._row_ids.pop(key, None)
            if unique:
                self._claims[unique].remove(key)
                if not self._claims[unique]:
                    del self._claims[unique]

        return Step(Change(self._table, self._row_ids[key], row), begin, settle)

    def _holds(self, key: str) -> bool:
        return key in self._things or self._under_way[key] > 0

    def _set(self, key: str, thing: T | None) -> None:
        old = self._things.get(key)
        if old is not None:
            self._keys.pop(self._unique(old), None)
        if thing is None:
            self._things.pop(key, None)
        else:
            self._things[key] = thing
            if unique := self._unique(thing):
                self._keys[unique] = key
        if self._changed is not None:
            self._changed(old, thing)

    def _load(self, row_id: int, row: Mapping[str, Any]) -> None:
        try:
            thing = self._layout.thing(row)
            key = self._key(thing)
            if key in self._things or self._unique(thing) in self._keys:
                raise BadRow("it stands twice in the table")
        except BadRow as error:
            raise StoreBroken(
                f"cannot start: row {row_id} of {self._table} in {self._database.path}: {error}",
                "put it right in that file, or put a good copy of the file back",
            ) from error
        self._row_ids[key] = row_id
        self._set(key, thing)
