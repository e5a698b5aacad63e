"""What a page needs to know about a room."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_SLUG = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
_SEAT = re.compile("[a-z0-9-]{1,24}")


@dataclass(frozen=True)
class RoomCard:
    """One room as its keys see it; raises ValueError for what no key could carry.

    `url` is where Companion reaches the bridge, `key` the room's own key, `seats` its reserved places in their order.
    """

    name: str
    slug: str
    url: str
    key: str
    seats: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Whatever ends in an expression or an address of Companion is plain."""
        if len(self.slug) > 64 or not _SLUG.fullmatch(self.slug):
            raise ValueError(f"slug {self.slug!r} is not of the form a-z, 0-9 and single dashes, at most 64")
        if not _is_address(self.url):
            raise ValueError(f"url {self.url!r} is not a plain http:// or https:// address")
        if not self.key.isascii() or not self.key.isprintable() or not self.key.strip() or "$" in self.key:
            raise ValueError("key must be printable ASCII: it travels in a header")
        for seat in self.seats:
            if not _SEAT.fullmatch(seat):
                raise ValueError(f"seat {seat!r} is not of the form a-z, 0-9 and dashes, at most 24")

    def address(self, path: str) -> str:
        """A short route of the room, in full: Companion may put it on a connection with another base."""
        return f"{self.url.rstrip('/')}/r/{self.slug}/{path}"


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        plain = parts.scheme in ("http", "https") and parts.hostname and parts.username is None and parts.port != 0
    except ValueError:
        return False
    return bool(plain) and text.isprintable() and not set(text) & set("?# $")
