"""What LiveKit is asked about egress, each within its own time, and what it means where it says no."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
from google.protobuf.message import DecodeError
from livekit import api

START_SECONDS = 40.0
"""LiveKit looks for a worker for 18 to 27 s before it gives up."""
STOP_SECONDS = 15.0
LOOK_SECONDS = 3.0

NO_EGRESS = "This LiveKit has no egress: it needs Redis, shared with the egress service."
NO_WORKER = "No egress worker took the recording: none runs, or each is busy."
NO_ANSWER = "LiveKit did not answer."
NO_CALL = "LiveKit does not know the call any more."
WRONG_KEY = "LiveKit refuses the bridge's key for recordings."
T = TypeVar("T")


class Away(Exception):
    """LiveKit did not answer: what was asked may be done or not. The text is one sentence."""


class Refused(Exception):
    """LiveKit said no; the text is one sentence that says why."""

    def __init__(self, why: str, code: str = "") -> None:
        self.code = code
        super().__init__(why)


class EgressCalls:
    """Every method raises ``Away`` or ``Refused``. Build it inside a running loop; ``aclose`` it in the end."""

    def __init__(self, url: str, api_key: str, api_secret: str) -> None:
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        # A start that is tried again somewhere else would be a second recording.
        self._api = api.LiveKitAPI(url, api_key, api_secret, session=self._http, failover=False)

    async def start(self, request: api.RoomCompositeEgressRequest) -> str:
        """Its id, once a worker has taken it."""
        made = await _answer(lambda: self._api.egress.start_room_composite_egress(request), START_SECONDS)
        return made.egress_id

    async def stop(self, egress_id: str) -> None:
        request = api.StopEgressRequest(egress_id=egress_id)
        await _answer(lambda: self._api.egress.stop_egress(request), STOP_SECONDS)

    async def of_call(self, call: str) -> list[api.EgressInfo]:
        """Every egress of a call, other people's included, those that ended lately too."""
        request = api.ListEgressRequest(room_name=call)
        return list((await _answer(lambda: self._api.egress.list_egress(request), LOOK_SECONDS)).items)

    async def one(self, egress_id: str) -> api.EgressInfo | None:
        request = api.ListEgressRequest(egress_id=egress_id)
        try:
            found = await _answer(lambda: self._api.egress.list_egress(request), LOOK_SECONDS)
        except Refused as error:
            if error.code == "not_found":
                return None
            raise
        return found.items[0] if found.items else None

    async def inside(self, call: str) -> set[str]:
        """Who is inside the call: a worker that records it has the id of its egress for identity."""
        request = api.ListParticipantsRequest(room=call)
        try:
            found = await _answer(lambda: self._api.room.list_participants(request), LOOK_SECONDS)
        except Refused as error:
            if error.code == "not_found":
                return set()
            raise
        return {participant.identity for participant in found.participants}

    async def aclose(self) -> None:
        await self._http.close()


async def _answer(call: Callable[[], Awaitable[T]], seconds: float) -> T:
    """livekit-api's own timeouts never end a call, and what its errors say may hold tokens."""
    try:
        async with asyncio.timeout(seconds):
            return await call()
    except api.ServerError as error:
        raise _meaning(error) from None
    except (aiohttp.ClientError, DecodeError, OSError, TimeoutError):
        raise Away(NO_ANSWER) from None


def _meaning(error: api.ServerError) -> Refused | Away:
    if error.status in (401, 403):
        return Refused(WRONG_KEY)
    if "egress not connected" in error.message or error.status == 501 or error.code in ("bad_route", "unimplemented"):
        return Refused(NO_EGRESS, "no_egress")
    if error.code == "unavailable":
        return Refused(NO_WORKER, error.code)
    if error.code == "not_found":
        return Refused(NO_CALL, error.code)
    if error.code == "deadline_exceeded" or error.status in (408, 502, 503, 504):
        return Away(NO_ANSWER)
    code = error.code if error.code.replace("_", "").isalpha() else "unknown"
    words = f"LiveKit could not do it (status {error.status}, {code})."
    return Away(words) if error.status >= 500 else Refused(words, code)
