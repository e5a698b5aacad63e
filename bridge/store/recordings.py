"""What was recorded, on disk: it outlives rooms and calls. The files are the recorders'."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace

from bridge.rooms.model import Recorded
from bridge.store.collection import Collection, Step, commit
from bridge.store.database import Database
from bridge.store.layout import BadRow, Layout


class Recordings:
    """Implements ``bridge.rooms.ports.RecordingStore``. Used from one event loop.

    Each write is made of what the one before left: a recording and the removal of its owner may meet.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_owner: dict[str, dict[str, Recorded]] = {}
        self._unfinished: dict[str, Recorded] = {}
        self._writing = asyncio.Lock()
        self._recordings = Collection(database, "recordings", RECORDED, lambda one: one.id, changed=self._index)

    def get(self, recording_id: str) -> Recorded | None:
        return self._recordings.things.get(recording_id)

    def of_owner(self, owner: str) -> tuple[Recorded, ...]:
        """Those of one user, newest first."""
        return _newest_first(self._by_owner.get(owner, {}).values())

    def of_slug(self, owner: str, slug: str) -> tuple[Recorded, ...]:
        """The same of one room, or of a room that had its name."""
        return _newest_first(one for one in self._by_owner.get(owner, {}).values() if one.slug == slug)

    def named(self, slug: str) -> tuple[Recorded, ...]:
        """Those of all rooms that have or had this name: their files lie side by side."""
        return tuple(one for one in self._recordings.things.values() if one.slug == slug)

    def unfinished(self) -> tuple[Recorded, ...]:
        """Those without an end, oldest first."""
        return tuple(sorted(self._unfinished.values(), key=lambda one: one.started))

    async def add(self, recorded: Recorded) -> None:
        """Keep a new one. Raises ``StoreBroken``."""
        async with self._writing:
            await self._commit(self._recordings.put(recorded))

    async def change(self, recording_id: str, change: Callable[[Recorded], Recorded]) -> Recorded | None:
        """Write one as ``change`` makes it, and answer that; None where it is gone. Raises ``StoreBroken``."""
        async with self._writing:
            before = self.get(recording_id)
            after = change(before) if before else None
            if after is not None and after != before:
                await self._commit(self._recordings.put(after))
            return after

    async def remove(self, recording_id: str) -> None:
        """Forget one; one that is gone is fine. Raises ``StoreBroken``."""
        async with self._writing:
            await self._commit(self._recordings.drop(recording_id))

    @asynccontextmanager
    async def handing_over(self, owner: str, to: str) -> AsyncIterator[Iterable[Step]]:
        """The steps that make them another user's; nothing else is written before it is left."""
        async with self._writing:
            yield [self._recordings.put(replace(one, owner=to)) for one in self.of_owner(owner)]

    async def _commit(self, step: Step | None) -> None:
        await commit(self._database, [step] if step else [], patient=True)

    def _index(self, old: Recorded | None, new: Recorded | None) -> None:
        if old is not None:
            del self._by_owner[old.owner][old.id]
            if not self._by_owner[old.owner]:
                del self._by_owner[old.owner]
            self._unfinished.pop(old.id, None)
        if new is not None:
            self._by_owner.setdefault(new.owner, {})[new.id] = new
            if not new.ended:
                self._unfinished[new.id] = new


def _newest_first(recordings: Iterable[Recorded]) -> tuple[Recorded, ...]:
    return tuple(sorted(recordings, key=lambda one: one.started, reverse=True))


def _check(recorded: Recorded) -> None:
    for part in recorded.parts:
        if not part.file or part.bytes < 0 or part.seconds < 0:
            raise BadRow("parts holds something that is odd")


RECORDED = Layout(Recorded, named={"room_id": "room"}, empty=("reason",), check=_check)
