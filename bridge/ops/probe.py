"""Asking a LiveKit server how it is, with this bridge's key, over plain HTTP and without making a room."""

import base64
import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import aiohttp

from bridge.media.auto_create import CannotTell, auto_create
from bridge.media.session import NotLiveKit, livekit_session

SECONDS = 3.0
TOKEN_SECONDS = 60
SKEW_REFUSED = 60
"""LiveKit's leeway for the times in a token, either way."""
ROOMS = b"\n"
"""How a list of rooms begins, where it is not empty: field 1 in protobuf."""

Key = Literal["right", "unknown", "wrong secret", "clock", "refused", "not asked"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said. ``trouble`` says why there was no answer; everything else is unknown then.

    ``skew`` is how many seconds its clock is ahead of ours. ``auto_create`` says whether a join makes a missing room.
    """

    trouble: str = ""
    status: int = 0
    skew: float | None = None
    key: Key = "not asked"
    auto_create: bool | None = None
    auto_create_unknown: str = ""


async def ask(url: str, api_key: str, api_secret: str) -> Answer:
    """Ask the server at ``url`` (ws, wss, http or https) within a few seconds. Never raises for what it answers."""
    base = "http" + url.removeprefix("ws").removeprefix("http").rstrip("/")
    try:
        async with livekit_session(timeout=aiohttp.ClientTimeout(total=SECONDS)) as http:
            status, skew = await _greet(http, base)
            key = await _use_key(http, base, api_key, api_secret)
            if key == "refused" and skew is not None and abs(skew) > SKEW_REFUSED:
                key = "clock"
            if key != "right":
                return Answer("", status, skew, key, None, "the key is refused")
            return Answer("", status, skew, key, *await _makes_rooms(http, base, api_key, api_secret))
    except CannotTell as error:
        return Answer(str(error))
    except NotLiveKit as error:
        return Answer(f"what answers there is no LiveKit: {error.why}")
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        return Answer(_trouble(error))


async def _greet(http: aiohttp.ClientSession, base: str) -> tuple[int, float | None]:
    """The status of the server's front page, and how far its clock is ahead."""
    before = time.time()
    async with http.get(base, allow_redirects=False, middlewares=()) as response:  # a proxy's own, perhaps
        now = (before + time.time()) / 2
        try:
            date = parsedate_to_datetime(response.headers["Date"]).timestamp() + 0.5  # it counts whole seconds
        except (KeyError, ValueError):
            return response.status, None
        return response.status, date - now


async def _use_key(http: aiohttp.ClientSession, base: str, key: str, secret: str) -> Key:
    headers = {
        "Authorization": f"Bearer {_token(key, secret, {'roomList': True})}",
        "Content-Type": "application/protobuf",
    }
    async with http.post(f"{base}/twirp/livekit.RoomService/ListRooms", headers=headers) as reply:
        said = await reply.read()
    if reply.status >= 500:
        raise CannotTell(f"it answers with status {reply.status}")
    if reply.status == 200 and said[:1] in (b"", ROOMS):
        return "right"
    if reply.status == 401 or (reply.status == 403 and reply.content_type == "application/json"):
        return _refusal(reply.status, said.decode("utf-8", "replace"))
    raise NotLiveKit(f"it answers with status {reply.status}")


async def _makes_rooms(http: aiohttp.ClientSession, base: str, key: str, secret: str) -> tuple[bool | None, str]:
    try:
        return await auto_create(http, base, lambda room: _token(key, secret, {"roomJoin": True, "room": room})), ""
    except CannotTell as error:
        return None, str(error)


def _refusal(status: int, body: str) -> Key:
    """Why the key was not good enough. The body may hold the whole token: it is looked at and never shown."""
    if status != 401:
        return "refused"
    if "invalid API key" in body:
        return "unknown"
    if "signature is invalid" in body:
        return "wrong secret"
    return "clock" if "(nbf)" in body or "(exp)" in body or "expired" in body else "refused"


def _token(key: str, secret: str, grants: Mapping[str, Any]) -> str:
    """A token good for a minute; ``livekit.api`` is left out, since it takes as long to load as all the rest."""
    now = int(time.time())
    claims = {"iss": key, "sub": "vmix-bridge-doctor", "nbf": now, "exp": now + TOKEN_SECONDS, "video": grants}
    body = b".".join(_base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    signature = _base64(hmac.digest(secret.encode(), body, hashlib.sha256))
    return (body + b"." + signature).decode("ascii")


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _trouble(error: Exception) -> str:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "its name is not known to this machine"
        case aiohttp.ClientSSLError() | aiohttp.ClientConnectorCertificateError() | ssl.SSLError():
            return "its certificate, or that it speaks TLS at all, cannot be trusted"
        case TimeoutError():
            return f"no answer within {SECONDS:.0f} s"
        case ConnectionRefusedError():
            return "the connection is refused: nothing listens there"
        case aiohttp.ClientConnectorError():
            if isinstance(error.os_error, ConnectionRefusedError):
                return "the connection is refused: nothing listens there"
            return f"no connection ({error.os_error.strerror or type(error.os_error).__name__})"
        case aiohttp.ServerDisconnectedError():
            return "it hangs up without an answer"
    return f"what answers there is no LiveKit ({type(error).__name__})"
