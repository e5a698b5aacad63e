"""Who is inside."""

from bridge.errors import BridgeError, NotEmpty
from bridge.rooms.model import Role, Room
from bridge.rooms.ports import Participants


class People:
    """Asks LiveKit itself, for decisions that must not rest on the last look."""

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
        inside = sum(person.role is not Role.SCENE for person in people)
        if inside:
            raise NotEmpty(f"{inside} people are inside {room.slug}")
