"""What is derived from the secret in the data folder, so that the store holds no key and no code.

A table of generations outlives the rooms: a room made again has its keys and links again, and no old one ever works.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

EVERY_ROOM = "*"


class Derived(StrEnum):
    """A room's key, a studio's key, a view key of either, the link codes of a room."""

    ROOM = "room"
    STUDIO = "studio"
    VIEW = "view"
    LINKS = "links"


@dataclass(frozen=True, slots=True)
class Generation:
    """``oldest`` to ``current`` are valid, both included; 1 <= ``oldest`` <= ``current``."""

    current: int = 1
    oldest: int = 1


class GenerationRows(Protocol):
    """Generations on disk. ``get`` answers (1, 1) for what was never set.

    ``set`` takes them by slug, all or none. It raises ``StoreBroken``, and ``ValueError`` outside their range.
    """

    def get(self, kind: Derived, owner: str, slug: str) -> Generation: ...
    async def set(self, kind: Derived, owner: str, generations: Mapping[str, Generation]) -> None: ...


def derive(secret: bytes, *parts: str) -> str:
    """32 lower-case base32 characters that only the holder of ``secret`` can make out of ``parts``."""
    mac = hmac.digest(secret, "|".join(parts).encode(errors="replace"), "sha256")
    return base64.b32encode(mac[:20]).decode().lower()
