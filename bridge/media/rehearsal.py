"""Rooms without media, for programming buttons at a desk: everything works but joining."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import uuid4

from bridge.errors import Rehearsal
from bridge.rooms.ports import CallInfo, CallPlan, Participant, Pass, Permissions


class RehearsalServer:
    """Implements ``MediaServer`` in memory."""

    kind = "rehearsal"

    def __init__(self) -> None:
        self._calls: dict[str, CallInfo] = {}

    async def open(self, plan: CallPlan) -> CallInfo:
        sid = f"RM_{uuid4().hex[:12]}"
        return self._calls.setdefault(plan.name, CallInfo(plan.name, sid, plan.limit, plan.metadata, 0))

    async def close(self, name: str) -> None:
        self._calls.pop(name, None)

    async def calls(self) -> Mapping[str, CallInfo]:
        return dict(self._calls)

    async def participants(self, name: str) -> Sequence[Participant]:
        return ()

    async def set_metadata(self, name: str, metadata: str) -> None:
        self._calls[name] = replace(self._calls[name], metadata=metadata)

    async def set_permissions(self, name: str, identity: str, permissions: Permissions) -> None:
        """Nobody is inside."""

    async def mute(self, name: str, identity: str, track: str) -> None:
        """Nobody is inside."""

    async def remove(self, name: str, identity: str) -> None:
        """Nobody is inside."""

    def token(self, plan: CallPlan, entry: Pass) -> str:
        raise Rehearsal("the bridge rehearses: there is no media server to join")

    async def lost(self) -> None:
        await asyncio.Event().wait()

    async def auto_creates(self) -> bool:
        return False

    async def aclose(self) -> None:
        self._calls.clear()
