"""Reading a JSON body: bounded in size and time, and always an object."""

import asyncio
from typing import Any

import orjson
from aiohttp import web

from bridge.errors import BadRequest, TooLarge

BODY_BYTES = 64 * 1024
BODY_SECONDS = 5.0
BODY = web.RequestKey("body", dict[str, Any])
"""Where a request keeps its body once it is read: a failure after that answers in the format asked for there."""


async def json_object(request: web.Request, *, may_be_empty: bool = False) -> dict[str, Any]:
    """The body as a dict; where there is none, nothing need announce it. Raises ``BadRequest`` or ``TooLarge``.

    orjson refuses NaN, bad UTF-8 and nesting beyond 1024 levels.
    """
    if may_be_empty and not request.body_exists:
        return {}
    if request.content_type != "application/json":
        raise BadRequest("the body is not announced as JSON", "send Content-Type: application/json")
    data = await raw_body(request)
    if may_be_empty and not data:
        return {}
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"the body is not JSON: {error.msg}"[:150], "send a JSON object") from None
    if not isinstance(body, dict):
        raise BadRequest("the body is no JSON object", 'send an object, as in {"id": "..."}')
    request[BODY] = body
    return body


async def raw_body(request: web.Request) -> bytes:
    """Its bytes. Raises ``BadRequest`` or ``TooLarge``."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise TooLarge(f"the body is larger than {BODY_BYTES // 1024} KiB") from None
    except TimeoutError:
        raise BadRequest(f"the body did not arrive within {BODY_SECONDS:g} s", "send it at once") from None
    except (web.RequestPayloadError, ConnectionError):
        raise BadRequest("the body cannot be read to its end", "send it whole, without Content-Encoding") from None
