"""The one question that a livekit-server behind a router asks at its start: which address has this machine outside?

It offers that address and its own one side by side only where a STUN server has said so. This one says what the
settings say: nothing outside is asked, and a start needs no internet.
"""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import IPv4Address

BINDING, ANSWER, COOKIE = 0x0001, 0x0101, 0x2112A442
HEADER = struct.Struct("!HHI12s")
XOR_MAPPED_ADDRESS = struct.Struct("!HHxBHI")
IPV4 = 1


@asynccontextmanager
async def answering(inside: str, outside: str) -> AsyncIterator[str]:
    """Meanwhile ``inside`` is told that it is ``outside``, and others that they are who they are; yields HOST:PORT.

    Raises ``OSError`` where ``inside`` is no address of this machine.
    """
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Answering(inside, outside), local_addr=(inside, 0))
    try:
        yield f"{inside}:{transport.get_extra_info('sockname')[1]}"
    finally:
        transport.close()


def answer(question: bytes, address: str, port: int) -> bytes:
    """What a STUN server says to whoever is ``address``; empty where it was not asked (RFC 8489)."""
    if len(question) < HEADER.size:
        return b""
    kind, _, cookie, transaction = HEADER.unpack_from(question)
    if (kind, cookie) != (BINDING, COOKIE):
        return b""
    said = XOR_MAPPED_ADDRESS.pack(0x0020, 8, IPV4, port ^ (COOKIE >> 16), int(IPv4Address(address)) ^ COOKIE)
    return HEADER.pack(ANSWER, len(said), COOKIE, transaction) + said


class _Answering(asyncio.DatagramProtocol):
    def __init__(self, inside: str, outside: str) -> None:
        self._inside, self._outside = inside, outside
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        host, port = addr
        said = answer(data, self._outside if host == self._inside else host, port)
        if said and self._transport:
            self._transport.sendto(said, addr)
