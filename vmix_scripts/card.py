"""What a script needs to know about a room."""

from dataclasses import dataclass
from typing import Annotated, Literal, get_args, get_origin, get_type_hints
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
    max: Annotated[int, "How many may be inside at once."] = 20
    media: Annotated[Media, "What people send: av, video or audio."] = "av"
    webinar: Annotated[bool, "1 or 0: guests may watch without being seen."] = False
    chat: Annotated[bool, "1 or 0: people may write to each other."] = True
    screen: Annotated[bool, "1 or 0: speakers may share their screen."] = True
    record: Annotated[bool, "1 or 0: the call is recorded."] = False
    mode: Annotated[Mode, "Layout of the recording: grid, chat or speaker."] = "grid"
    seats: Annotated[str, "Reserved places by name, separated by commas: host,guest1."] = ""
    lobby: Annotated[bool, "1 or 0: people wait until somebody admits them."] = False
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
        for word, value, known in (("media", self.media, get_args(Media)), ("mode", self.mode, get_args(Mode))):
            if value not in known:
                raise ValueError(f"{word} {value!r} is none of {', '.join(known)}")
        if self.max < 1:
            raise ValueError(f"max {self.max!r} is below 1")

    @property
    def base(self) -> str:
        """The bridge's address without a slash at its end."""
        return self.url.rstrip("/")

    @property
    def first_seat(self) -> str:
        """The first of the reserved places; empty where there is none."""
        return self.seats.split(",")[0]

    @property
    def policy(self) -> dict[str, str]:
        """The room's policy as the bridge's addresses spell it."""
        values = {word: getattr(self, word) for word in POLICY}
        return {word: f"{value:d}" if isinstance(value, int) else value for word, value in values.items()}


POLICY: dict[str, str] = {
    word: hint.__metadata__[0]
    for word, hint in get_type_hints(RoomCard, include_extras=True).items()
    if get_origin(hint) is Annotated
}
"""The words of a room's policy, as the bridge's addresses spell them, and what scripts say of each to people."""


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
