"""TinyDB's table over rows of text: a write hands the storage the rows that changed, a read decodes what it returns.

TinyDB's own methods do the work; only the two places where they meet the storage are replaced. Since each read decodes
afresh, no result is shared with the store, with a later result, or with the query cache (which is off).
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

from tinydb.storages import Storage
from tinydb.table import Table

from bridge.store.rows import Change, Texts, decode, encode
from bridge.store.storage import RowStorage


class RowTable(Table):
    """``tinydb.table.Table`` for a ``RowStorage``: same methods, durable on return, blocking while the disk works.

    Row ids are never used twice while the store is open. A conditional read or write decodes every row, an id or a row
    at hand does not. Raises ``ValueError`` for a row that is no JSON and ``StoreBroken`` when the disk refuses; nothing
    is changed then.
    """

    def __init__(self, storage: Storage, name: str, cache_size: int = 0, persist_empty: bool = False) -> None:
        if not isinstance(storage, RowStorage):
            raise TypeError("a RowTable needs a RowStorage")
        self._rows = storage
        # TinyDB's query cache hands the same dicts out twice, so ``cache_size`` is not taken up.
        super().__init__(storage, name, cache_size=0)
        if persist_empty:
            storage.commit_now([Change(name, 0, None)])

    def __len__(self) -> int:
        return len(self._rows.generation.get(self.name, ()))

    def _read_table(self) -> Mapping[str, dict[str, Any]]:  # type: ignore[override]  # read-only, rows decoded on access
        return _Rows(self._rows.generation.get(self.name, {}))

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        self._rows.commit_now(())  # so that what was accepted before is seen
        draft = _Draft(self.name, self._rows.generation.get(self.name, {}))
        updater(draft)
        changes = draft.changes()
        if not changes and self.name not in self._rows.generation:
            changes = [Change(self.name, 0, None)]  # there is a table afterwards, as with TinyDB's own
        self._rows.commit_now(changes)

    def _get_next_id(self) -> int:
        return self._rows.new_id(self.name)


class _Rows(Mapping[str, dict[str, Any]]):
    """Rows by the text of their id, as TinyDB reads them from a JSON file."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __getitem__(self, key: str) -> dict[str, Any]:
        try:
            return decode(self._texts[int(key)])
        except ValueError:
            raise KeyError(key) from None

    def __iter__(self) -> Iterator[str]:
        return map(str, self._texts)

    def __len__(self) -> int:
        return len(self._texts)


class _Draft(MutableMapping[int, Any]):
    """A table while one of TinyDB's updaters works on it: rows may be set, removed, and changed where they are."""

    def __init__(self, name: str, texts: Texts) -> None:
        self._name = name
        self._texts = texts
        self._open: dict[int, Any] = {}
        self._gone: set[int] = set()

    def __getitem__(self, row_id: int) -> Any:
        if row_id not in self._open:
            if row_id in self._gone:
                raise KeyError(row_id)
            self._open[row_id] = decode(self._texts[row_id])
        return self._open[row_id]

    def __setitem__(self, row_id: int, row: Any) -> None:
        self._open[row_id] = row

    def __delitem__(self, row_id: int) -> None:
        if row_id not in self:
            raise KeyError(row_id)
        self._open.pop(row_id, None)
        self._gone.add(row_id)

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._open or (row_id in self._texts and row_id not in self._gone)

    def __iter__(self) -> Iterator[int]:
        yield from (row_id for row_id in self._texts if row_id in self)
        yield from (row_id for row_id in self._open if row_id not in self._texts)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        self._open.clear()
        self._gone.update(self._texts)

    def changes(self) -> list[Change]:
        """The rows that are not what they were. Raises ``ValueError`` for a row that is no JSON."""
        removed = [Change(self._name, row_id, None) for row_id in self._texts if row_id not in self]
        opened = [Change(self._name, row_id, row) for row_id, row in self._open.items()]
        return removed + [change for change in opened if encode(change).text != self._texts.get(change.row_id)]
