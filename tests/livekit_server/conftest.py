"""Servers that the bridge runs itself, on ports of their own and in a data folder of the test's own."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bridge.livekit_server.config import ServerConfig
from bridge.livekit_server.process import LocalServer
from tests.live.conftest import livekit_binary
from tests.ports import free_port

__all__ = ["livekit_binary"]

MakeServer = Callable[..., LocalServer]


@pytest.fixture
def config() -> ServerConfig:
    port = free_port()
    return ServerConfig(port=port, tcp_port=port + 1, udp_port=port + 2)


@pytest.fixture
async def make_server(livekit_binary: Path, tmp_path: Path, config: ServerConfig) -> AsyncIterator[MakeServer]:
    """``make_server(binary=…, config=…)``: a server that is not started yet and is ended with the test."""
    servers: list[LocalServer] = []

    def make(**changes: Any) -> LocalServer:
        arguments: dict[str, Any] = {"binary": livekit_binary, "data": tmp_path, "config": config} | changes
        server = LocalServer(**arguments)
        servers.append(server)
        return server

    yield make
    for server in servers:
        await server.stop()
