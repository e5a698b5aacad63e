"""What a recording holds, read off the file itself: how many frames, for how long, and whether there is sound in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

SEGMENT, CLUSTER, TRACKS, TRACK, GROUP = 0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE, 0xA0
NUMBER, TYPE, TIME, SIMPLE_BLOCK, BLOCK = 0xD7, 0x83, 0xE7, 0xA3, 0xA1
PARENTS = frozenset((SEGMENT, CLUSTER, TRACKS, TRACK, GROUP))
VIDEO, AUDIO = 1, 2
SILENCE_BYTES = 20
"""Opus says silence in fewer bytes, 16 times a second."""


@dataclass(slots=True)
class Looked:
    """``seconds`` lie between the first and the last of all that is in it, ``loud`` are the pieces with sound."""

    frames: int = 0
    seconds: float = 0.0
    loud: int = 0
    kinds: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Frames a second."""
        return self.frames / self.seconds if self.seconds else 0.0

    @property
    def has_sound(self) -> bool:
        """In some of it at least."""
        return self.loud > self.seconds


def look(path: Path) -> Looked:
    """Read as far as it goes: one that was cut off ends in the middle of something."""
    found, first, cluster, track = Looked(), -1, 0, 0
    with path.open("rb") as file:
        for name, size in _elements(file):
            if name == NUMBER:
                track = int.from_bytes(file.read(size), "big")
            elif name == TYPE:
                found.kinds[track] = int.from_bytes(file.read(size), "big")
            elif name == TIME:
                cluster = int.from_bytes(file.read(size), "big")
            elif name in (SIMPLE_BLOCK, BLOCK):
                head = file.read(4)
                file.seek(size - len(head), 1)
                kind = found.kinds.get(head[0] & 0x7F) if len(head) == 4 else None
                now = cluster + int.from_bytes(head[1:3], "big", signed=True)
                first = now if first < 0 else first
                found.seconds = max(found.seconds, (now - first) / 1000)
                found.frames += kind == VIDEO
                found.loud += kind == AUDIO and size > SILENCE_BYTES
            elif name not in PARENTS:
                file.seek(size, 1)
    return found


def _elements(file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Name and size of each, those inside others too; whoever takes it reads or passes over what is in it."""
    while True:
        name, size = _number(file, keep_mark=True), _number(file, keep_mark=False)
        if name is None or size is None:
            return
        yield name, size


def _number(file: IO[bytes], *, keep_mark: bool) -> int | None:
    """One of EBML's, whose first bit that is set tells its length."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    length = 9 - first[0].bit_length()
    rest = file.read(length - 1)
    if len(rest) < length - 1:
        return None
    value = first[0] if keep_mark else first[0] - (1 << (8 - length))
    return int.from_bytes(bytes([value]) + rest, "big")
