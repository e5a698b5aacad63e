"""Create, set, start, stop, remove: what the operator wants, written down before anything else happens."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from bridge.errors import BadSetting, NameTaken, RoomNotFound
from bridge.rooms.countdown import Countdown
from bridge.rooms.locks import Locks
from bridge.rooms.model import Call, Policy, Room
from bridge.rooms.names import checked_name, checked_seats, checked_slug, checked_title, free_slug, new_id
from bridge.rooms.notes import Notes
from bridge.rooms.ports import RoomStore
from bridge.rooms.scenes import checked_take
from bridge.rooms.seats import no_seat
from bridge.rooms.writes import Writes

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Written:
    """A room as it now stands on disk, and whether this press changed it."""

    room: Room
    changed: bool


class Intent:
    """Every method returns once the intent is on disk and the room's reconciler is awake.

    Raises ``RoomNotFound`` for a room that is gone, ``StoreBroken`` where nothing could be written, and
    ``StoreStalled`` when ``within`` is over (one press if left out). The intent is not called off then: those of one
    room are carried out in the order they came in, each built on the one before, so the newest still wins.
    """

    def __init__(
        self,
        store: RoomStore,
        locks: Locks,
        notes: Notes,
        writes: Writes,
        inside: Callable[[Room], Collection[str]],
        sid: Callable[[Room], str],
        clock_ms: Callable[[], int],
    ) -> None:
        """``inside`` are the identities in a room's call, ``sid`` is what LiveKit calls it, both as last seen."""
        self._store, self._locks, self._writes, self._clock_ms = store, locks, writes, clock_ms
        self._notes, self._inside, self._sid = notes, inside, sid

    async def create(
        self, owner: str, name: str, policy: Policy, *, active: bool, within: Countdown | None = None
    ) -> Room:
        """A new room, always; its slug is made from its name. Raises ``BadSetting``."""
        return (await self._writes.carried_out(self._create(owner, name, policy, active), within, _room_of)).room

    async def ensure(
        self, owner: str, slug: str, name: str, policy: Policy, *, active: bool, within: Countdown | None = None
    ) -> Written:
        """The room of this slug, made if it is not there. A room that is there stays as it is.

        Raises ``BadSetting``, and ``NameTaken`` where the slug is somebody else's.
        """
        return await self._writes.carried_out(self._ensure(owner, slug, name, policy, active), within, _room_of)

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
        return await self._writes.carried_out(self._set(room_id, name, policy, active), within, _room_of)

    async def title(self, room_id: str, seat: str, text: str, within: Countdown | None = None) -> Written:
        """What the operator calls the person in a seat; an empty text is none. Raises ``BadSetting``, ``Nobody``."""
        return await self._writes.carried_out(self._title(room_id, seat, text), within, _room_of)

    async def take(self, room_id: str, scene: str, seat: str, within: Countdown | None = None) -> Written:
        """What ``scene`` shows from now on: a seat, its screen, or nothing. Raises ``BadSetting``, ``Nobody``."""
        return await self._writes.carried_out(self._take(room_id, scene, seat), within, _room_of)

    async def remove(self, room_id: str, within: Countdown | None = None) -> Room:
        """Forget the room and end its call. Its slug is free again, and its keys and links come back with it."""
        return (await self._writes.carried_out(self._remove(room_id), within, _room_of)).room

    async def hand_over(self, owner: str, to: str) -> Collection[Room]:
        """Stop every room of a user who goes, and give them to another one; the user is removed in the same commit.

        Answers the rooms as they were.
        """
        return await self._writes.carried_out(
            self._hand_over(owner, to), None, lambda rooms: [room.id for room in rooms]
        )

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
            room = replace(before, name=name or before.name, policy=_checked(replace(before.policy, **policy)))
            call = None
            if active is not None and active != before.active:
                call = _ended(before)
                room = replace(room, active=active, call=str(uuid4()) if active else "")
            elif room.active and room.policy.lobby and not before.policy.lobby:
                call = self._notes.of(room).admitted(*self._inside(room)).call  # it is for whoever comes next
            changed = room != before
            if changed:
                room = replace(room, sid=self._sid(before), revision=before.revision + 1, modified=self._clock_ms())
                await self._store.save(room, call=call)
        return Written(room, changed)

    async def _title(self, room_id: str, seat: str, text: str) -> Written:
        title = checked_title(text)
        async with self._locks.of(room_id):
            before = self._found(room_id)
            if seat not in before.policy.seats:
                raise no_seat(before, seat)
            titles = {name: said for name, said in before.titles.items() if name != seat} | (
                {seat: title} if title else {}
            )
            return await self._save_if_changed(before, replace(before, titles=titles))

    async def _take(self, room_id: str, scene: str, seat: str) -> Written:
        async with self._locks.of(room_id):
            before = self._found(room_id)
            checked_take(before, scene, seat)
            return await self._save_if_changed(before, replace(before, takes={**before.takes, scene: seat}))

    async def _save_if_changed(self, before: Room, room: Room) -> Written:
        """Under the room's lock."""
        if room == before:
            return Written(before, changed=False)
        room = replace(room, revision=before.revision + 1, modified=self._clock_ms())
        await self._store.save(room)
        return Written(room, changed=True)

    async def _remove(self, room_id: str) -> Written:
        async with self._locks.of(room_id):
            room = self._found(room_id)
            await self._store.remove(room, call=_ended(room))
        return Written(room, changed=True)

    async def _hand_over(self, owner: str, to: str) -> Collection[Room]:
        async with AsyncExitStack() as stack:
            for room in self._store.of_owner(owner):
                await stack.enter_async_context(self._locks.of(room.id))
            before = self._store.of_owner(owner)
            now = self._clock_ms()
            rooms = [
                replace(room, owner=to, active=False, call="", revision=room.revision + 1, modified=now)
                for room in before
            ]
            await self._store.hand_over(owner, to, rooms, [call for room in before if (call := _ended(room))])
        return before

    def _found(self, room_id: str) -> Room:
        room = self._store.get(room_id)
        if room is None:
            raise RoomNotFound("there is no such room any more")
        return room

    async def _write_new(self, owner: str, slug: str, name: str, policy: Policy, active: bool) -> Written:
        now = self._clock_ms()
        room = Room(
            id=new_id(),
            slug=slug,
            name=name,
            owner=owner,
            policy=_checked(policy),
            active=active,
            call=str(uuid4()) if active else "",
            sid="",
            revision=1,
            created=now,
            modified=now,
        )
        await self._store.save(room)
        return Written(room, changed=True)


def _checked(policy: Policy) -> Policy:
    """Raises ``BadSetting``: a setting that must fit another one."""
    checked_seats(policy.seats)
    if len(policy.seats) > policy.max:
        raise BadSetting(f"max is {policy.max} and seats are {len(policy.seats)}", "give every seat a place: raise max")
    return policy


def _room_of(written: Written) -> Collection[str]:
    return [written.room.id]


def _ended(room: Room) -> Call | None:
    return Call(room.call, room.id, ended=True) if room.call else None
