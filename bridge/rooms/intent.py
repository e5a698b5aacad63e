"""Create, set, start, stop, remove: what the operator wants, written down before anything else happens."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from bridge.errors import NameTaken, RoomNotFound
from bridge.rooms.locks import Locks
from bridge.rooms.model import Call, Policy, Room
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

    Raises ``RoomNotFound`` for a room that is gone, ``StoreBroken`` where nothing could be written.
    """

    def __init__(
        self,
        store: RoomStore,
        locks: Locks,
        wake: Callable[[str], None],
        clock_ms: Callable[[], int],
    ) -> None:
        self._store, self._locks, self._wake, self._clock_ms = store, locks, wake, clock_ms

    async def create(self, owner: str, name: str, policy: Policy, *, active: bool) -> Room:
        """A new room, always; its slug is made from its name. Raises ``BadSetting``."""
        name = checked_name(name)
        slug = free_slug(name, lambda slug: self._store.by_slug(slug) is not None or self._locks.busy(slug))
        async with self._locks.of(slug):
            return await self._write_new(owner, slug, name, policy, active)

    async def ensure(self, owner: str, slug: str, name: str, policy: Policy, *, active: bool) -> Written:
        """The room of this slug, made if it is not there. A room that is there stays as it is.

        Raises ``BadSetting``, and ``NameTaken`` where the slug is somebody else's.
        """
        slug, name = checked_slug(slug), checked_name(name)
        async with self._locks.of(slug):
            there = self._store.by_slug(slug)
            if there is None:
                return Written(await self._write_new(owner, slug, name, policy, active), changed=True)
        if there.owner != owner:
            raise NameTaken(f"{slug} is another user's room", "choose another name")
        return Written(there, changed=False)

    async def start(self, room_id: str) -> Written:
        return await self.set(room_id, active=True)

    async def stop(self, room_id: str) -> Written:
        return await self.set(room_id, active=False)

    async def set(
        self,
        room_id: str,
        *,
        name: str | None = None,
        policy: Mapping[str, Any] = NOTHING,
        active: bool | None = None,
    ) -> Written:
        """Change what is given: ``policy`` holds the fields of ``Policy`` that change, checked by the caller.

        The call gets a new name at each change from stopped to started, and only then.
        """
        name = None if name is None else checked_name(name)
        async with self._locks.of(room_id):
            before = self._found(room_id)
            room = replace(before, name=name or before.name, policy=replace(before.policy, **policy))
            ended = None
            if active is not None and active != before.active:
                ended = _ended(before)
                room = replace(room, active=active, call=str(uuid4()) if active else "")
            changed = room != before
            if changed:
                room = replace(room, revision=before.revision + 1, modified=self._clock_ms())
                await self._store.save(room, ended=ended)
        self._wake(room_id)
        return Written(room, changed)

    async def remove(self, room_id: str) -> Room:
        """Forget the room and end its call. Its slug is free again, and its keys and links come back with it."""
        async with self._locks.of(room_id):
            room = self._found(room_id)
            await self._store.remove(room, ended=_ended(room))
        self._wake(room_id)
        return room

    async def hand_over(self, owner: str, to: str) -> Collection[Room]:
        """Stop every room of a user who goes, and give them to another one; the user is removed in the same commit.

        Answers the rooms as they were.
        """
        async with AsyncExitStack() as stack:
            for room in self._store.of_owner(owner):
                await stack.enter_async_context(self._locks.of(room.id))
            before = self._store.of_owner(owner)
            rooms = [
                replace(room, owner=to, active=False, call="", revision=room.revision + 1, modified=self._clock_ms())
                for room in before
            ]
            await self._store.hand_over(owner, rooms, [call for room in before if (call := _ended(room))])
        for room in before:
            self._wake(room.id)
        return before

    def _found(self, room_id: str) -> Room:
        room = self._store.get(room_id)
        if room is None:
            raise RoomNotFound("there is no such room any more")
        return room

    async def _write_new(self, owner: str, slug: str, name: str, policy: Policy, active: bool) -> Room:
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
        self._wake(room.id)
        return room


def _ended(room: Room) -> Call | None:
    return Call(room.call, room.id, ended=True) if room.call else None
