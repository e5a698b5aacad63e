"""Redis, a livekit-server that uses it, and the worker of ``main.go``: an egress service that makes no picture."""

import asyncio
import json
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
from livekit import api

from tests.live.server import LiveServer
from tests.needs import DEBIAN
from tests.ports import free_port

HANGS = 30


class Redis:
    """A Redis that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        self._folder = folder

    def __enter__(self) -> Self:
        host, _, port = self.address.partition(":")
        options = ("--bind", host, "--port", port, "--save", "", "--appendonly", "no", "--dir", str(self._folder))
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen([DEBIAN["redis-server"], *options], stdout=log, stderr=log)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()


@dataclass
class Job:
    """What the worker was asked: the request's fields as LiveKit's JSON spells them."""

    id: str
    request: dict[str, Any]
    states: list[str] = field(default_factory=list)


class Worker:
    """One worker. It joins the room as a real one does and then reports ``active`` by itself while ``records``.

    async with Worker(program, redis.address, server) as worker: ...
    """

    def __init__(self, program: Path, redis: str, server: LiveServer) -> None:
        self.records = True
        self.jobs: list[Job] = []
        self._program, self._redis, self._server = program, redis, server
        self._done = 0
        self._ready = False
        self._changed = asyncio.Condition()
        self._inside: dict[str, aiohttp.ClientWebSocketResponse] = {}
        self._rooms: dict[str, str] = {}

    async def start(self) -> None:
        self._ready = False
        self._process = await asyncio.create_subprocess_exec(
            self._program, self._redis, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        self._reader = asyncio.create_task(self._read())
        await self.until(lambda: self._ready)

    async def vanish(self) -> None:
        """As a crash would; LiveKit notices that those it had in rooms are gone."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._reader
        for egress in list(self._inside):
            await self._leave(egress)

    async def tell(self, *words: str) -> None:
        """Give it an order, and wait until it is carried out."""
        done = self._done
        assert self._process.stdin
        self._process.stdin.write(" ".join(words).encode() + b"\n")
        await self.until(lambda: self._done > done)

    async def asked(self, number: int = 1) -> Job:
        """The job of that number, counted from 1, once it is asked for."""
        await self.until(lambda: len(self.jobs) >= number)
        return self.jobs[number - 1]

    def took(self, job: Job) -> bool:
        """Whether LiveKit has its answer, or is about to."""
        return job.id in self._rooms

    async def reported(self, job: Job, state: str) -> None:
        await self.until(lambda: f"EGRESS_{state}" in job.states)

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(HANGS), self._changed:
            await self._changed.wait_for(condition)

    async def _read(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            event = json.loads(line)
            job = next((job for job in self.jobs if job.id == event.get("id")), None)
            match event.pop("event"):
                case "ready":
                    self._ready = True
                case "done":
                    self._done += 1
                case "asked":
                    self.jobs.append(Job(**event))
                case "started":
                    self._rooms[event["id"]] = event["room"]
                    if self.records:
                        await self._join(event["id"], event["room"])
                        assert self._process.stdin
                        self._process.stdin.write(f"active {event['id']}\n".encode())
                case "reported" if job:
                    job.states.append(event["status"])
                    if event["status"] not in ("EGRESS_ACTIVE", "EGRESS_ENDING"):
                        await self._leave(job.id)
            async with self._changed:
                self._changed.notify_all()

    async def _join(self, egress: str, room: str) -> None:
        """By signalling alone: that is enough to stand in the list of those inside."""
        made = api.AccessToken(self._server.api_key, self._server.api_secret).with_identity(egress).with_kind("egress")
        token = made.with_grants(api.VideoGrants(room_join=True, room=room, hidden=True, recorder=True)).to_jwt()
        with suppress(aiohttp.ClientError):  # the room was closed meanwhile
            self._inside[egress] = await self._http.ws_connect(
                f"{self._server.http_url}/rtc", params={"access_token": token, "protocol": "15"}
            )

    async def _leave(self, egress: str) -> None:
        if line := self._inside.pop(egress, None):
            async with self._server.api() as livekit:
                with suppress(api.TwirpError, aiohttp.ClientError):
                    who = api.RoomParticipantIdentity(room=self._rooms[egress], identity=egress)
                    await livekit.room.remove_participant(who)
            await line.close()

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.vanish()
        await self._http.close()


@asynccontextmanager
async def room_on(server: LiveServer, name: str) -> AsyncIterator[str]:
    """A room there for as long as it takes."""
    async with server.api() as livekit:
        await livekit.room.create_room(api.CreateRoomRequest(name=name, empty_timeout=300))
        try:
            yield name
        finally:
            with suppress(api.TwirpError, aiohttp.ClientError):
                await livekit.room.delete_room(api.DeleteRoomRequest(room=name))


async def eventually(condition: Any) -> None:
    """Wait until an asynchronous question is answered with yes."""
    began = time.monotonic()
    while not await condition():
        assert time.monotonic() - began < HANGS
        await asyncio.sleep(0.05)
