"""Somebody who is told of rooms as they change: which ones to look at, and which are no more.

They are told how things are now and not how they came to be so: who reads slowly misses what was between, and nothing
piles up for them.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bridge.access.keys import Scope
from bridge.rooms.changes import EVERY_ROOM
from bridge.rooms.model import Room
from bridge.web.parts import Parts


@dataclass(slots=True)
class Following:
    """Of ``only`` that room, else of all that ``scope`` covers; all of them are new at first. ``woken`` by a change."""

    parts: Parts
    scope: Scope
    only: str = ""
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: set[str] = field(default_factory=lambda: {EVERY_ROOM})
    _slugs: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def hearing(self) -> Iterator[None]:
        unsubscribe = self.parts.changes.subscribe(self._note)
        try:
            yield
        finally:
            unsubscribe()

    def changed(self) -> Sequence[Room]:
        """Those that may be other than they were when this was asked last."""
        changed, self._changed = self._changed, set()
        store = self.parts.store
        ids: Iterable[str] = [self.only] if self.only else changed
        every = EVERY_ROOM in changed and not self.only
        rooms = [*(store.of_owner(self.scope.owner) if every else filter(None, map(store.get, ids)))]
        rooms = [room for room in rooms if self._is_theirs(room)]
        self._slugs.update((room.id, room.slug) for room in rooms)
        return rooms

    def gone(self) -> Sequence[tuple[str, str]]:
        """Ids and slugs of those that were, and are no longer."""
        gone = [
            (room_id, slug)
            for room_id, slug in self._slugs.items()
            if not (room := self.parts.store.get(room_id)) or not self._is_theirs(room)
        ]
        for room_id, _ in gone:
            del self._slugs[room_id]
        return gone

    def look_again(self) -> None:
        """At all of them: some of it changes by time alone."""
        self._note(EVERY_ROOM)

    def _is_theirs(self, room: Room) -> bool:
        return room.owner == self.scope.owner and self.scope.covers(room.slug)

    def _note(self, room_id: str) -> None:
        if room_id in (EVERY_ROOM, self.only) or not self.only:
            self._changed.add(room_id)
            self.woken.set()
