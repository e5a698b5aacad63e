"""Link codes: what a link to a room or to one of its seats ends in."""

import asyncio
from collections.abc import Collection, Mapping

from bridge.access.derived import Derived, Generation, GenerationRows, derive
from bridge.rooms.model import Link, Role, Room

CODE_LENGTH = 12


class Links:
    """Derives and renews them. ``secret`` is 32 random bytes."""

    def __init__(self, secret: bytes, generations: GenerationRows) -> None:
        self._secret, self._generations = secret, generations
        self._renewing = asyncio.Lock()

    def of(self, room: Room) -> Mapping[Link, str]:
        """The room's links, seats last, with their codes: 12 base32 characters each, the same again when a removed
        room or seat is made again.
        """
        seats = (Link(role, seat) for seat in room.policy.seats for role in (Role.SPEAKER, Role.SCENE))
        return {link: self._code(room, link) for link in (*map(Link, Role), *seats)}

    def codes(self, room: Room) -> Mapping[str, Link]:
        """The same the other way round."""
        return {code: link for link, code in self.of(room).items()}

    async def renew(self, room: Room, names: Collection[str]) -> None:
        """Others for the links of these names, each a role or a seat: the old ones are wrong from now on, all or none.

        The links of a seat, which are two, go together. Raises ``StoreBroken``.
        """
        slugs = [_place(room, name) for name in names]
        async with self._renewing:  # what is written is made of what was there
            numbers = {slug: self._generations.get(Derived.LINKS, room.owner, slug).current + 1 for slug in slugs}
            await self._generations.set(
                Derived.LINKS, room.owner, {slug: Generation(number, number) for slug, number in numbers.items()}
            )

    def _code(self, room: Room, link: Link) -> str:
        generation = self._generations.get(Derived.LINKS, room.owner, _place(room, link.seat or link.role)).current
        what = f"{link.role}:{link.seat}" if link.seat else link.role
        return derive(self._secret, "link", room.owner, room.slug, what, str(generation))[:CODE_LENGTH]


def _place(room: Room, name: str) -> str:
    """Under which slug the generation of a link is kept. A role is one by its spelling, a seat by what is before it."""
    return f"{room.slug}/{name}" if name in tuple(Role) else f"{room.slug}/seat/{name}"
