"""Where a request comes from: its address and whether the browser came by https, also behind a proxy that we trust."""

import ipaddress
import re
from collections.abc import Iterable

from aiohttp import web

_WITH_PORT = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::[0-9]+)?")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Callers:
    """``trusted`` are the addresses and networks of proxies whose ``X-Forwarded-For`` and ``-Proto`` count."""

    def __init__(self, trusted: Iterable[str]) -> None:
        self._trusted = tuple(ipaddress.ip_network(network) for network in trusted)

    def address(self, request: web.BaseRequest) -> str:
        """The rightmost forwarded address that is no trusted proxy; without one the peer itself, as it is."""
        nearest = self._proxy(request)
        if nearest is None:
            return request.remote or ""
        for text in reversed(",".join(request.headers.getall("X-Forwarded-For", ())).split(",")):
            found = _address(text.strip())
            if found is None:
                break
            nearest = found
            if not self._is_trusted(found):
                break
        return str(nearest)

    def is_secure(self, request: web.BaseRequest) -> bool:
        """Whether the browser came by https. An https page says so itself: it could not open a plain connection."""
        if request.secure or request.headers.get("Origin", "").startswith("https://"):
            return True
        if self._proxy(request) is None:
            return False
        said = ",".join(request.headers.getall("X-Forwarded-Proto", ()))
        return said.rpartition(",")[2].strip().lower() == "https"

    def _proxy(self, request: web.BaseRequest) -> Address | None:
        """The proxy that passed it on, where that is one of ours."""
        peer = _address(request.remote or "")
        return peer if peer is not None and self._is_trusted(peer) else None

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted if network.version == address.version)


def _address(text: str) -> Address | None:
    match = _WITH_PORT.fullmatch(text)
    bare = (match[1] or match[2]) if match else text.partition("%")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, ipaddress.IPv6Address) else found
