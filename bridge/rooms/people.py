"""Who is inside by LiveKit's own word, for decisions that must not rest on the last look."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

from bridge.errors import BridgeError, NotEmpty
from bridge.rooms.model import Room
from bridge.rooms.ports import Participant, Participants, RoomStore
from bridge.rooms.roster import Roster

SECONDS = 1.0
AT_ONCE = 32


class People:
    """Of one room, as a press asks."""

    def __init__(self, media: Participants) -> None:
        self._media = media

    async def refuse_unless_empty(self, room: Room) -> None:
        """Raises ``NotEmpty`` while people are inside, or while LiveKit cannot be asked. Scenes do not count."""
        if not room.active:
            return
        try:
            people = await self._media.participants(room.call)
        except BridgeError as error:
            raise NotEmpty(f"LiveKit cannot be asked whether {room.slug} is empty: {error.message}") from None
        inside = sum(person.counts for person in people)
        if inside:
            raise NotEmpty(f"{inside} people are inside {room.slug}")


async def who_is_inside(store: RoomStore, media: Participants, roster: Roster) -> Mapping[str, Sequence[Participant]]:
    """The people of every room that holds some, by slug. Scenes do not count.

    LiveKit is asked, for ``SECONDS`` at most; where it does not answer by then, the last look decides.
    """
    rooms = [room for room in store.all() if room.active]
    found: dict[str, Sequence[Participant]] = {room.slug: roster.of(room.id, room.call) for room in rooms}
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(room: Room) -> None:
        async with gate:
            with suppress(BridgeError):
                found[room.slug] = await media.participants(room.call)

    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            await asyncio.gather(*map(ask, rooms))
    people = {slug: [person for person in inside if person.counts] for slug, inside in found.items()}
    return {slug: people[slug] for slug in sorted(people) if people[slug]}
