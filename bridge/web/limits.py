"""How often an address may be wrong."""

import ipaddress

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from bridge.errors import TooManyRequests

WRONG_KEYS = RateLimitItemPerMinute(20, 1, "wrong-key")
JOINS = RateLimitItemPerMinute(600, 1, "join")
"""A webinar's audience may sit behind one address."""


class Limits:
    """Counts per address, IPv6 per /64. Refuses without sleeping; a valid key is never counted."""

    def __init__(self) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def wrong_key(self, address: str | None) -> None:
        """One more wrong key. Raises ``TooManyRequests``."""
        if not self._limiter.hit(WRONG_KEYS, _network(address)):
            raise TooManyRequests("too many wrong keys from this address")

    def join(self, address: str | None) -> None:
        """One more question of the join flow without a key. Raises ``TooManyRequests``."""
        if not self._limiter.hit(JOINS, _network(address)):
            raise TooManyRequests("too many joins from this address")


def _network(address: str | None) -> str:
    try:
        ip = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
