"""A LiveKit server as the rules see it. The one module that imports ``livekit.api``."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit

import aiohttp
from google.protobuf.message import DecodeError
from livekit import api

from bridge.errors import MediaServerDown, MediaServerRefused, MediaServerTimeout
from bridge.media.auto_create import CannotTell, auto_create
from bridge.media.session import NotLiveKit, livekit_session
from bridge.media.signing import Rooms
from bridge.rooms.model import Role
from bridge.rooms.ports import CallInfo, CallPlan, Participant, Pass, Permissions, Track

CALL_SECONDS = 2.0
ANSWER_SECONDS = 1.0
LOSS_SECONDS = 1.0
"""The end of every connection is no news where each one is ended at once, as by what is no LiveKit."""
_PERSON = api.ParticipantInfo.Kind.STANDARD
_INSIDE = (api.ParticipantInfo.State.JOINED, api.ParticipantInfo.State.ACTIVE)
_SOURCES = {
    "microphone": api.TrackSource.MICROPHONE,
    "camera": api.TrackSource.CAMERA,
    "screen_share": api.TrackSource.SCREEN_SHARE,
    "screen_share_audio": api.TrackSource.SCREEN_SHARE_AUDIO,
}
_CODES = [code for name, code in vars(api.TwirpErrorCode).items() if name.isupper() and name != "UNKNOWN"]
_SOURCE_NAMES = {number: name for name, number in _SOURCES.items()}

T = TypeVar("T")


class LiveKitServer:
    """Implements ``MediaServer``. Build it inside a running loop; ``aclose`` it in the end."""

    def __init__(
        self, url: str, api_key: str, api_secret: str, *, kind: str = "livekit", trouble: Callable[[], str] = str
    ) -> None:
        """``trouble`` says in words, where somebody knows, why the server cannot be reached."""
        self.kind = kind
        self._trouble = trouble
        self.url = url.replace("ws", "http", 1) if url.startswith("ws") else url
        self._key, self._secret = api_key, api_secret
        self._http = livekit_session(aiohttp.TCPConnector(limit=0, keepalive_timeout=60))
        self._rooms = Rooms(self._http, self.url, api_key, api_secret)
        self._lost = float("-inf")

    async def open(self, plan: CallPlan) -> CallInfo:
        request = api.CreateRoomRequest(
            name=plan.name,
            max_participants=plan.limit,
            empty_timeout=plan.empty_timeout,
            departure_timeout=plan.departure_timeout,
            metadata=plan.metadata,
        )
        made = await self._ask(lambda: self._rooms.create_room(request))
        if made.name != plan.name or not made.sid:
            raise NotLiveKit("it says that it made a room, and made none")
        return _info(made)

    async def close(self, name: str) -> None:
        await self._ask(lambda: self._rooms.delete_room(api.DeleteRoomRequest(room=name)), gone_is_fine=True)

    async def calls(self) -> Mapping[str, CallInfo]:
        answer = await self._ask(lambda: self._rooms.list_rooms(api.ListRoomsRequest()))
        return {room.name: _info(room) for room in answer.rooms}

    async def participants(self, name: str) -> Sequence[Participant]:
        request = api.ListParticipantsRequest(room=name)
        answer = await self._ask(lambda: self._rooms.list_participants(request))
        return [_participant(p) for p in answer.participants if _is_person(p) and p.state in _INSIDE]

    async def set_metadata(self, name: str, metadata: str) -> None:
        request = api.UpdateRoomMetadataRequest(room=name, metadata=metadata)
        await self._ask(lambda: self._rooms.update_room_metadata(request))

    async def set_permissions(self, name: str, identity: str, permissions: Permissions) -> None:
        request = api.UpdateParticipantRequest(room=name, identity=identity, permission=_permission(permissions))
        await self._ask(lambda: self._rooms.update_participant(request), gone_is_fine=True)

    async def mute(self, name: str, identity: str, track: str) -> None:
        request = api.MuteRoomTrackRequest(room=name, identity=identity, track_sid=track, muted=True)
        await self._ask(lambda: self._rooms.mute_published_track(request), gone_is_fine=True)

    async def remove(self, name: str, identity: str) -> None:
        request = api.RoomParticipantIdentity(room=name, identity=identity)
        await self._ask(lambda: self._rooms.remove_participant(request), gone_is_fine=True)

    def token(self, plan: CallPlan, entry: Pass) -> str:
        grants = api.VideoGrants(
            room_join=True,
            room=plan.name,
            can_subscribe=True,
            can_publish=bool(entry.permissions.sources),
            can_publish_data=entry.permissions.data,
            can_publish_sources=sorted(entry.permissions.sources),
            can_update_own_metadata=False,
            hidden=entry.permissions.hidden,
            recorder=entry.permissions.recorder,
        )
        config = api.RoomConfiguration(
            empty_timeout=plan.empty_timeout,
            departure_timeout=plan.departure_timeout,
            max_participants=plan.limit,
            metadata=plan.metadata,
        )
        token = (
            api.AccessToken(self._key, self._secret)
            .with_identity(entry.identity)
            .with_name(entry.name)
            .with_ttl(timedelta(minutes=entry.minutes))
            .with_attributes({"role": entry.role, "seat": entry.seat, "mint": entry.mint})
            .with_grants(grants)
            .with_room_config(config)
        )
        return token.to_jwt()

    async def lost(self) -> None:
        """Hold an idle connection: its end is the earliest sign that the server died."""
        parts = urlsplit(self.url)
        secure = parts.scheme == "https"
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reader, writer = await asyncio.open_connection(
                    parts.hostname, parts.port or (443 if secure else 80), ssl=secure or None
                )
        except (OSError, TimeoutError):
            return
        try:
            await reader.read(1)  # LiveKit says nothing unasked
        except OSError:
            pass
        finally:
            writer.close()
        await asyncio.sleep(self._lost + LOSS_SECONDS - time.monotonic())
        self._lost = time.monotonic()

    async def auto_creates(self) -> bool:
        if self.kind == "local":
            return False  # our own configuration switches it off
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await auto_create(self._http, self.url, self._visit)
        except (CannotTell, NotLiveKit, aiohttp.ClientError, OSError, TimeoutError):
            return False

    async def aclose(self) -> None:
        await self._http.close()

    def _visit(self, room: str) -> str:
        """A join token for a question, good for a minute."""
        token = api.AccessToken(self._key, self._secret).with_identity("vmix-bridge").with_ttl(timedelta(minutes=1))
        return token.with_grants(api.VideoGrants(room_join=True, room=room)).to_jwt()

    async def _ask(self, call: Callable[[], Awaitable[T]], *, gone_is_fine: bool = False) -> T:
        """One call within 2 s, tried again once on a pooled connection that turns out to be dead.

        livekit-api 1.2.2 passes ``timeout=None`` to aiohttp, so its own timeouts never end a call.
        """
        try:
            async with asyncio.timeout(CALL_SECONDS):
                try:
                    return await _heard(call)
                except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                    if isinstance(error, aiohttp.ClientConnectorError):
                        raise
                    return await _heard(call)
        except TimeoutError:
            raise MediaServerTimeout(f"LiveKit did not answer within {CALL_SECONDS:g} s") from None
        except api.ServerError as error:
            if gone_is_fine and error.code == "not_found":
                return None  # type: ignore[return-value]
            raise _classified(error) from None
        except (aiohttp.ClientError, OSError):
            raise MediaServerDown(self._trouble() or "LiveKit cannot be reached") from None


async def _heard(call: Callable[[], Awaitable[T]]) -> T:
    """What LiveKit answers. Raises ``NotLiveKit`` where something else does."""
    try:
        return await call()
    except (DecodeError, aiohttp.ClientResponseError):
        raise NotLiveKit("its reply cannot be read") from None
    except api.ServerError as error:
        if error.code in _CODES or error.status in (401, 408, 429) or (error.status >= 500 and error.status != 501):
            raise  # LiveKit's own word, or that of a proxy which does not reach it
        raise NotLiveKit(f"it answers with status {error.status}") from None


def _classified(error: api.ServerError) -> Exception:
    """By status: a wrong secret arrives as code ``unknown``. Messages may hold tokens and are never shown."""
    code = error.code if error.code in _CODES else "unknown"
    if error.status in (401, 403):
        return MediaServerRefused("LiveKit refused the bridge's key")
    if error.status in (408, 504):
        return MediaServerTimeout("LiveKit was too slow")
    if error.status >= 500 or error.status == 429:
        return MediaServerDown(f"LiveKit could not do it (status {error.status}, {code})")
    return MediaServerRefused(
        f"LiveKit refused the call (status {error.status}, {code})", "look at the LiveKit server's log"
    )


def _info(room: api.Room) -> CallInfo:
    return CallInfo(room.name, room.sid, room.max_participants, room.metadata, room.num_participants)


def _permission(permissions: Permissions) -> api.ParticipantPermission:
    """The whole set: UpdateParticipant replaces all of it, and an empty source list would mean every source."""
    return api.ParticipantPermission(
        can_subscribe=True,
        can_publish=bool(permissions.sources),
        can_publish_data=permissions.data,
        can_publish_sources=[_SOURCES[source] for source in sorted(permissions.sources)],
        can_update_metadata=False,
        hidden=permissions.hidden,
    )


def _source(number: api.TrackSource) -> str:
    return _SOURCE_NAMES.get(number, str(number))


def _is_person(p: api.ParticipantInfo) -> bool:
    return bool(p.kind == _PERSON and not p.permission.recorder)


def _participant(p: api.ParticipantInfo) -> Participant:
    permission = p.permission
    if not permission.can_publish:
        sources = frozenset[str]()
    elif permission.can_publish_sources:
        sources = frozenset(map(_source, permission.can_publish_sources))
    else:
        sources = frozenset(_SOURCES) | {"any"}
    permissions = Permissions(sources, permission.can_publish_data, permission.hidden)
    role = p.attributes.get("role", "")
    return Participant(
        identity=p.identity,
        name=p.name,
        role=Role(role) if role in tuple(Role) else Role.GUEST,
        seat=p.attributes.get("seat", ""),
        permissions=permissions,
        joined=p.joined_at_ms or p.joined_at * 1000,
        mint=p.attributes.get("mint", ""),
        sid=p.sid,
        tracks=tuple(Track(track.sid, _source(track.source), track.muted) for track in p.tracks),
    )
