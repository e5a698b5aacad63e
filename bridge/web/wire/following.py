"""Somebody who is told of rooms as they change: which ones to look at, and which are no more.

They are told how things are now and not how they came to be so: who reads slowly misses what was between, and nothing
piles up for them.
"""

import asyncio
from collections.abc import Collection, Iterator, Sequence
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

    def news(self) -> tuple[Sequence[Room], Sequence[tuple[str, str]]]:
        """Rooms that may be other than they were when this was asked last; ids and slugs of those that are no more."""
        changed: Collection[str] = self._changed
        self._changed = set()
        store, owner = self.parts.store, self.scope.owner
        if self.only:
            changed = [self.only]
        elif EVERY_ROOM in changed:  # the oldest first, as everywhere
            changed = dict.fromkeys([*(room.id for room in store.of_owner(owner)), *self._slugs])
        rooms, gone = list[Room](), list[tuple[str, str]]()
        for room_id in changed:
            room = store.get(room_id)
            if room is not None and room.owner == owner and self.scope.covers(room.slug):
                self._slugs[room_id] = room.slug
                rooms.append(room)
            elif room_id in self._slugs:
                gone.append((room_id, self._slugs.pop(room_id)))
        return rooms, gone

    def look_again(self) -> None:
        """At all of them: some of it changes by time alone."""
        self._note(EVERY_ROOM)

    def _note(self, room_id: str) -> None:
        if room_id in (EVERY_ROOM, self.only) or not self.only:
            self._changed.add(room_id)
            self.woken.set()
