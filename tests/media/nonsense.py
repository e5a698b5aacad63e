"""Replies of what is no LiveKit server, by name."""

import asyncio
import gzip

from aiohttp import web

from tests.media.stub import Reply

PROTOBUF = "application/protobuf"
PAGE = "<html><title>It works!</title></html>"
BOMB = gzip.compress(bytes(64 * 1024 * 1024))


def says(**answer: object) -> Reply:
    async def reply(_: web.Request) -> web.StreamResponse:
        return web.Response(**answer)  # type: ignore[arg-type]

    return reply


def sends_on(status: int) -> Reply:
    """A redirect to a place where everything is answered well."""
    return says(status=status, headers={"Location": "/elsewhere"})


async def not_http(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.write(b"SSH-2.0-OpenSSH_9.6\r\n")
    request.transport.close()
    return web.Response()


async def no_end(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": PROTOBUF})
    await response.prepare(request)
    while True:
        await response.write(bytes(65536))
        await asyncio.sleep(0)


NONSENSE: dict[str, Reply] = {
    "a page": says(text=PAGE, content_type="text/html"),
    "json": says(text='{"rooms": []}', content_type="application/json"),
    "nothing": says(),
    "nothing, without a word": says(status=204),
    "garbage": says(body=b"\xff" * 40, content_type=PROTOBUF),
    "not http": not_http,
    "redirect, 301": sends_on(301),
    "redirect, 302": sends_on(302),
    "redirect, 307": sends_on(307),
    "redirect, 308": sends_on(308),
    "no such page": says(status=404, text=PAGE, content_type="text/html"),
    "a list of errors": says(status=404, text='["no such page"]', content_type="application/json"),
    "an odd error": says(status=400, text='{"code": ["x"], "msg": {}}', content_type="application/json"),
    "not allowed": says(status=405, text="405: Method Not Allowed"),
    "forbidden": says(status=403, text=PAGE, content_type="text/html"),
    "unsupported": says(status=501, text="Unsupported method ('POST')"),
    "no end": no_end,
    "a bomb": says(body=BOMB, content_type=PROTOBUF, headers={"Content-Encoding": "gzip"}),
}
