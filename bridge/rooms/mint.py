"""Mints: what a join token says about how its holder was let in, and when.

A mint stands in the token's attributes, where LiveKit shows it of whoever is inside and keeps it in the tokens that it
renews. So it tells after a restart too how strong a way in somebody has.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum, auto

from bridge.rooms.model import Call, Role

_FORM = re.compile(r"([0-4])-([0-9a-f]{1,16})-[0-9a-f]{8}")


class Way(Enum):
    """What somebody comes by: the id alone, a link code, the owner's token."""

    ID = auto()
    CODE = auto()
    OWNER = auto()


class Strength(IntEnum):
    """How strong a way in is, weakest first: a code beats the id alone, a speaker beats everybody else, as does the
    program, which goes to nobody else.
    """

    ID_GUEST = 0
    ID_SPEAKER = 1
    CODE_GUEST = 2
    CODE_SPEAKER = 3
    STUDIO = 4
    """Nobody comes in by it: it takes an identity from whoever has it."""

    @classmethod
    def of(cls, role: Role, way: Way) -> "Strength":
        if way is Way.OWNER:
            return cls.CODE_SPEAKER
        if role in (Role.SPEAKER, Role.PROGRAM):
            return cls.ID_SPEAKER if way is Way.ID else cls.CODE_SPEAKER
        return cls.ID_GUEST if way is Way.ID else cls.CODE_GUEST

    @property
    def public(self) -> bool:
        """Open to whoever knows an id or a guest link, which go round."""
        return self < Strength.CODE_SPEAKER


@dataclass(frozen=True, slots=True)
class Mint:
    """``made`` grows with each one of a process; it is ms since 1970 unless they come faster."""

    strength: Strength
    made: int
    text: str

    @classmethod
    def read(cls, text: str) -> "Mint | None":
        """The mint that a token or a participant shows; None for a token that is not ours, or older than mints."""
        match = _FORM.fullmatch(text)
        return cls(Strength(int(match[1])), int(match[2], 16), text) if match else None

    def revokes(self, other: "Mint") -> bool:
        """Whether ``other``, a mint of the same identity, is worth nothing since this one was given."""
        return other.strength < self.strength and other.made < self.made


def is_revoked(call: Call, identity: str, mint: str) -> bool:
    """Whether a stronger caller took the identity after ``mint`` was given."""
    taken, given = Mint.read(call.taken.get(identity, "")), Mint.read(mint)
    return taken is not None and given is not None and taken.revokes(given)


class Mints:
    """Makes them."""

    def __init__(self, clock_ms: Callable[[], int]) -> None:
        self._clock_ms = clock_ms
        self._last = 0

    def new(self, strength: Strength) -> Mint:
        self._last = max(self._clock_ms(), self._last + 1)
        text = f"{strength:d}-{self._last:x}-{secrets.token_hex(4)}"
        return Mint(strength, self._last, text)
