"""What an operator sets up in a router: ports of its public address lead to a PC in the house, and the PC sees the
router's own address as the caller's.

``python -m tests.live.forward HOST TO UDP TCP …`` does so until it is ended, and says ``ready`` before.
"""

import asyncio
import sys


class _Back(asyncio.DatagramProtocol):
    def __init__(self, door: asyncio.DatagramTransport, guest: tuple[str, int]) -> None:
        self._door, self._guest = door, guest

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._door.sendto(data, self._guest)


class _Door(asyncio.DatagramProtocol):
    """One socket into the house for each caller."""

    def __init__(self, to: tuple[str, int]) -> None:
        self._to = to
        self._inside: dict[tuple[str, int], asyncio.Task[asyncio.DatagramTransport]] = {}
        self._passing: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._door = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if addr not in self._inside:
            self._inside[addr] = asyncio.create_task(self._open(addr))
        task = asyncio.create_task(self._pass(addr, data))
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)

    async def _open(self, guest: tuple[str, int]) -> asyncio.DatagramTransport:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Back(self._door, guest), remote_addr=self._to)
        return transport

    async def _pass(self, guest: tuple[str, int], data: bytes) -> None:
        (await self._inside[guest]).sendto(data)


async def udp(host: str, to: str, port: int) -> None:
    await asyncio.get_running_loop().create_datagram_endpoint(lambda: _Door((to, port)), local_addr=(host, port))


async def tcp(host: str, to: str, port: int) -> asyncio.Server:
    async def passes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside, outside = await asyncio.open_connection(to, port)
        await asyncio.gather(_pour(reader, outside), _pour(inside, writer), return_exceptions=True)

    return await asyncio.start_server(passes, host, port)


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


async def _main(host: str, to: str, media: str, *ports: str) -> None:
    await udp(host, to, int(media))
    servers = [await tcp(host, to, int(port)) for port in ports]
    print("ready", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
