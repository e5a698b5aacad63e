"""What a press waits for once its intent is on disk."""

from bridge.errors import MediaServerDown, MediaServerTimeout
from bridge.rooms.converger import PRESS_SECONDS
from bridge.web.parts import Parts

KEPT = "it is kept and done when LiveKit is back"


async def settled(parts: Parts, room_id: str, within: float = PRESS_SECONDS) -> None:
    """LiveKit matches what was stored. Raises what LiveKit met; where it is away, saying that the press is kept."""
    try:
        await parts.converger.settled(room_id, within)
    except (MediaServerDown, MediaServerTimeout) as error:
        own = error.hint != type(error).hint
        raise type(error)(error.message, f"{error.hint}; {KEPT}" if own else KEPT) from None
