"""Bridges to test: the real service in this process, on a free port, spoken to over HTTP."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiohttp

from bridge.rooms.ports import MediaServer, Recorder
from bridge.service import Running, running
from bridge.settings import load
from bridge.wellbeing import Check

SECRETS: set[str] = set()
"""What no line of a whole test run may hold: tokens, keys and secrets of every bridge that ran in it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, read to the end."""

    status: int
    text: str
    headers: Any
    json: Any

    @classmethod
    async def of(cls, response: aiohttp.ClientResponse) -> Self:
        text = await response.text()
        return cls(
            response.status, text, response.headers, await response.json() if "json" in response.content_type else None
        )


@dataclass(slots=True)
class Bridge:
    """A running bridge, with the keys to it. ``url`` has no slash at its end."""

    url: str
    data: Path
    token: str
    studio_key: str
    running: Running
    http: aiohttp.ClientSession

    @property
    def owner(self) -> str:
        user = self.running.parts.accounts.first()
        assert user
        return user.id

    def room_key(self, slug: str) -> str:
        key = self.running.parts.keys.key(self.owner, slug)
        SECRETS.add(key)
        return key

    async def get(
        self, path: str, *, key: str | None = "", headers: dict[str, str] | None = None, **options: Any
    ) -> Answer:
        """A short route with the studio key; another ``key``, or None for none."""
        headers = dict(headers or {})
        if key is not None:
            headers["X-Bridge-Key"] = key or self.studio_key
        async with self.http.get(self.url + path, headers=headers, allow_redirects=False, **options) as response:
            return await Answer.of(response)

    async def api(
        self,
        path: str,
        body: object,
        *,
        token: str | None = "",
        method: str = "POST",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """The Video calls API as the first user; another ``token``, or None for none."""
        headers = dict(headers or {})
        if token is not None:
            headers["x-access-token"] = token or self.token
        async with self.http.request(method, f"{self.url}/api/{path}", json=body, headers=headers) as response:
            return await Answer.of(response)


@asynccontextmanager
async def bridge_on(
    data: Path,
    media_server: MediaServer | None = None,
    *,
    vmix_ports: tuple[int, ...] = (),
    examine: Callable[[Path], Iterable[Check]] = lambda data: (),
    recorder: Recorder | None = None,
    **options: Any,
) -> AsyncIterator[Bridge]:
    """The real service on ``data``, over ``media_server`` and with ``recorder`` if given.

    ``options`` are settings, as in ``config.toml``.
    """
    loaded = load(None, data, {"listen": "127.0.0.1:0", "media": "rehearsal"} | options)
    started = running(loaded, data, media_server, vmix_ports, recorder, examine)
    async with started as service, aiohttp.ClientSession() as http:
        keys = service.parts.keys
        user = service.parts.accounts.first()
        assert user
        token = (data / "token").read_text().strip()
        SECRETS.update((token, keys.key(user.id), (data / "secret").read_text().strip()))
        SECRETS.update(secret for secret in loaded.secrets if len(secret) > 20)  # a made-up word may stand in any line
        yield Bridge(service.url, data, token, keys.key(user.id), service, http)
