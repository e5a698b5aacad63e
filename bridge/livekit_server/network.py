"""This machine's addresses and ports: where guests find the server, and who sits on a port it needs."""

import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import AddressValueError, IPv4Address
from typing import Literal

import psutil

from bridge.errors import MediaServerDown

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - what the server binds, asked about here
ELSEWHERE = ("198.51.100.1", 9)  # an address for documentation: nothing is sent, only the route is looked up

Port = tuple[Literal["tcp", "udp"], str, int]


class PortBusy(MediaServerDown):
    """A port that the server needs is taken by another program."""


def advertised(value: str) -> str:
    """The address guests reach for a setting: ``auto`` (the LAN's, else loopback), ``loopback``, or an IPv4 address.

    Raises ``MediaServerDown`` for anything else.
    """
    if value in ("", "loopback", "localhost"):
        return LOOPBACK
    if value == "auto":
        return lan_address() or LOOPBACK
    with suppress(AddressValueError):
        address = IPv4Address(value)
        if not (address.is_unspecified or address.is_multicast):
            return str(address)
    raise MediaServerDown(
        f"[local] advertise = {value!r} is no address that guests can reach",
        "write auto, loopback, or an IPv4 address of this machine or its router, as in 192.168.1.20",
    )


def lan_address() -> str | None:
    """The IPv4 address of the interface that leads out of this machine, else of any that is up, else None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
            candidates = [probe.getsockname()[0]]
        except OSError:
            candidates = []
    return next((address for address in [*candidates, *_addresses()] if _useful(address)), None)


def is_ours(address: str) -> bool:
    """Whether an interface of this machine has the address."""
    return address in _addresses()


def _addresses() -> list[str]:
    states = psutil.net_if_stats()
    return [
        entry.address
        for name, entries in psutil.net_if_addrs().items()
        for entry in entries
        if entry.family == socket.AF_INET and (name not in states or states[name].isup)
    ]


def _useful(address: str) -> bool:
    parsed = IPv4Address(address)
    return not (parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified)


def require_free(ports: Iterable[Port]) -> None:
    """Raise ``PortBusy``, naming the port and who has it, unless the server can have all of them."""
    for kind, address, port in ports:
        if not is_free(kind, address, port):
            program = program_name(owner(kind, port))
            raise PortBusy(
                f"{kind.upper()} port {port}, which the LiveKit server on this machine needs, is used by {program}",
                "close that program, or choose another port under [local] in config.toml",
            )


def is_free(kind: str, address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as probe:
        if sys.platform == "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        elif kind == "tcp":
            probe.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
            )  # as the server does: old connections do not count
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def owner(kind: str, port: int) -> int | None:
    """The process that holds the port; None where the system does not tell."""
    try:
        for connection in psutil.net_connections(kind):
            bound = connection.laddr and connection.laddr.port == port
            if bound and (kind == "udp" or connection.status == psutil.CONN_LISTEN):
                return connection.pid or None  # nobody: not told
    except (psutil.Error, OSError):
        return None  # macOS tells root only
    return None


def program_name(pid: int | None) -> str:
    """A process as an operator knows it: its program and number."""
    if pid is None:
        return "another program"
    try:
        return f"{psutil.Process(pid).name()} (process {pid})"
    except psutil.Error:
        return f"process {pid}"
