"""What was recorded: whose it is, where it can be read, and its end."""

from collections.abc import Sequence
from pathlib import Path

from bridge.errors import NotFound, RoomNotFound, StillRecording
from bridge.rooms.model import Recorded
from bridge.rooms.ports import RecordedFiles, RecordingStore, RoomStore


class Archive:
    """Nobody is shown another user's."""

    def __init__(self, rooms: RoomStore, recordings: RecordingStore, files: RecordedFiles) -> None:
        self._rooms, self._recordings, self._files = rooms, recordings, files

    def of_owner(self, owner: str) -> Sequence[Recorded]:
        """Newest first."""
        return self._recordings.of_owner(owner)

    def of_room(self, owner: str, slug: str) -> Sequence[Recorded]:
        """Newest first, and those of a room of this name that was removed, too. Raises ``RoomNotFound``."""
        room, found = self._rooms.by_slug(slug), self._recordings.of_slug(owner, slug)
        if not found and (room is None or room.owner != owner):
            raise RoomNotFound(f"there is no room {slug}", f"make it with /r/{slug}/create")
        return found

    def get(self, owner: str, recording_id: str) -> Recorded:
        """Raises ``NotFound``: another user's is as good as none."""
        recorded = self._recordings.get(recording_id)
        if recorded is None or recorded.owner != owner:
            raise NotFound("there is no such recording", "see them with: vmix-bridge recordings list")
        return recorded

    def known(self, recording_id: str) -> Recorded | None:
        """Whosesoever it is."""
        return self._recordings.get(recording_id)

    def path(self, recorded: Recorded, number: int) -> Path | None:
        """Where the part of that number, from 1, can be read on this machine; None where it cannot."""
        if not 1 <= number <= len(recorded.parts):
            return None
        return self._files.path(recorded, recorded.parts[number - 1])

    async def remove(self, owner: str, recording_id: str) -> None:
        """Erase its files, and forget it. Raises ``NotFound``, and ``StillRecording`` while it runs."""
        recorded = self.get(owner, recording_id)
        if not recorded.ended:
            raise StillRecording(f"{recorded.slug} is being recorded", f"stop it first: /r/{recorded.slug}/record/stop")
        await self._files.erase(recorded)
        await self._recordings.remove(recorded.id)
