"""Rooms, their calls and who sits in their seats, on disk: the ``RoomStore`` of the rules. No look-up scans."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from types import MappingProxyType

from bridge.rooms.model import MAX_PEOPLE, Call, Holder, Link, Room
from bridge.store.collection import Collection, Step, commit
from bridge.store.database import Database
from bridge.store.layout import BadRow, Layout

CodesOf = Callable[[Room], Mapping[str, Link]]
HandingOver = Callable[[str, str], AbstractAsyncContextManager[Iterable[Step]]]
"""What else of a user becomes another one's, as steps to be committed before it is left."""


def nothing_else(owner: str, to: str) -> AbstractAsyncContextManager[Iterable[Step]]:
    return nullcontext(())


class Rooms:
    """Implements ``bridge.rooms.ports.RoomStore``. Used from one event loop.

    ``codes_of`` gives a room's link codes; where its answer changes for a room, ``reindex`` is called.
    ``removal_of`` gives the step that removes a user, ``handing_over`` those for what is theirs beside rooms.
    """

    def __init__(
        self,
        database: Database,
        codes_of: CodesOf,
        removal_of: Callable[[str], Step | None] = lambda user: None,
        handing_over: HandingOver = nothing_else,
    ) -> None:
        self._database = database
        self._codes_of = codes_of
        self._removal_of = removal_of
        self._handing_over = handing_over
        self._codes: dict[str, tuple[str, Link]] = {}
        self._codes_by_room: dict[str, tuple[str, ...]] = {}
        self._by_call: dict[str, Room] = {}
        self._by_owner: dict[str, dict[str, Room]] = {}
        self._calls_by_room: dict[str, dict[str, Call]] = {}
        self._holders_by_room: dict[str, dict[str, Holder]] = {}
        self._rooms = Collection(database, "rooms", ROOM, lambda room: room.id, lambda room: room.slug, self._index)
        self._calls = Collection(database, "calls", CALL, lambda call: call.name, changed=self._index_call)
        self._holders = Collection(database, "holders", HOLDER, _holder_key, changed=self._index_holder)

    def get(self, room_id: str) -> Room | None:
        return self._rooms.things.get(room_id)

    def by_slug(self, slug: str) -> Room | None:
        return self._rooms.by_unique(slug)

    def by_call(self, call: str) -> Room | None:
        """The room whose present call this is."""
        return self._by_call.get(call)

    def by_code(self, code: str) -> tuple[Room, Link] | None:
        found = self._codes.get(code)
        room = self._rooms.things.get(found[0]) if found is not None else None
        return (room, found[1]) if found is not None and room is not None else None

    def all(self) -> tuple[Room, ...]:
        """Every room, oldest first."""
        return tuple(self._rooms.things.values())

    def of_owner(self, owner: str) -> tuple[Room, ...]:
        """The rooms of one user, oldest first."""
        return tuple(self._by_owner.get(owner, {}).values())

    def calls(self) -> Mapping[str, Call]:
        """Calls that something is written about, by name: a live, read-only view."""
        return self._calls.things

    def calls_of(self, room_id: str) -> tuple[Call, ...]:
        """The same of one room, there or not, oldest first."""
        return tuple(self._calls_by_room.get(room_id, {}).values())

    def holders_of(self, room_id: str) -> Mapping[str, Holder]:
        """Who sits in its seats, or sat there last, by seat: seats that are gone too, and none that was never taken."""
        return MappingProxyType(self._holders_by_room.get(room_id, {}))

    async def save(self, room: Room, *, call: Call | None = None) -> None:
        """Write ``room`` as it is given, new or not, and ``call`` with it.

        Raises ``StoreBroken``; ``ValueError`` when the slug is another room's, the id is that of a room with another
        slug, or a field is outside its range: the rules let none of these through.
        """
        known = self._rooms.things.get(room.id)
        if known is not None and known.slug != room.slug:
            raise ValueError(f"{known.slug} and {room.slug} have one id: a slug is fixed at creation")
        await self._write([self._rooms.put(room)], call)

    async def remove(self, room: Room, *, call: Call | None = None) -> None:
        """Remove the room of that id; none is fine. ``call`` is written with it, and its holders go."""
        holders = [self._holders.drop(_holder_key(holder)) for holder in self.holders_of(room.id).values()]
        await self._write([step for step in (self._rooms.drop(room.id), *holders) if step is not None], call)

    async def hand_over(self, owner: str, to: str, rooms: Iterable[Room], ended: Iterable[Call]) -> None:
        """Write ``rooms`` as they are without the user ``owner``, who is removed, in one commit.

        What else was theirs is ``to``'s then.
        """
        async with self._handing_over(owner, to) as others:
            steps = [*map(self._rooms.put, rooms), *map(self._calls.put, ended), *others, self._removal_of(owner)]
            await commit(self._database, [step for step in steps if step is not None], patient=True)

    async def note(self, calls: Iterable[Call], holders: Iterable[Holder]) -> None:
        """Write these as they are given, in one commit. Raises ``StoreBroken``."""
        steps = [*map(self._calls.put, calls), *map(self._holders.put, holders)]
        await commit(self._database, steps, patient=True)

    async def forget_calls(self, names: Iterable[str]) -> None:
        """Drop calls; unknown ones are fine."""
        steps = [self._calls.drop(name) for name in dict.fromkeys(names)]
        await commit(self._database, [step for step in steps if step is not None])

    def reindex(self, room: Room) -> None:
        """Ask ``codes_of`` again for a room whose link codes were renewed; old codes find nothing from here on."""
        current = self._rooms.things.get(room.id)
        if current is not None:
            self._index_codes(current, current)

    async def _write(self, steps: list[Step], call: Call | None) -> None:
        if call is not None:
            steps.append(self._calls.put(call))
        await commit(self._database, steps, patient=True)

    def _index(self, old: Room | None, new: Room | None) -> None:
        if old is not None and (new is None or new.owner != old.owner):
            del self._by_owner[old.owner][old.id]
            if not self._by_owner[old.owner]:
                del self._by_owner[old.owner]
        if old is not None:
            self._by_call.pop(old.call, None)
        if new is not None:
            self._by_owner.setdefault(new.owner, {})[new.id] = new
            if new.call:
                self._by_call[new.call] = new
        self._index_codes(old, new)

    def _index_call(self, old: Call | None, new: Call | None) -> None:
        if old is not None:
            del self._calls_by_room[old.room_id][old.name]
            if not self._calls_by_room[old.room_id]:
                del self._calls_by_room[old.room_id]
        if new is not None:
            self._calls_by_room.setdefault(new.room_id, {})[new.name] = new

    def _index_holder(self, old: Holder | None, new: Holder | None) -> None:
        if old is not None:
            del self._holders_by_room[old.room_id][old.seat]
            if not self._holders_by_room[old.room_id]:
                del self._holders_by_room[old.room_id]
        if new is not None:
            self._holders_by_room.setdefault(new.room_id, {})[new.seat] = new

    def _index_codes(self, old: Room | None, new: Room | None) -> None:
        if old is not None:
            for code in self._codes_by_room.pop(old.id, ()):
                self._codes.pop(code, None)
        if new is not None:
            codes = dict(self._codes_of(new))
            self._codes_by_room[new.id] = tuple(codes)
            self._codes.update((code, (new.id, link)) for code, link in codes.items())


def _holder_key(holder: Holder) -> str:
    return f"{holder.room_id}/{holder.seat}"


def _check_room(room: Room) -> None:
    if not 1 <= room.policy.max <= MAX_PEOPLE:
        raise BadRow(f"max is no whole number from 1 to {MAX_PEOPLE}")


ROOM = Layout(Room, inline="policy", empty=("call", "sid"), check=_check_room)
CALL = Layout(Call, named={"room_id": "room"})
HOLDER = Layout(Holder, named={"room_id": "room"}, empty=("browser", "name"))
