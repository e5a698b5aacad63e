"""Rooms and their calls on disk: the ``RoomStore`` of the rules. No look-up scans."""

from collections.abc import Callable, Iterable, Mapping

from bridge.rooms.model import MAX_PEOPLE, Call, Role, Room
from bridge.store.collection import Collection, Step, commit
from bridge.store.database import Database
from bridge.store.layout import BadRow, Layout

CodesOf = Callable[[Room], Mapping[str, Role]]


class Rooms:
    """Implements ``bridge.rooms.ports.RoomStore``. Used from one event loop.

    ``codes_of`` gives a room's link codes; where its answer changes for a room, ``reindex`` is called.
    ``removal_of`` gives the step that removes a user.
    """

    def __init__(
        self, database: Database, codes_of: CodesOf, removal_of: Callable[[str], Step | None] = lambda user: None
    ) -> None:
        self._database = database
        self._codes_of = codes_of
        self._removal_of = removal_of
        self._codes: dict[str, tuple[str, Role]] = {}
        self._codes_by_room: dict[str, tuple[str, ...]] = {}
        self._by_owner: dict[str, dict[str, Room]] = {}
        self._calls_by_room: dict[str, dict[str, Call]] = {}
        self._rooms = Collection(database, "rooms", ROOM, lambda room: room.id, lambda room: room.slug, self._index)
        self._calls = Collection(database, "calls", CALL, lambda call: call.name, changed=self._index_call)

    def get(self, room_id: str) -> Room | None:
        return self._rooms.things.get(room_id)

    def by_slug(self, slug: str) -> Room | None:
        return self._rooms.by_unique(slug)

    def by_code(self, code: str) -> tuple[Room, Role] | None:
        room_id, role = self._codes.get(code, ("", Role.GUEST))
        room = self._rooms.things.get(room_id)
        return (room, role) if room is not None else None

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

    async def save(self, room: Room, *, ended: Call | None = None) -> None:
        """Write ``room`` as it is given, new or not, and ``ended`` with it.

        Raises ``StoreBroken``; ``ValueError`` when the slug is another room's, the id is that of a room with another
        slug, or a field is outside its range: the rules let none of these through.
        """
        known = self._rooms.things.get(room.id)
        if known is not None and known.slug != room.slug:
            raise ValueError(f"{known.slug} and {room.slug} have one id: a slug is fixed at creation")
        await self._write([self._rooms.put(room)], ended)

    async def remove(self, room: Room, *, ended: Call | None = None) -> None:
        """Remove the room of that id; none is fine. ``ended`` is written with it."""
        step = self._rooms.drop(room.id)
        await self._write([step] if step is not None else [], ended)

    async def hand_over(self, owner: str, rooms: Iterable[Room], ended: Iterable[Call]) -> None:
        """Write ``rooms`` as they are without the user ``owner``, who is removed, in one commit."""
        steps = [*map(self._rooms.put, rooms), *map(self._calls.put, ended), self._removal_of(owner)]
        await commit(self._database, [step for step in steps if step is not None], patient=True)

    async def save_call(self, call: Call) -> None:
        """Write ``call`` as it is given. Raises ``StoreBroken``."""
        await commit(self._database, [self._calls.put(call)], patient=True)

    async def forget_calls(self, names: Iterable[str]) -> None:
        """Drop calls; unknown ones are fine."""
        steps = [self._calls.drop(name) for name in dict.fromkeys(names)]
        await commit(self._database, [step for step in steps if step is not None])

    def reindex(self, room: Room) -> None:
        """Ask ``codes_of`` again for a room whose link codes were renewed; old codes find nothing from here on."""
        current = self._rooms.things.get(room.id)
        if current is not None:
            self._index_codes(current, current)

    async def _write(self, steps: list[Step], ended: Call | None) -> None:
        if ended is not None:
            steps.append(self._calls.put(ended))
        await commit(self._database, steps, patient=True)

    def _index(self, old: Room | None, new: Room | None) -> None:
        if old is not None and (new is None or new.owner != old.owner):
            del self._by_owner[old.owner][old.id]
            if not self._by_owner[old.owner]:
                del self._by_owner[old.owner]
        if new is not None:
            self._by_owner.setdefault(new.owner, {})[new.id] = new
        self._index_codes(old, new)

    def _index_call(self, old: Call | None, new: Call | None) -> None:
        if old is not None:
            del self._calls_by_room[old.room_id][old.name]
            if not self._calls_by_room[old.room_id]:
                del self._calls_by_room[old.room_id]
        if new is not None:
            self._calls_by_room.setdefault(new.room_id, {})[new.name] = new

    def _index_codes(self, old: Room | None, new: Room | None) -> None:
        if old is not None:
            for code in self._codes_by_room.pop(old.id, ()):
                self._codes.pop(code, None)
        if new is not None:
            codes = dict(self._codes_of(new))
            self._codes_by_room[new.id] = tuple(codes)
            self._codes.update((code, (new.id, role)) for code, role in codes.items())


def _check_room(room: Room) -> None:
    if not 1 <= room.policy.max <= MAX_PEOPLE:
        raise BadRow(f"max is no whole number from 1 to {MAX_PEOPLE}")


ROOM = Layout(Room, inline="policy", empty=("call", "sid"), check=_check_room)
CALL = Layout(Call, named={"room_id": "room"})
