"""LiveKit's room service with signatures that are used more than once: one costs as much as the look it is for."""

import time
from typing import Any

from livekit.api import SIPGrants, VideoGrants
from livekit.api.room_service import RoomService

SECONDS = 60.0
"""Far less than they are good for, so that a clock that is set does no harm for long."""


class Rooms(RoomService):
    """Signs each kind of question about each room once a minute."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._signed: dict[str, dict[str, str]] = {}
        self._until = 0.0

    def _auth_header(self, grants: VideoGrants | None, sip: SIPGrants | None = None) -> dict[str, str]:
        now = time.monotonic()
        if now >= self._until:
            self._signed, self._until = {}, now + SECONDS
        asked = repr(grants and vars(grants))
        if asked not in self._signed:
            self._signed[asked] = super()._auth_header(grants, sip)
        return dict(self._signed[asked])
