"""A load on one HTTP server: many keep-alive connections that ask again as soon as they are answered."""

import asyncio
import time
from urllib.parse import urlsplit

CONNECTIONS = 16


class _Asker(asyncio.Protocol):
    """Sends one GET again and again. The answers are small: one read each."""

    def __init__(self, request: bytes, until: float) -> None:
        self.request, self.until = request, until
        self.answers = 0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if not data.startswith(b"HTTP/1.1 200"):
            self.done.set_exception(RuntimeError(data[:200].decode()))
            self.transport.close()
            return
        self.answers += 1
        if time.perf_counter() < self.until:
            self.transport.write(self.request)
        else:
            self.transport.close()
            self.done.set_result(None)


async def answers_per_second(url: str, headers: dict[str, str], seconds: float) -> float:
    """How many GETs of ``url`` the server answers per second."""
    parts = urlsplit(url)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{lines}\r\n".encode()
    began = time.perf_counter()
    loop = asyncio.get_running_loop()
    askers = []
    for _ in range(CONNECTIONS):
        _, asker = await loop.create_connection(
            lambda: _Asker(request, began + seconds), parts.hostname or "", parts.port or 80
        )
        askers.append(asker)
    await asyncio.gather(*(asker.done for asker in askers))
    return sum(asker.answers for asker in askers) / (time.perf_counter() - began)
