"""Whether a LiveKit server makes a missing room when somebody joins: ``room.auto_create``, on unless switched off."""

import secrets
from collections.abc import Callable

import aiohttp


class CannotTell(Exception):
    """The server said neither yes nor no; the text says what it did."""


async def auto_create(http: aiohttp.ClientSession, base: str, join_token: Callable[[str], str]) -> bool:
    """Ask whether somebody with ``join_token(room)`` could join a room that is not there. No room is made by that.

    ``http`` is a ``livekit_session``, whose exceptions are raised, too.
    """
    room = f"vmix-bridge-asks-{secrets.token_hex(8)}"
    headers = {"Authorization": f"Bearer {join_token(room)}"}
    async with http.get(f"{base.rstrip('/')}/rtc/validate", headers=headers) as reply:
        said = await reply.read()
        if reply.status == 200 and said == b"success":
            return True
        if reply.status == 404 and b"room does not exist" in said:
            return False
    raise CannotTell(f"/rtc/validate answers {reply.status}")
