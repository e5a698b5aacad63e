"""Create, set, start, stop, remove: what the operator wants, written down before anything else happens."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from bridge.errors import NameTaken, RoomNotFound, StoreStalled
from bridge.rooms.countdown import Countdown
from bridge.rooms.locks import Locks
from bridge.rooms.model import EndedCall, Policy, Room
from bridge.rooms.names import checked_name, checked_slug, free_slug, new_id
from bridge.rooms.ports import RoomStore

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Written:
    """A room as it now stands on disk, and whether this press changed it."""

    room: Room
    changed: bool


class Intent:
    """Every method returns once the intent is on disk and the room's converger is awake.

    Raises ``RoomNotFound`` for a room that is gone, ``StoreBroken`` where nothing could be written, and
    ``StoreStalled`` when ``within`` is over (one press if left out). The intent is not called off then: those of one
    room are carried out in the order they came in, each built on the one before, so the newest still wins.
    """

    def __init__(
        self,
        store: RoomStore,
        locks: Locks,
        wake: Callable[[str], None],
        clock_ms: Callable[[], int],
        *,
        token_ms: int,
    ) -> None:
        self._store, self._locks, self._wake, self._clock_ms = store, locks, wake, clock_ms
        self._token_ms = token_ms
        self._under_way: set[asyncio.Task[Written]] = set()

    async def aclose(self) -> None:
        """Build on nothing any more. What the store accepted is written all the same."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def create(
        self, owner: str, name: str, policy: Policy, *, active: bool, within: Countdown | None = None
    ) -> Room:
        """A new room, always; its slug is made from its name. Raises ``BadSetting``."""
        return (await self._carried_out(self._create(owner, name, policy, active), within)).room

    async def ensure(
        self, owner: str, slug: str, name: str, policy: Policy, *, active: bool, within: Countdown | None = None
    ) -> Written:
        """The room of this slug, made if it is not there. A room that is there stays as it is.

        Raises ``BadSetting``, and ``NameTaken`` where the slug is somebody else's.
        """
        return await self._carried_out(self._ensure(owner, slug, name, policy, active), within)

    async def start(self, room_id: str, within: Countdown | None = None) -> Written:
        return await self.set(room_id, active=True, within=within)

    async def stop(self, room_id: str, within: Countdown | None = None) -> Written:
        return await self.set(room_id, active=False, within=within)

    async def set(
        self,
        room_id: str,
        *,
        name: str | None = None,
        policy: Mapping[str, Any] = NOTHING,
        active: bool | None = None,
        within: Countdown | None = None,
    ) -> Written:
        """Change what is given: ``policy`` holds the fields of ``Policy`` that change, checked by the caller.

        The call gets a new name at each change from stopped to started, and only then.
        """
        return await self._carried_out(self._set(room_id, name, policy, active), within)

    async def remove(self, room_id: str, within: Countdown | None = None) -> Room:
        """Forget the room and end its call. Its slug is free again, and its keys and links come back with it."""
        return (await self._carried_out(self._remove(room_id), within)).room

    async def _carried_out(self, work: Coroutine[Any, Any, Written], within: Countdown | None) -> Written:
        """What ``work`` answers. It runs in a task of its own: it keeps the room's lock until its write has settled,
        and goes on to its end whether its caller still waits or not.
        """
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        seconds = (within or Countdown()).left()
        try:
            await asyncio.wait([task], timeout=seconds)
            if not task.done():
                raise StoreStalled(seconds)
        except BaseException:
            task.add_done_callback(self._landed)
            raise
        written = task.result()
        self._wake(written.room.id)  # here, so that the caller who waits for the converger next shares its run
        return written

    def _landed(self, task: asyncio.Task[Written]) -> None:
        """Nobody waited for it any more. Why it failed, if it did, stands in the log of the store."""
        if not task.cancelled() and task.exception() is None:
            self._wake(task.result().room.id)

    async def _create(self, owner: str, name: str, policy: Policy, active: bool) -> Written:
        name = checked_name(name)
        slug = free_slug(name, lambda slug: self._store.by_slug(slug) is not None or self._locks.busy(slug))
        async with self._locks.of(slug):
            return await self._write_new(owner, slug, name, policy, active)

    async def _ensure(self, owner: str, slug: str, name: str, policy: Policy, active: bool) -> Written:
        slug, name = checked_slug(slug), checked_name(name)
        async with self._locks.of(slug):
            there = self._store.by_slug(slug)
            if there is None:
                return await self._write_new(owner, slug, name, policy, active)
        if there.owner != owner:
            raise NameTaken(f"{slug} is another user's room", "choose another name")
        return Written(there, changed=False)

    async def _set(self, room_id: str, name: str | None, policy: Mapping[str, Any], active: bool | None) -> Written:
        name = None if name is None else checked_name(name)
        async with self._locks.of(room_id):
            before = self._found(room_id)
            room = replace(before, name=name or before.name, policy=replace(before.policy, **policy))
            ended = None
            if active is not None and active != before.active:
                ended = self._ended(before)
                room = replace(room, active=active, call=str(uuid4()) if active else "")
            changed = room != before
            if changed:
                room = replace(room, revision=before.revision + 1, modified=self._clock_ms())
                await self._store.save(room, ended=ended)
        return Written(room, changed)

    async def _remove(self, room_id: str) -> Written:
        async with self._locks.of(room_id):
            room = self._found(room_id)
            await self._store.remove(room, ended=self._ended(room))
        return Written(room, changed=True)

    def _found(self, room_id: str) -> Room:
        room = self._store.get(room_id)
        if room is None:
            raise RoomNotFound("there is no such room any more")
        return room

    def _ended(self, room: Room) -> EndedCall | None:
        return EndedCall(room.call, room.id, self._clock_ms() + self._token_ms) if room.call else None

    async def _write_new(self, owner: str, slug: str, name: str, policy: Policy, active: bool) -> Written:
        now = self._clock_ms()
        room = Room(
            id=new_id(),
            slug=slug,
            name=name,
            owner=owner,
            policy=policy,
            active=active,
            call=str(uuid4()) if active else "",
            sid="",
            revision=1,
            created=now,
            modified=now,
        )
        await self._store.save(room)
        return Written(room, changed=True)
