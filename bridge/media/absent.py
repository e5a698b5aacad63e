"""No media server where there must be one: a data folder that ever had a real server never falls back to rehearsal."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NoReturn

from bridge.errors import MediaServerDown
from bridge.rooms.ports import CallInfo, CallPlan, Participant, Pass, Permissions

LOOK_SECONDS = 3600.0


class AbsentServer:
    """Implements ``MediaServer`` by saying, at every call, what is missing."""

    kind = "livekit"

    def __init__(self, missing: str, hint: str) -> None:
        self._missing, self._hint = missing, hint

    async def open(self, plan: CallPlan) -> CallInfo:
        self._refuse()

    async def close(self, name: str) -> None:
        self._refuse()

    async def calls(self) -> Mapping[str, CallInfo]:
        self._refuse()

    async def participants(self, name: str) -> Sequence[Participant]:
        self._refuse()

    async def set_metadata(self, name: str, metadata: str) -> None:
        self._refuse()

    async def set_permissions(self, name: str, identity: str, permissions: Permissions) -> None:
        self._refuse()

    async def mute(self, name: str, identity: str, track: str) -> None:
        self._refuse()

    async def remove(self, name: str, identity: str) -> None:
        self._refuse()

    def token(self, plan: CallPlan, entry: Pass) -> str:
        self._refuse()

    async def lost(self) -> None:
        await asyncio.sleep(LOOK_SECONDS)

    async def auto_creates(self) -> bool:
        return False

    async def aclose(self) -> None:
        """Nothing was opened."""

    def _refuse(self) -> NoReturn:
        raise MediaServerDown(self._missing, self._hint)
