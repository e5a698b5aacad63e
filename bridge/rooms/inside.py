"""Who is inside which room, for somebody who is about to end the bridge."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

from bridge.errors import BridgeError
from bridge.rooms.model import Role, Room
from bridge.rooms.ports import Participant, Participants, RoomStore
from bridge.rooms.roster import Roster

SECONDS = 1.0
AT_ONCE = 32


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
    people = {slug: [person for person in inside if person.role is not Role.SCENE] for slug, inside in found.items()}
    return {slug: people[slug] for slug in sorted(people) if people[slug]}
