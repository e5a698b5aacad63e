"""The HTTP session to a LiveKit server. Whatever else answers at its url is told from LiveKit by its reply."""

from typing import Any

import aiohttp
import orjson
from aiohttp import ClientHandlerType, ClientRequest, ClientResponse

from bridge.errors import MediaServerRefused

MOST_BYTES = 4 * 1024 * 1024
"""A thousand rooms are listed in 0.3 MB."""


class NotLiveKit(MediaServerRefused):
    """Something answers, and it is no LiveKit server."""

    hint = "check url under [livekit] in config.toml, or what else listens on [local] port"

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"what answers at LiveKit's url is not LiveKit: {why}")


def livekit_session(
    connector: aiohttp.TCPConnector | None = None, timeout: aiohttp.ClientTimeout | None = None
) -> aiohttp.ClientSession:
    """A session whose requests raise ``NotLiveKit`` for what no LiveKit answers. Reads replies up to ``MOST_BYTES``."""
    return aiohttp.ClientSession(
        connector=connector,
        timeout=timeout or aiohttp.ClientTimeout(),
        middlewares=[_only_livekit],
        response_class=_Reply,
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def _only_livekit(request: ClientRequest, send: ClientHandlerType) -> ClientResponse:
    """A redirect would carry the call to somebody else; LiveKit's replies, empty ones too, are protobuf."""
    reply = await send(request)
    if 300 <= reply.status < 400:
        why = "it redirects"
    elif request.method == "POST" and reply.status == 200 and reply.content_type != "application/protobuf":
        why = "its reply is of another type"
    else:
        return reply
    reply.close()
    raise NotLiveKit(why)


class _Reply(ClientResponse):
    """Cut at ``MOST_BYTES``: a server that never stops sending must not fill the memory. Not for ``text``."""

    async def read(self) -> bytes:
        body = bytearray()
        async for part in self.content.iter_any():
            body += part
            if len(body) > MOST_BYTES:
                self.close()
                raise NotLiveKit("its reply has no end")
        return bytes(body)

    async def json(self, **_: Any) -> Any:
        """An object: all that LiveKit says in JSON is one."""
        said = orjson.loads(await self.read())
        if not isinstance(said, dict):
            raise NotLiveKit("its reply is of another type")
        return said
