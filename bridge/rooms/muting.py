"""Muting somebody now: one action, bound to the tracks of this moment, and never done again."""

import asyncio
from collections.abc import Callable, Collection

from bridge.errors import MediaServerTimeout
from bridge.rooms.model import Room
from bridge.rooms.ports import Participants


class Muting:
    """``look_soon`` is told of the room: LiveKit itself does not tell of it."""

    def __init__(self, media: Participants, look_soon: Callable[[str], None]) -> None:
        self._media, self._look_soon = media, look_soon

    async def mute(
        self, room: Room, identities: Collection[str], sources: Collection[str], within: float
    ) -> frozenset[str]:
        """Who was muted: those of ``identities`` who sent any of ``sources``. Raises what the media server met."""
        try:
            async with asyncio.timeout(within):
                people = await self._media.participants(room.call)
                sent = [
                    (person.identity, track.sid)
                    for person in people
                    for track in person.tracks
                    if person.identity in identities and track.source in sources and not track.muted
                ]
                await asyncio.gather(*(self._media.mute(room.call, *track) for track in sent))
        except TimeoutError:
            raise MediaServerTimeout(f"LiveKit did not mute within {within:.2g} s") from None
        finally:
            self._look_soon(room.id)
        return frozenset(identity for identity, _ in sent)
