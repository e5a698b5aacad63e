"""What is pushed to a Companion: the tile of each room that it has a variable for, the moment it changes, and a
heartbeat.

With each heartbeat a mark of ours is read back, which is set before everything is told: where it is another one,
Companion was started again, or somebody pressed SETUP, and everything is told again.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from secrets import token_hex

from bridge.companion import BEAT, TOLD, Tile, gone, variable
from bridge.companion_api.client import AT_ONCE, Companion, CompanionAway
from bridge.rooms.changes import EVERY_ROOM, Changes
from bridge.rooms.model import Room
from bridge.rooms.ports import RoomStore

log = logging.getLogger(__name__)

BEAT_SECONDS = 2.0
SETTLE_SECONDS = 0.005
"""A press changes its room several times within as much: a key shows how it ended."""
PATIENCE = (1.0, 2.0, 4.0, 5.0)
"""Seconds between tries while it is away; the last for as long as it takes."""


@asynccontextmanager
async def pushing(
    urls: Collection[str], store: RoomStore, tile: Callable[[Room], Tile], changes: Changes
) -> AsyncIterator[Sequence["Push"]]:
    """Every Companion of ``urls`` is told, each by itself, until the end of this."""
    pushes = [Push(Companion(url), store, tile, changes) for url in dict.fromkeys(urls)]
    tasks = [asyncio.create_task(push.run()) for push in pushes]
    try:
        yield pushes
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Push:
    """To one Companion. Nothing piles up: what it is told is how things are now."""

    def __init__(self, companion: Companion, store: RoomStore, tile: Callable[[Room], Tile], changes: Changes) -> None:
        self._companion, self._store, self._tile, self._changes = companion, store, tile, changes
        self._told: dict[str, str] = {}
        self._absent: set[str] = set()
        self._slugs: dict[str, str] = {}
        self._changed: set[str] = {EVERY_ROOM}
        self._woken = asyncio.Event()
        self._mark, self._ready = token_hex(4), False
        self._beats_at = 0.0
        self._said = ""

    @property
    def url(self) -> str:
        return self._companion.url

    @property
    def how(self) -> str:
        """How it is, as a sentence goes on that begins with ``Companion``; empty before it was asked."""
        return self._said

    @property
    def hears(self) -> bool:
        """Whether it is told of changes; where not, it is away, or has no place for them."""
        return self._ready

    async def run(self) -> None:
        unsubscribe = self._changes.subscribe(self._note)
        tries = 0
        try:
            while True:
                try:
                    await self._tell()
                    tries = 0
                    await self._rest()
                except CompanionAway as error:
                    self._say(f"is away: {error}")
                    await self._wait(tries := tries + 1)
                except Exception:
                    log.exception("pushing to Companion at %s failed", self._companion.url)
                    await self._wait(tries := tries + 1)
        finally:
            unsubscribe()
            await self._companion.aclose()

    def _note(self, room_id: str) -> None:
        if self._ready and room_id not in self._changed:
            self._changed.add(room_id)
            self._woken.set()

    async def _tell(self) -> None:
        """A heartbeat where it is due, and what changed; many rooms do not make the next heartbeat late.

        Raises ``CompanionAway``.
        """
        loop = asyncio.get_running_loop()
        if loop.time() >= self._beats_at:
            await self._send_beat()
            self._beats_at = loop.time() + BEAT_SECONDS
        self._woken.clear()
        if self._ready:
            rooms = self._to_tell()
            for first in range(0, len(rooms), AT_ONCE):
                batch = map(self._put, rooms[first : first + AT_ONCE])
                for failed in await asyncio.gather(*batch, return_exceptions=True):
                    if failed is not None:
                        raise failed
                if loop.time() >= self._beats_at:
                    self._changed.update(rooms[first + AT_ONCE :])
                    return

    async def _send_beat(self) -> None:
        """Without a variable for the mark there is no other either: nothing is sent until there is."""
        found = await self._companion.get(TOLD)
        ready = found == self._mark
        if not ready:
            self._forget()
            ready = found is not None and await self._companion.set(TOLD, self._mark)
        self._ready = ready
        if not ready:
            self._say("has no variables of ours: press SETUP on the imported page")
            return
        self._say("is told of every change")
        await self._companion.set(BEAT, str(self._companion.now))
        self._changed |= self._slugs.keys()  # some of it changes by time alone

    def _to_tell(self) -> Sequence[str]:
        changed, self._changed = self._changed, set()
        if EVERY_ROOM in changed:
            changed |= self._slugs.keys() | {room.id for room in self._store.all()}
        return [*changed - {EVERY_ROOM}]

    async def _put(self, room_id: str) -> None:
        """A room that was removed is told of once more, so that its keys do not go on showing it."""
        room = self._store.get(room_id)
        slug = room.slug if room else self._slugs.get(room_id, "")
        name = variable(slug)
        if not slug or name in self._absent:
            return
        tile = self._tile(room) if room else gone(slug)
        text = json.dumps(tile)
        if self._told.get(name) == text:
            return
        self._slugs[room_id] = slug
        if await self._companion.set(name, json.dumps(tile | {"now": self._companion.now})):
            self._told[name] = text
        else:
            self._absent.add(name)
        if room is None or name in self._absent:
            del self._slugs[room_id]

    async def _rest(self) -> None:
        """Until something changed and has settled, or a heartbeat is due."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._beats_at):
                await self._woken.wait()
                await asyncio.sleep(SETTLE_SECONDS)

    async def _wait(self, tries: int) -> None:
        self._forget()
        self._beats_at = 0.0
        await asyncio.sleep(PATIENCE[min(tries, len(PATIENCE)) - 1])

    def _forget(self) -> None:
        """All is told again, the end of rooms that it may still have too."""
        self._told.clear()
        self._absent.clear()
        self._ready, self._changed = False, {EVERY_ROOM}

    def _say(self, how: str) -> None:
        if self._said != how:
            self._said = how
            log.info("Companion at %s %s", self._companion.url, how)
