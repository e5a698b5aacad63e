"""What is derived from the secret in the data folder, so that the store holds no key and no code.

A table of generations outlives the rooms: a room made again has its keys and links again, and no old one ever works.
"""

import base64
import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

EVERY_ROOM = "*"


class Derived(StrEnum):
    """A room's key, a studio's key, the link codes of a room."""

    ROOM = "room"
    STUDIO = "studio"
    LINKS = "links"


@dataclass(frozen=True, slots=True)
class Generation:
    """``oldest`` to ``current`` are valid, both included; 1 <= ``oldest`` <= ``current``."""

    current: int = 1
    oldest: int = 1


class GenerationRows(Protocol):
    """Generations on disk. ``get`` answers (1, 1) for what was never set; ``set`` raises ``StoreBroken``."""

    def get(self, kind: Derived, owner: str, slug: str) -> Generation: ...
    async def set(self, kind: Derived, owner: str, slug: str, generation: Generation) -> None: ...


def derive(secret: bytes, *parts: str) -> str:
    """32 lower-case base32 characters that only the holder of ``secret`` can make out of ``parts``."""
    mac = hmac.digest(secret, "|".join(parts).encode(errors="replace"), "sha256")
    return base64.b32encode(mac[:20]).decode().lower()
