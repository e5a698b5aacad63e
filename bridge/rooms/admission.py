"""Who gets in: role, capacity, reservation, token."""

import asyncio
from collections.abc import Callable

from bridge.errors import BadRequest, MediaServerTimeout, RoomStopped
from bridge.rooms.capacity import Capacity
from bridge.rooms.converger import PRESS_SECONDS
from bridge.rooms.grants import rights
from bridge.rooms.locks import Locks
from bridge.rooms.model import Role, Room
from bridge.rooms.names import is_printable
from bridge.rooms.ports import CallPlan, MediaServer, Pass, RoomStore
from bridge.rooms.watch import Watch

IDENTITY_BYTES = 256
"""LiveKit's own limit for identities and names."""


class Admission:
    """Mints join tokens, one at a time per room, so that a cap of ten gives ten."""

    def __init__(
        self,
        store: RoomStore,
        media: MediaServer,
        capacity: Capacity,
        watch: Watch,
        plan: Callable[[Room], CallPlan],
        clock_ms: Callable[[], int],
        *,
        token_minutes: int,
        max_scenes: int,
    ) -> None:
        self._store, self._media = store, media
        self._capacity, self._watch, self._plan, self._clock_ms = capacity, watch, plan, clock_ms
        self._token_minutes, self._max_scenes = token_minutes, max_scenes
        self._locks = Locks()

    async def admit(self, room: Room, role: Role, identity: str, name: str) -> str:
        """A join token for somebody, with a place held for 30 s.

        ``identity`` and ``name`` are 1–256 and 0–256 bytes of printable text. Raises ``BadRequest``, ``RoomStopped``,
        ``RoomFull``, ``Rehearsal`` or what the media server met.
        """
        _check("participant_id", identity, required=True)
        _check("participant_name", name, required=False)
        try:
            async with asyncio.timeout(PRESS_SECONDS), self._locks.of(room.id):
                people = await self._media.people(room.call) if room.active else ()
        except TimeoutError:
            raise MediaServerTimeout("LiveKit did not say in time who is inside") from None
        now = self._store.get(room.id)
        if now is None or not now.active or now.call != room.call:
            raise RoomStopped(f"{room.slug} is stopped")
        entry = Pass(identity, name, role, "", rights(role, now.policy), self._token_minutes)
        token = self._media.token(self._plan(now), entry)
        limit = self._max_scenes if role is Role.SCENE else now.policy.max
        self._capacity.reserve(room.call, identity, role, people, limit)
        self._watch.expect(room.id, self._clock_ms() + self._token_minutes * 60_000)
        return token


def _check(field: str, text: str, *, required: bool) -> None:
    if required and not text.strip():
        raise BadRequest(f"{field} is empty", "send a stable id for this person")
    if len(text.encode(errors="replace")) > IDENTITY_BYTES or not is_printable(text):
        raise BadRequest(f"{field} is too long or not printable", f"send at most {IDENTITY_BYTES} bytes of plain text")
