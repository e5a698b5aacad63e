"""What is written down about a room's call and its seats: who took an identity, who sits where, who may come in."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from bridge.errors import RoomNotFound, RoomStopped
from bridge.rooms.countdown import Countdown
from bridge.rooms.locks import Locks
from bridge.rooms.model import Call, Holder, Role, Room
from bridge.rooms.ports import RoomStore
from bridge.rooms.writes import Writes


@dataclass(frozen=True, slots=True)
class Noted:
    """The present call of a room, a nameless one while it is stopped, and its holders by seat."""

    call: Call
    holders: Mapping[str, Holder]

    def taken(self, identity: str, mint: str) -> "Noted":
        """Weaker mints of ``identity`` are worth nothing from now on."""
        return replace(self, call=replace(self.call, taken=_with(self.call.taken, identity, mint)))

    def seated(self, holder: Holder) -> "Noted":
        return replace(self, holders=_with(self.holders, holder.seat, holder))

    def admitted(self, *who: str) -> "Noted":
        """These browsers or identities may come in, and are barred no longer."""
        admitted = tuple(dict.fromkeys((*self.call.admitted, *who)))
        barred = {one: seat for one, seat in self.call.barred.items() if one not in who}
        return replace(self, call=replace(self.call, admitted=admitted, barred=MappingProxyType(barred)))

    def barred(self, who: str, seat: str) -> "Noted":
        """This browser or identity, last seen in ``seat`` if in any, is kept out."""
        admitted = tuple(one for one in self.call.admitted if one != who)
        return replace(self, call=replace(self.call, admitted=admitted, barred=_with(self.call.barred, who, seat)))

    def made(self, identity: str, role: Role) -> "Noted":
        """This person is ``role`` from now on, whatever their token says."""
        return replace(self, call=replace(self.call, roles=_with(self.call.roles, identity, role)))

    def blocked(self, identity: str, sources: Collection[str]) -> "Noted":
        """They may not send these."""
        return self._with_blocked(identity, {*self.call.blocked.get(identity, ()), *sources})

    def allowed(self, identity: str, sources: Collection[str]) -> "Noted":
        """They may send these again."""
        return self._with_blocked(identity, {*self.call.blocked.get(identity, ())}.difference(sources))

    def _with_blocked(self, identity: str, sources: Collection[str]) -> "Noted":
        others = {one: taken for one, taken in self.call.blocked.items() if one != identity}
        mine = {identity: tuple(sorted(sources))} if sources else {}
        return replace(self, call=replace(self.call, blocked=MappingProxyType({**others, **mine})))

    def unbarred(self, seat: str) -> "Noted":
        """Whoever was barred from ``seat`` may come again."""
        barred = {one: place for one, place in self.call.barred.items() if place != seat}
        return replace(self, call=replace(self.call, barred=MappingProxyType(barred)))


T = TypeVar("T")
Change = Callable[[Noted], Noted]
"""What somebody wants noted. The same one twice is as good as once."""


class Notes:
    """Writes them. Many who wait for a room's lock at the same time cost one write."""

    def __init__(self, store: RoomStore, locks: Locks, writes: Writes) -> None:
        self._store, self._locks, self._writes = store, locks, writes
        self._pending: dict[tuple[str, str], list[Change]] = {}

    def of(self, room: Room) -> Noted:
        return Noted(self._store.calls().get(room.call) or Call(room.call, room.id), self._store.holders_of(room.id))

    async def write(self, room: Room, change: Change, *, within: Countdown | None = None) -> bool:
        """Note ``change`` about the room and its call of now; answers whether it changed anything.

        Raises ``RoomStopped`` where that call has ended meanwhile, ``RoomNotFound``, ``StoreBroken``, ``StoreStalled``.
        """
        self._pending.setdefault((room.id, room.call), []).append(change)
        return await self._writes.carried_out(self._write(room, change), within, lambda _: ())

    async def _write(self, room: Room, change: Change) -> bool:
        async with self._locks.of(room.id):
            changes = self._pending.pop((room.id, room.call), [])
            now = self._store.get(room.id)
            if now is None:
                raise RoomNotFound("there is no such room any more")
            if now.call != room.call:
                raise RoomStopped(f"{room.slug} is stopped")
            before = after = self.of(room)
            for one in (*changes, change):  # where another waiter's write took this one along, it changes nothing now
                after = one(after)
            calls = [after.call] if room.call and after.call != before.call else []
            holders = [holder for seat, holder in after.holders.items() if before.holders.get(seat) != holder]
            if not calls and not holders:
                return False
            await self._store.note(calls, holders)
        return True


def _with(mapping: Mapping[str, T], key: str, value: T) -> Mapping[str, T]:
    return MappingProxyType({**mapping, key: value})
