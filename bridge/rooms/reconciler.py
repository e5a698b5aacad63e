"""One task per room makes LiveKit match the newest intent; nothing else calls the media server to change a room."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace

from bridge.errors import BridgeError, Internal, MediaServerTimeout, StoreBroken
from bridge.rooms.capacity import Capacity
from bridge.rooms.countdown import PRESS_SECONDS
from bridge.rooms.grants import rights
from bridge.rooms.identities import Identities
from bridge.rooms.locks import Locks
from bridge.rooms.mint import is_revoked
from bridge.rooms.model import Call, Room
from bridge.rooms.observed import Observed
from bridge.rooms.ports import CallPlan, MediaServer, Participant, Permissions, RoomStore
from bridge.rooms.roster import Roster
from bridge.rooms.scenes import Scenes
from bridge.rooms.seats import Seats

log = logging.getLogger(__name__)

SID_SECONDS = 0.5
"""LiveKit knows a sid as well, so it is not written in the way of presses."""
AT_ONCE = 64
"""Rooms reconciled at the same time: a thousand come back together when LiveKit does."""


@dataclass(slots=True)
class _Work:
    """One room's task: runs are counted, so that a press can wait for one that began after it."""

    dirty: bool = True
    begun: int = 0
    revision: int | None = None
    run: asyncio.Task[None] | None = None
    task: asyncio.Task[None] | None = None
    waiting: list[tuple[int, asyncio.Future[None]]] = field(default_factory=list)


class Reconciler:
    """Wake it after every change of intent and whenever a look at LiveKit showed a difference.

    ``forget`` is told of each call that ends.
    """

    def __init__(
        self,
        store: RoomStore,
        media: MediaServer,
        observed: Observed,
        roster: Roster,
        capacity: Capacity,
        identities: Identities,
        seats: Seats,
        scenes: Scenes,
        locks: Locks,
        plan: Callable[[Room], CallPlan],
        forget: Sequence[Callable[[str], None]],
    ) -> None:
        self._store, self._media, self._observed, self._roster = store, media, observed, roster
        self._capacity, self._identities, self._locks, self._plan = capacity, identities, locks, plan
        self._seats, self._scenes, self._forget = seats, scenes, forget
        self._work: dict[str, _Work] = {}
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._side: set[asyncio.Task[None]] = set()
        self._worked_on: set[str] = set()

    def wake(self, room_id: str) -> None:
        """Make LiveKit match the room soon. A run for an older intent is called off: a stop overtakes a start."""
        work = self._work.get(room_id)
        if work is None:
            work = self._work[room_id] = _Work()
            work.task = asyncio.create_task(self._reconcile(room_id, work))
            return
        work.dirty = True
        room = self._store.get(room_id)
        if work.run and work.revision != (room.revision if room else None):
            work.run.cancel()

    async def settled(self, room_id: str, within: float = PRESS_SECONDS) -> None:
        """Wake the room and wait for a run that begins after this call.

        Raises what that run met: ``MediaServerDown``, ``MediaServerRefused``, ``MediaServerTimeout`` (also after
        ``within`` seconds). The intent stays, and is carried out later.
        """
        self.wake(room_id)
        work = self._work[room_id]
        done = asyncio.get_running_loop().create_future()
        work.waiting.append((work.begun + 1, done))
        try:
            async with asyncio.timeout(within):
                await done
        except TimeoutError:
            raise MediaServerTimeout(f"LiveKit did not answer within {within:.2g} s") from None

    def worked_on(self) -> set[str]:
        """Rooms worked on since this was last asked: a look that began before says nothing about them."""
        rooms, self._worked_on = self._worked_on | self._work.keys(), set()
        return rooms

    async def aclose(self) -> None:
        """Stop where we are: intent is on disk, the next start goes on from there."""
        tasks = [t for work in self._work.values() for t in (work.task, work.run) if t] + list(self._side)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _reconcile(self, room_id: str, work: _Work) -> None:
        try:
            while work.dirty:
                work.dirty = False
                async with self._gate:
                    await self._run(room_id, work)
        finally:
            del self._work[room_id]
            for _, done in work.waiting:
                done.cancel()

    async def _run(self, room_id: str, work: _Work) -> None:
        room = self._store.get(room_id)
        work.begun += 1
        work.dirty = False
        work.revision = room.revision if room else None
        work.run = asyncio.create_task(self._make_true(room_id, room))
        await asyncio.wait([work.run])
        run, work.run = work.run, None
        self._worked_on.add(room_id)
        if run.cancelled():
            work.dirty = True
            return
        error = self._as_error(run.exception())
        if room is None and error is None:
            self._observed.forget(room_id)
            self._scenes.forget(room_id)
        else:
            self._observed.settled(room_id, error)
        self._tell(work, error)

    def _tell(self, work: _Work, error: BridgeError | None) -> None:
        still = []
        for ticket, done in work.waiting:
            if ticket > work.begun:
                still.append((ticket, done))
            elif not done.done():
                if error:
                    done.set_exception(error)
                else:
                    done.set_result(None)
        work.waiting = still

    def _as_error(self, error: BaseException | None) -> BridgeError | None:
        if error is None or isinstance(error, BridgeError):
            return error
        log.error("a room could not be brought in line", exc_info=error)
        return Internal("the bridge could not bring the room in line")

    async def _make_true(self, room_id: str, room: Room | None) -> None:
        for call in [call.name for call in self._store.calls_of(room_id) if call.ended]:
            await self._end(room_id, call)
        self._observed.closing(room_id, False)
        if room is None or not room.active:
            self._observed.lost(room_id)
            return
        await self._open(room)

    async def _end(self, room_id: str, call: str) -> None:
        for forget in self._forget:
            forget(call)
        if not self._observed.has_ended(call):
            self._observed.closing(room_id, True)
            await self._media.close(call)
            self._observed.ended(call)

    async def _open(self, room: Room) -> None:
        plan = self._plan(room)
        info = await self._media.open(plan)
        if info.limit < plan.least_limit and not await self._media.participants(plan.name):
            await self._media.close(plan.name)
            info = await self._media.open(plan)
        if info.metadata != plan.metadata:
            await self._media.set_metadata(plan.name, plan.metadata)
        known = self._observed.opened(room, info.sid, plan)
        if info.sid != room.sid:
            self._aside(self._keep_sid(room, info.sid))
        if known:
            await self._put_right(room)

    async def _put_right(self, room: Room) -> None:
        people = await self._media.participants(room.call)
        self._roster.apply(room.id, room.call, people)
        out = self.uninvited(room, people)
        for identity in out:
            await self._media.remove(room.call, identity)
        people = [person for person in people if person.identity not in out]
        self._roster.apply(room.id, room.call, people)
        for person, wanted in self.wrong_permissions(room, people):
            await self._media.set_permissions(room.call, person.identity, wanted)
        self.let_in(room)

    def let_in(self, room: Room) -> None:
        """Whoever is inside now belongs there."""
        self.seen(room.call, self._roster.let_in(room.id))

    def seen(self, call: str, people: Sequence[Participant]) -> None:
        """These are inside, by whatever look: their places are used, and their identities held."""
        self._capacity.seen(call, people)
        self._identities.seen(call, people)

    def wrong_permissions(self, room: Room, people: Sequence[Participant]) -> list[tuple[Participant, Permissions]]:
        """Who may do something else than they should, with that."""
        call = self._store.calls().get(room.call)
        wanted = [(person, rights(call, person.identity, person.role, room.policy)) for person in people]
        return [(person, right) for person, right in wanted if person.permissions != right]

    def uninvited(self, room: Room, people: Sequence[Participant]) -> list[str]:
        """Who came in by a token that is worth nothing now, or beyond the limit with an older one."""
        call, before = self._store.calls().get(room.call), self._roster.admitted(room.id)
        out = [person.identity for person in people if self._is_uninvited(room, call, person)]
        people = [person for person in people if person.identity not in out]
        if before is not None:
            counted = self._capacity.counted(room.call, [p.identity for p in people if p.counts])
            limit = room.policy.max - self._seats.kept(room, counted)
            out += self._capacity.beyond(room.call, people, before, limit)
        return out

    def _is_uninvited(self, room: Room, call: Call | None, person: Participant) -> bool:
        """A token without a mint was made by somebody who has LiveKit's own key: that one lets in whom it likes."""
        if self._scenes.is_out(room, person.identity):
            return True
        if not person.mint or not person.counts:
            return bool(call and is_revoked(call, person.identity, person.mint))
        if person.seat and self._seats.is_gone(room, person.identity, person.seat):
            return True
        if room.policy.lobby and (call is None or person.identity not in call.admitted):
            return True
        return bool(call and is_revoked(call, person.identity, person.mint))

    async def _keep_sid(self, room: Room, sid: str) -> None:
        """Write down the sid, later than the answer and what may follow it at once: a stop writes it with itself."""
        await asyncio.sleep(SID_SECONDS)
        async with self._locks.of(room.id):
            now = self._store.get(room.id)
            if now and now.call == room.call and now.sid != sid:
                try:
                    await self._store.save(replace(now, sid=sid))
                except StoreBroken as error:
                    log.warning("the sid of %s is not written down: %s", room.slug, error.message)

    def _aside(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._side.add(task)
        task.add_done_callback(self._side.discard)
