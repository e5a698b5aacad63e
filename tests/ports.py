"""Ports for servers that tests start: nobody else's for as long as this process lives, and never a client's."""

import secrets
import socket
from pathlib import Path

KERNEL = Path("/proc/sys/net/ipv4/ip_local_port_range")
BELOW = int(KERNEL.read_text().split()[0]) if KERNEL.exists() else 32768
"""From here on the kernel takes the ports of clients: one of them could sit on a port before its server does."""
BLOCK = 4
PORTS = range(max(1024, BELOW - 3000 * BLOCK), BELOW - BLOCK + 1, BLOCK)


def free_port() -> int:
    """A port that is free together with the two behind it, TCP and UDP; another call gives another one.

    The fourth of the block is bound until this process ends: that keeps other workers and other runs away from it.
    """
    for _ in PORTS:
        port = secrets.choice(PORTS)
        if all(_is_free(port + offset) for offset in range(BLOCK - 1)) and _keep(port + BLOCK - 1):
            return port
    raise AssertionError(f"no free port between {PORTS.start} and {BELOW}")


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if not _bound(probe, port):
                return False
    return True


def _keep(port: int) -> bool:
    mark = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if _bound(mark, port):
        mark.detach()  # it is closed by the end of the process
        return True
    mark.close()
    return False


def _bound(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
