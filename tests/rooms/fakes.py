"""A media server and a store in memory: what real ones cannot be told to do is a hang or a failure at a given call."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import uuid4

from bridge.errors import BridgeError
from bridge.rooms.grants import permissions
from bridge.rooms.model import PRESETS, Call, Holder, Link, Policy, Recorded, Role, Room
from bridge.rooms.names import new_id
from bridge.rooms.ports import CallInfo, CallPlan, Participant, Pass, Permissions


class FakeMedia:
    """Implements ``MediaServer``. ``log`` holds every call as ``"open name"``, in the order of their beginning."""

    kind = "livekit"

    def __init__(self) -> None:
        self.log: list[str] = []
        self.passes: list[Pass] = []
        self.held: dict[str, CallInfo] = {}
        self.inside: dict[str, list[Participant]] = {}
        self.errors: dict[str, BridgeError] = {}
        """By method: raised at each call of it, until taken out."""
        self.gates: dict[str, asyncio.Event] = {}
        """By method: each call of it waits here first, until taken out."""

    def hang(self, method: str) -> asyncio.Event:
        """Calls of ``method`` hang until the event is set."""
        gate = self.gates[method] = asyncio.Event()
        return gate

    def count(self, method: str) -> int:
        return sum(entry.split()[0] == method for entry in self.log)

    async def open(self, plan: CallPlan) -> CallInfo:
        await self._called("open", plan.name)
        made = CallInfo(plan.name, f"RM_{uuid4().hex[:8]}", plan.limit, plan.metadata, 0)
        return self.held.setdefault(plan.name, made)

    async def close(self, name: str) -> None:
        await self._called("close", name)
        self.held.pop(name, None)
        self.inside.pop(name, None)

    async def calls(self) -> Mapping[str, CallInfo]:
        listed = dict(self.held)
        await self._called("calls", "")
        return listed

    async def participants(self, name: str) -> Sequence[Participant]:
        await self._called("participants", name)
        return tuple(self.inside.get(name, ()))

    async def set_metadata(self, name: str, metadata: str) -> None:
        await self._called("set_metadata", name)
        self.held[name] = replace(self.held[name], metadata=metadata)

    async def set_permissions(self, name: str, identity: str, permissions: Permissions) -> None:
        await self._called("set_permissions", identity)
        self.inside[name] = [
            replace(p, permissions=permissions) if p.identity == identity else p for p in self.inside[name]
        ]

    async def mute(self, name: str, identity: str, track: str) -> None:
        await self._called("mute", track)
        self.inside[name] = [
            replace(p, tracks=tuple(replace(t, muted=t.muted or t.sid == track) for t in p.tracks))
            for p in self.inside[name]
        ]

    async def remove(self, name: str, identity: str) -> None:
        await self._called("remove", identity)
        self.inside[name] = [p for p in self.inside[name] if p.identity != identity]

    def token(self, plan: CallPlan, entry: Pass) -> str:
        self.passes.append(entry)
        return f"{plan.name} {entry.identity} {entry.role} {entry.mint}"

    async def lost(self) -> None:
        await self._called("lost", "")

    async def auto_creates(self) -> bool:
        return False

    async def aclose(self) -> None:
        """Nothing was opened."""

    async def _called(self, method: str, name: str) -> None:
        self.log.append(f"{method} {name}")
        if method in self.gates:
            await self.gates[method].wait()
        if method in self.errors:
            raise self.errors[method]


class FakeStore:
    """Implements ``RoomStore``. ``saves`` holds every room as it was written."""

    def __init__(self, *rooms: Room) -> None:
        self._rooms = {room.id: room for room in rooms}
        self._calls: dict[str, Call] = {}
        self._holders: dict[str, dict[str, Holder]] = {}
        self.codes: dict[str, tuple[Room, Link]] = {}
        self.saves: list[Room] = []
        self.call_saves: list[Call] = []
        self.error: BridgeError | None = None
        """Raised at each write, until taken out."""
        self.gate: asyncio.Event | None = None
        """Each write waits here first."""

    def get(self, room_id: str) -> Room | None:
        return self._rooms.get(room_id)

    def by_slug(self, slug: str) -> Room | None:
        return next((room for room in self._rooms.values() if room.slug == slug), None)

    def by_call(self, call: str) -> Room | None:
        return next((room for room in self._rooms.values() if room.call == call), None)

    def by_code(self, code: str) -> tuple[Room, Link] | None:
        return self.codes.get(code)

    def all(self) -> Collection[Room]:
        return tuple(self._rooms.values())

    def of_owner(self, owner: str) -> Collection[Room]:
        return tuple(room for room in self._rooms.values() if room.owner == owner)

    def calls(self) -> Mapping[str, Call]:
        return self._calls

    def calls_of(self, room_id: str) -> Collection[Call]:
        return tuple(call for call in self._calls.values() if call.room_id == room_id)

    async def save(self, room: Room, *, call: Call | None = None) -> None:
        await self._write(call)
        self._rooms[room.id] = room
        self.saves.append(room)

    async def remove(self, room: Room, *, call: Call | None = None) -> None:
        await self._write(call)
        self._rooms.pop(room.id, None)

    async def hand_over(self, owner: str, to: str, rooms: Iterable[Room], ended: Iterable[Call]) -> None:
        await self._write(None)
        self._rooms |= {room.id: room for room in rooms}
        self._calls |= {call.name: call for call in ended}

    def holders_of(self, room_id: str) -> Mapping[str, Holder]:
        return self._holders.get(room_id, {})

    async def note(self, calls: Iterable[Call], holders: Iterable[Holder]) -> None:
        await self._write(None)
        for call in calls:
            self._calls[call.name] = call
            self.call_saves.append(call)
        for holder in holders:
            self._holders.setdefault(holder.room_id, {})[holder.seat] = holder

    async def forget_calls(self, names: Iterable[str]) -> None:
        await self._write(None)
        for name in names:
            self._calls.pop(name, None)

    async def _write(self, call: Call | None) -> None:
        await (self.gate.wait() if self.gate else asyncio.sleep(0))
        if self.error:
            raise self.error
        if call is not None:
            self._calls[call.name] = call


class FakeRecordings:
    """Implements ``RecordingStore``. ``written`` holds every recording as it was written."""

    def __init__(self) -> None:
        self._recordings: dict[str, Recorded] = {}
        self.written: list[Recorded] = []
        self.error: BridgeError | None = None
        """Raised at each write, until taken out."""

    def get(self, recording_id: str) -> Recorded | None:
        return self._recordings.get(recording_id)

    def of_owner(self, owner: str) -> Sequence[Recorded]:
        return [one for one in reversed(self._recordings.values()) if one.owner == owner]

    def of_slug(self, owner: str, slug: str) -> Sequence[Recorded]:
        return [one for one in self.of_owner(owner) if one.slug == slug]

    def named(self, slug: str) -> Sequence[Recorded]:
        return [one for one in self._recordings.values() if one.slug == slug]

    def unfinished(self) -> Sequence[Recorded]:
        return [one for one in self._recordings.values() if not one.ended]

    async def add(self, recorded: Recorded) -> None:
        await self._write(recorded)

    async def change(self, recording_id: str, change: Callable[[Recorded], Recorded]) -> Recorded | None:
        before = self._recordings.get(recording_id)
        if before is not None:
            await self._write(change(before))
        return self._recordings.get(recording_id)

    async def remove(self, recording_id: str) -> None:
        await asyncio.sleep(0)
        self._recordings.pop(recording_id, None)

    async def _write(self, recorded: Recorded) -> None:
        await asyncio.sleep(0)
        if self.error:
            raise self.error
        self._recordings[recorded.id] = recorded
        self.written.append(recorded)


class Clock:
    """A clock that stands until it is moved, in seconds; ``ms`` is the same in ms."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def ms(self) -> int:
        return int(self.now * 1000)


TEAM = PRESETS["team"]


def a_room(*, active: bool = True, policy: Policy = TEAM, slug: str = "main", sid: str = "") -> Room:
    """A room in the middle of its life."""
    return Room(
        id=new_id(),
        slug=slug,
        name=slug.title(),
        owner="a" * 24,
        policy=policy,
        active=active,
        call=str(uuid4()) if active else "",
        sid=sid,
        revision=1,
        created=0,
        modified=0,
    )


def a_person(
    identity: str,
    role: Role = Role.SPEAKER,
    *,
    policy: Policy = TEAM,
    joined: int = 0,
    may: Permissions | None = None,
    mint: str = "",
) -> Participant:
    """Somebody inside, with the rights of the table unless others are given."""
    return Participant(identity, identity, role, "", may or permissions(role, policy), joined, mint)
