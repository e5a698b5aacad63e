"""A media server full of people that are not there: it answers what the bridge asks LiveKit, and tells of each change.

Whoever came in first in a call carries in their name the number of its latest change, so that whoever reads who is
inside knows how old that is.
"""

import asyncio
import base64
import hashlib
import itertools
import json
import random
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import jwt
from aiohttp import web
from livekit import api

from bridge.media.livekit import _permission
from bridge.rooms.grants import permissions
from bridge.rooms.model import PRESETS, Role

KEY, SECRET = "APIcrowd", "s" * 40
SPEAKER = _permission(permissions(Role.SPEAKER, PRESETS["team"]))
MOVES = ("track_unpublished", "track_published", "participant_left", "participant_joined")
TWIRP = "/twirp/livekit.RoomService"


@dataclass(slots=True)
class Call:
    """One room's; ``changes`` are counted."""

    info: api.Room
    people: list[api.ParticipantInfo]
    moves: "itertools.cycle[str]" = field(default_factory=lambda: itertools.cycle(MOVES))
    changes: int = 0

    @property
    def slug(self) -> str:
        return str(json.loads(self.info.metadata)["slug"])

    def change(self) -> str:
        """The last one who came leaves or sends no more, or the other way round; answers what LiveKit calls it."""
        move = next(self.moves)
        match move:
            case "track_unpublished":
                del self.people[-1].tracks[:]
            case "track_published":
                self.people[-1].tracks.append(_microphone())
            case "participant_left":
                self.people.pop()
            case "participant_joined":
                self.people.append(_person(len(self.people)))
        self.info.num_participants = len(self.people)
        self.changes += 1
        self.people[0].name = str(self.changes)
        return move


class Crowd:
    """``asked`` counts what the bridge asked, by method."""

    def __init__(self, people: int) -> None:
        self.calls: dict[str, Call] = {}
        self.asked: dict[str, int] = {}
        self.changes: list[tuple[str, int, float]] = []
        self._people = people
        self._changing: asyncio.Task[None] | None = None

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.asked[method] = self.asked.get(method, 0) + 1
        answer = getattr(self, method)(await request.read())
        return web.Response(body=answer.SerializeToString(), content_type="application/protobuf")

    def CreateRoom(self, body: bytes) -> api.Room:
        asked = api.CreateRoomRequest.FromString(body)
        if asked.name not in self.calls:
            info = api.Room(sid=f"RM_{secrets.token_hex(6)}", name=asked.name, metadata=asked.metadata)
            info.max_participants, info.num_participants = asked.max_participants, self._people
            self.calls[asked.name] = Call(info, [_person(number) for number in range(self._people)])
        return self.calls[asked.name].info

    def ListRooms(self, _: bytes) -> api.ListRoomsResponse:
        return api.ListRoomsResponse(rooms=[call.info for call in self.calls.values()])

    def ListParticipants(self, body: bytes) -> api.ListParticipantsResponse:
        call = self.calls[api.ListParticipantsRequest.FromString(body).room]
        return api.ListParticipantsResponse(participants=call.people)

    async def begin(self, request: web.Request) -> web.Response:
        """Let ``per_second`` changes happen from now on, and tell them to the bridge at ``url``."""
        if self._changing:
            self._changing.cancel()
        self._changing = asyncio.create_task(self._change(request.query["url"], float(request.query["per_second"])))
        return web.Response()

    async def told(self, _: web.Request) -> web.Response:
        """What was asked and what changed since the last time: the room, its number there, and when."""
        told = {"asked": self.asked, "changes": self.changes}
        self.asked, self.changes = {}, []
        if self._changing and self._changing.done():
            self._changing.result()
        return web.json_response(told)

    async def _change(self, url: str, per_second: float) -> None:
        calls, began = list(self.calls.values()), time.perf_counter()
        async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as telling:
            for number in itertools.count():
                await asyncio.sleep(began + number / per_second - time.perf_counter())
                call = random.choice(calls)
                kind = call.change()
                self.changes.append((call.slug, call.changes, time.time()))
                telling.create_task(_tell(http, url, call, kind))


async def _tell(http: aiohttp.ClientSession, url: str, call: Call, kind: str) -> None:
    """A webhook, signed as LiveKit does."""
    now = int(time.time())
    room, person = ({"sid": of.sid, "name": of.name, "metadata": of.metadata} for of in (call.info, call.people[-1]))
    event = {"event": kind, "id": secrets.token_hex(8), "createdAt": str(now), "room": room, "participant": person}
    body = json.dumps(event).encode()
    sha = base64.b64encode(hashlib.sha256(body).digest()).decode()
    token = jwt.encode({"iss": KEY, "nbf": now, "exp": now + 300, "sha256": sha}, SECRET, algorithm="HS256")
    headers = {"Authorization": token, "Content-Type": "application/webhook+json"}
    async with http.post(f"{url}/livekit/webhook", data=body, headers=headers) as response:
        assert response.status == 200, await response.text()


async def main(people: int) -> None:
    """Print where it listens, and go on until the end."""
    crowd, app = Crowd(people), web.Application()
    app.router.add_post(TWIRP + "/{method}", crowd.answer)
    app.router.add_get("/rtc/validate", _no_such_room)
    app.router.add_post("/begin", crowd.begin)
    app.router.add_get("/told", crowd.told)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


async def _no_such_room(_: web.Request) -> web.Response:
    return web.Response(status=404, text="requested room does not exist")


def _person(number: int) -> api.ParticipantInfo:
    fields: dict[str, Any] = {"identity": f"person-{number}", "name": "0", "attributes": {"role": Role.SPEAKER}}
    return api.ParticipantInfo(
        sid=f"PA_{secrets.token_hex(6)}",
        state=api.ParticipantInfo.State.ACTIVE,
        joined_at_ms=int(time.time() * 1000),
        permission=SPEAKER,
        tracks=[_microphone(), api.TrackInfo(sid=f"TR_{secrets.token_hex(6)}", source=api.TrackSource.CAMERA)],
        **fields,
    )


def _microphone() -> api.TrackInfo:
    return api.TrackInfo(sid=f"TR_{secrets.token_hex(6)}", source=api.TrackSource.MICROPHONE)
