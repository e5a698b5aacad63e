"""Generations of derived keys and link codes on disk. They outlive the rooms, so no old key ever works again."""

from dataclasses import dataclass
from enum import StrEnum

from bridge.store.collection import Collection, commit
from bridge.store.database import Database
from bridge.store.layout import BadRow, Layout

EVERY_ROOM = "*"


class KeyKind(StrEnum):
    """What is derived: a room's key, a studio's key, the link codes of a room."""

    ROOM = "room"
    STUDIO = "studio"
    LINKS = "links"


@dataclass(frozen=True, slots=True)
class Generation:
    """``oldest`` to ``current`` are valid, both included; 1 <= ``oldest`` <= ``current``."""

    current: int = 1
    oldest: int = 1


FIRST = Generation()


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: KeyKind
    owner: str
    slug: str
    generation: Generation


class Generations:
    """Generations by kind, owner and slug. Used from one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._entries = Collection(
            database, "generations", ENTRY, lambda entry: _key(entry.kind, entry.owner, entry.slug)
        )

    def get(self, kind: KeyKind, owner: str, slug: str = EVERY_ROOM) -> Generation:
        """What is valid now; (1, 1) for what was never set."""
        entry = self._entries.things.get(_key(kind, owner, slug))
        return entry.generation if entry is not None else FIRST

    async def set(self, kind: KeyKind, owner: str, slug: str, generation: Generation) -> None:
        """Keep ``generation``; on disk when this returns. Raises ``StoreBroken``; ``ValueError`` outside its range."""
        await commit(self._database, [self._entries.put(_Entry(kind, owner, slug, generation))])


def _key(kind: KeyKind, owner: str, slug: str) -> str:
    return f"{kind.value}/{owner}/{slug}"


def _check(entry: _Entry) -> None:
    if not 1 <= entry.generation.oldest <= entry.generation.current:
        raise BadRow("oldest is not from 1 to current")


ENTRY = Layout(_Entry, inline="generation", check=_check)
