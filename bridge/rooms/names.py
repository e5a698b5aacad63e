"""Names of rooms: as people read them, as URLs carry them, and the random ids behind them."""

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from slugify import slugify as _slugify

from bridge.errors import BadSetting

NAME_LENGTH = 200
SLUG_LENGTH = 64
_FORBIDDEN = frozenset("\ufffe\uffff\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNPRINTABLE = frozenset(("Cc", "Cs", "Zl", "Zp"))
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SEAT = re.compile("[a-z0-9-]{1,24}")
NO_SEATS = frozenset(
    ("all", "speakers", "viewers", "seats", "next", "speaker", "guest", "scene", "program", "grid", "chat")
)
"""Words that mean somebody else where a seat is named, or another scene."""
MOST_SEATS = 64
_ID = re.compile(r"[0-9a-f]{24}")


def new_id() -> str:
    """24 hex digits that nobody can guess: whoever knows one may enter an open room."""
    return secrets.token_hex(12)


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def is_printable(text: str) -> bool:
    """Whether ``text`` holds no control, line-separator, surrogate or bidi character."""
    return not any(char in _FORBIDDEN or unicodedata.category(char) in _UNPRINTABLE for char in text)


def checked_name(text: str) -> str:
    """A room's name: 1 to 200 printable characters, without blanks around it. Raises ``BadSetting``."""
    name = text.strip()
    if not name:
        raise BadSetting("name is empty", "give the room a name of 1 to 200 characters")
    if len(name) > NAME_LENGTH:
        raise BadSetting(f"name has {len(name)} characters", f"use at most {NAME_LENGTH}")
    if not is_printable(name):
        raise BadSetting("name holds a control, line-break or bidi character", "use printable characters only")
    return name


def slug_of(text: str) -> str:
    """The slug that a path part stands for: ``Main Stage`` is ``main-stage``. Empty where nothing is left."""
    return text if _SLUG.fullmatch(text) else str(_slugify(text))


def checked_slug(text: str) -> str:
    """The slug a new room gets from its path. Raises ``BadSetting`` where it would be none."""
    slug = slug_of(text)
    if not slug or len(slug) > SLUG_LENGTH or is_id(slug):
        raise BadSetting(
            "the room's short name in the path cannot be used",
            f"use 1 to {SLUG_LENGTH} letters, digits and dashes, as in /r/main-stage/create",
        )
    return slug


def checked_seats(seats: Sequence[str]) -> None:
    """At most 64 different names of seats. Raises ``BadSetting``."""
    wrong = next((seat for seat in seats if not _SEAT.fullmatch(seat) or seat in NO_SEATS), None)
    if wrong is not None:
        raise BadSetting(
            "seats holds a name that no seat can have",
            "use 1 to 24 lower-case letters, digits and dashes for each, as in host,guest1,guest2, and none of "
            + ", ".join(sorted(NO_SEATS)),
        )
    if len(set(seats)) != len(seats):
        raise BadSetting("seats names one twice", "name each seat once")
    if len(seats) > MOST_SEATS:
        raise BadSetting(f"seats names {len(seats)}", f"a room has at most {MOST_SEATS}")


def is_scene(name: str) -> bool:
    """Whether a scene that people are taken to may be called so."""
    return _SEAT.fullmatch(name) is not None


def checked_title(text: str) -> str:
    """What is written under somebody's picture: up to 200 printable characters. Raises ``BadSetting``."""
    title = text.strip()
    if len(title) > NAME_LENGTH or not is_printable(title):
        raise BadSetting("text cannot be a title", f"use at most {NAME_LENGTH} printable characters")
    return title


def free_slug(name: str, taken: Callable[[str], bool]) -> str:
    """A slug made from a name: taken ones get ``-2``, ``-3``; a name without letters gets ``room-xxxxxx``."""
    return next(slug for slug in _candidates(name) if not taken(slug))


def _candidates(name: str) -> Iterator[str]:
    base = str(_slugify(name, max_length=SLUG_LENGTH))
    if is_id(base):
        base = f"room-{base}"
    if base:
        yield base
        for number in range(2, 1000):
            suffix = f"-{number}"
            yield base[: SLUG_LENGTH - len(suffix)].rstrip("-") + suffix
    while True:
        yield f"room-{secrets.token_hex(3)}"
