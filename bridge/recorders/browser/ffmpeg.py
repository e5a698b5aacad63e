"""What a player needs to jump in a recording: its duration and an index, put in by ffmpeg at the end."""

import asyncio
import contextlib
import os
import subprocess
import sys
from pathlib import Path

from bridge.files import replace, sync_folder, write_new
from bridge.recorders.browser.files import DiskFull, require_room

COPY = ("-map", "0", "-c", "copy", "-f", "webm", "-progress", "pipe:1")

if sys.platform == "win32":
    CREATION = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
else:
    CREATION = 0


async def index(ffmpeg: str, file: Path, least_free: int) -> float:
    """The seconds it plays; 0 where that did not work, and the file is as it was then."""
    indexed = file.with_name(f"{file.name}.indexed")
    try:
        await asyncio.to_thread(_prepare, indexed, file, least_free)
        seconds = await _run(ffmpeg, file, indexed)
        if seconds and await asyncio.to_thread(_put, indexed, file):
            return seconds
    except (OSError, DiskFull):
        pass
    finally:
        with contextlib.suppress(OSError):
            indexed.unlink(missing_ok=True)
    return 0.0


async def _run(ffmpeg: str, file: Path, to: Path) -> float:
    process = await asyncio.create_subprocess_exec(
        ffmpeg, "-nostdin", "-v", "error", "-y", "-i", str(file), *COPY, str(to),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, creationflags=CREATION,
    )  # fmt: skip
    try:
        said, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    return _seconds(said.decode("ascii", "replace")) if process.returncode == 0 else 0.0


def _seconds(progress: str) -> float:
    times = [line.partition("=")[2] for line in progress.splitlines() if line.startswith("out_time_us=")]
    return int(times[-1]) / 1_000_000 if times and times[-1].isdecimal() else 0.0


def _prepare(indexed: Path, file: Path, least_free: int) -> None:
    """There is room for a second one of its size, and nobody else may read that either."""
    require_room(file.parent, least_free + file.stat().st_size)
    write_new(indexed, b"", durable=False)


def _put(indexed: Path, file: Path) -> bool:
    """In the place of the other, unless something is missing."""
    if indexed.stat().st_size < file.stat().st_size // 2:
        return False
    with indexed.open("rb+") as written:
        os.fsync(written.fileno())
    replace(indexed, file)
    sync_folder(file.parent)
    return True
