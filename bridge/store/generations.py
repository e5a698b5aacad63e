"""Generations of derived keys and link codes on disk. They outlive the rooms, so no old key ever works again."""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.access.derived import Derived, Generation
from bridge.store.collection import Collection, commit
from bridge.store.database import Database
from bridge.store.layout import BadRow, Layout

FIRST = Generation()


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: Derived
    owner: str
    slug: str
    generation: Generation


class Generations:
    """Implements ``bridge.access.derived.GenerationRows``: by kind, owner and slug. Used from one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._entries = Collection(
            database, "generations", ENTRY, lambda entry: _key(entry.kind, entry.owner, entry.slug)
        )

    def get(self, kind: Derived, owner: str, slug: str) -> Generation:
        """What is valid now; (1, 1) for what was never set."""
        entry = self._entries.things.get(_key(kind, owner, slug))
        return entry.generation if entry is not None else FIRST

    async def set(self, kind: Derived, owner: str, generations: Mapping[str, Generation]) -> None:
        """Keep them, all or none; on disk when this returns."""
        entries = [_Entry(kind, owner, slug, generation) for slug, generation in generations.items()]
        await commit(self._database, map(self._entries.put, entries))


def _key(kind: Derived, owner: str, slug: str) -> str:
    return f"{kind.value}/{owner}/{slug}"


def _check(entry: _Entry) -> None:
    if not 1 <= entry.generation.oldest <= entry.generation.current:
        raise BadRow("oldest is not from 1 to current")


ENTRY = Layout(_Entry, inline="generation", check=_check)
