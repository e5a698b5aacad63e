"""Asking the server on this machine whether it is there: a bare request, without a client to keep."""

import asyncio
from contextlib import suppress

from bridge.livekit_server.network import LOOPBACK

REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


async def answers(port: int, timeout: float = 5.0) -> bool | None:
    """True: well; False: it answers but not with 200 (406: its machine is overloaded); None: no answer."""
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(REQUEST)
                words = (await reader.readline()).split()
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
    except (OSError, TimeoutError, ValueError):
        return None
    return words[1] == b"200" if len(words) > 1 and words[0].startswith(b"HTTP/") else None
