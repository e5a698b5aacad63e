"""How often an address may be wrong, and how often it may ask to join."""

import ipaddress

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from bridge.errors import TooManyRequests

WRONG_KEYS = RateLimitItemPerMinute(20, 1, "wrong-key")
WRONG_INVITATIONS = RateLimitItemPerMinute(60, 1, "wrong-invitation")
JOINS = RateLimitItemPerMinute(600, 1, "join")
"""A webinar's audience may sit behind one address."""


class Limits:
    """Counts per address, IPv6 per /64. Refuses without sleeping; what is right is never counted as wrong."""

    def __init__(self) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def wrong_key(self, address: str) -> None:
        """One more wrong key. Raises ``TooManyRequests``."""
        self._count(WRONG_KEYS, address, "too many wrong keys from this address")

    def wrong_invitation(self, address: str) -> None:
        """One more id or code that is none. Raises ``TooManyRequests``."""
        self._count(WRONG_INVITATIONS, address, "too many wrong room ids and codes from this address")

    def join(self, address: str) -> None:
        """One more question of the join flow without a key. Raises ``TooManyRequests``."""
        self._count(JOINS, address, "too many joins from this address")

    def _count(self, limit: RateLimitItemPerMinute, address: str, message: str) -> None:
        if not self._limiter.hit(limit, network(address)):
            raise TooManyRequests(message)


def network(address: str) -> str:
    """What an address is counted as: an IPv6 customer has a whole /64."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
