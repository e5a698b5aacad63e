"""Link codes: what a link to a room ends in."""

from collections.abc import Mapping

from bridge.access.derived import Derived, GenerationRows, derive
from bridge.rooms.model import Role, Room

CODE_LENGTH = 12


class Links:
    """Derives them. ``secret`` is 32 random bytes."""

    def __init__(self, secret: bytes, generations: GenerationRows) -> None:
        self._secret, self._generations = secret, generations

    def codes(self, room: Room) -> Mapping[str, Role]:
        """The room's link codes: 12 base32 characters each, the same again when a removed room is made again."""
        generation = str(self._generations.get(Derived.LINKS, room.owner, room.slug).current)
        return {self._code(room, role, generation): role for role in Role}

    def _code(self, room: Room, role: Role, generation: str) -> str:
        return derive(self._secret, "link", room.owner, room.slug, role, generation)[:CODE_LENGTH]
