"""Asking LiveKit who is inside, once for all who ask at the same moment."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from bridge.rooms.locks import Locks
from bridge.rooms.model import Role
from bridge.rooms.ports import Participant, Participants


@dataclass(frozen=True, slots=True)
class Look:
    """The identities that were inside at some moment after ``began``."""

    began: float
    people: frozenset[str] = frozenset()
    scenes: frozenset[str] = frozenset()

    @classmethod
    def at(cls, began: float, people: Collection[Participant]) -> "Look":
        counted = frozenset(person.identity for person in people if person.counts)
        return cls(began, counted, frozenset(person.identity for person in people if person.role is Role.SCENE))


class Looks:
    """Every caller gets a look that began after it asked; two hundred joiners at once cost two looks."""

    def __init__(
        self, media: Participants, clock: Callable[[], float], seen: Callable[[str, Sequence[Participant]], None]
    ) -> None:
        """``seen`` is told once of everybody a look found in a call."""
        self._media, self._clock, self._seen = media, clock, seen
        self._locks = Locks()
        self._next: dict[str, asyncio.Task[Look]] = {}

    async def into(self, call: str) -> Look:
        """Raises what the media server met."""
        look = self._next.get(call)
        if look is None:
            look = self._next[call] = asyncio.create_task(self._look(call))
            look.add_done_callback(_noted)
        return await asyncio.shield(look)

    async def _look(self, call: str) -> Look:
        async with self._locks.of(call):
            del self._next[call]
            began = self._clock()
            people = await self._media.participants(call)
            self._seen(call, people)
            return Look.at(began, people)


def _noted(look: "asyncio.Task[Look]") -> None:
    """A failure that nobody waited for any more is no news."""
    if not look.cancelled():
        look.exception()
