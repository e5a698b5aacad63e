"""What a script needs to know about a room."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Media = Literal["av", "video", "audio"]
Mode = Literal["grid", "chat", "speaker"]

SLUG_MAX = 64


@dataclass(frozen=True)
class RoomCard:
    """One room as its scripts see it; raises ValueError for what no script could carry.

    `url` is where vMix reaches the bridge, `key` the room's own key, `bridge` how people call the bridge.
    `date` is given, not taken from the clock: the same card always makes the same files.
    """

    name: str
    slug: str
    url: str
    key: str
    media: Media = "av"
    max: int = 20
    webinar: bool = False
    chat: bool = True
    screen: bool = True
    record: bool = False
    mode: Mode = "grid"
    bridge: str = "vmix-bridge"
    version: str = ""
    date: str = ""

    def __post_init__(self) -> None:
        """Refuse values that would make scripts which can only fail."""
        if not _is_slug(self.slug):
            raise ValueError(f"slug {self.slug!r} is not of the form a-z, 0-9 and single dashes, at most {SLUG_MAX}")
        if not _is_address(self.url):
            raise ValueError(f"url {self.url!r} is not a plain http:// or https:// address")
        if not self.key.isascii() or not self.key.isprintable() or not self.key.strip():
            raise ValueError("key must be printable ASCII: it travels in a header")
        if self.media not in ("av", "video", "audio"):
            raise ValueError(f"media {self.media!r} is none of av, video, audio")
        if self.mode not in ("grid", "chat", "speaker"):
            raise ValueError(f"mode {self.mode!r} is none of grid, chat, speaker")
        if self.max < 1:
            raise ValueError(f"max {self.max!r} is below 1")

    @property
    def base(self) -> str:
        """The bridge's address without a slash at its end."""
        return self.url.rstrip("/")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        plain = parts.scheme in ("http", "https") and parts.hostname and parts.username is None and parts.port != 0
    except ValueError:
        return False
    return bool(plain) and text.isprintable() and not set(text) & set("?# ")


def _is_slug(text: str) -> bool:
    parts = text.split("-")
    return len(text) <= SLUG_MAX and text.isascii() and all(part.isalnum() and part == part.lower() for part in parts)
