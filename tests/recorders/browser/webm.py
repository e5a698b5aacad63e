"""What is in a recording, by ffmpeg's word."""

import asyncio
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

WIDTH, HEIGHT = 1280, 720
_NUMBER = r"(-?[\d.]+|-?inf)"


@dataclass(frozen=True, slots=True)
class Film:
    """``length`` is what its header says, None where it says nothing; ``played`` is how far it can be read.

    ``loudest`` is in dB, 0 at the most. ``complaints`` is what is broken in it.
    """

    length: float | None
    played: float
    frames: int
    size: tuple[int, int]
    channels: str
    loudest: float
    complaints: str


def ffmpeg() -> str:
    return str(imageio_ffmpeg.get_ffmpeg_exe())


async def film(file: Path) -> Film:
    """Read from its first frame to its last."""
    said = (await _run("-i", str(file), "-af", "volumedetect", "-f", "null", "-")).stderr.decode()
    length = re.search(r"Duration: (\d+):(\d+):([\d.]+)", said)
    played = re.findall(r"time=(\d+):(\d+):([\d.]+)", said) or [("0", "0", "0")]
    size = re.search(r"Stream #0:.*Video: vp8.* (\d+)x(\d+)", said)
    sound = re.search(r"Stream #0:.*Audio: opus, 48000 Hz, (\w+)", said)
    loudest = re.search(rf"max_volume: {_NUMBER} dB", said)
    assert size, said
    return Film(
        length=_seconds(length.groups()) if length else None,
        played=_seconds(played[-1]),
        frames=int(re.findall(r"frame= *(\d+)", said)[-1]),
        size=(int(size[1]), int(size[2])),
        channels=sound[1] if sound else "",
        loudest=float(loudest[1]) if loudest else float("-inf"),
        complaints="\n".join(line for line in said.splitlines() if "Error" in line or "Invalid" in line),
    )


class Picture:
    """One frame, pixel by pixel."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def at(self, x: int, y: int) -> tuple[int, int, int]:
        place = 3 * (y * WIDTH + x)
        red, green, blue = self._data[place : place + 3]
        return red, green, blue

    def part(self, left: int, right: int) -> bytes:
        """Everything between two columns."""
        rows = range(HEIGHT)
        return b"".join(self._data[3 * (row * WIDTH + left) : 3 * (row * WIDTH + right)] for row in rows)


async def pictures(file: Path, chosen: str = "fps=2") -> list[Picture]:
    """Two a second, from the first frame to the last; ``null`` for every one."""
    raw = ("-vf", f"{chosen},scale={WIDTH}:{HEIGHT}", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    data = (await _run("-v", "error", "-i", str(file), *raw)).stdout
    size = 3 * WIDTH * HEIGHT
    assert len(data) % size == 0
    return [Picture(data[at : at + size]) for at in range(0, len(data), size)]


async def _run(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    command = [ffmpeg(), "-nostdin", "-hide_banner", *arguments]
    return await asyncio.to_thread(subprocess.run, command, capture_output=True, timeout=60)


def _seconds(clock: tuple[str, ...] | tuple[str, str, str]) -> float:
    hours, minutes, seconds = clock
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
