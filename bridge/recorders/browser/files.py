"""The file of a part: it grows under another name, each piece on the disk before it is acknowledged."""

import os
import shutil
from pathlib import Path
from typing import IO

from bridge.files import private_folder, replace, sync_folder

LEAST_FREE = 500 * 2**20
"""Bytes that are left for everything else on that disk."""


class DiskFull(Exception):
    """There is hardly any room left; the text says it in a sentence."""


def unfinished(file: Path) -> Path:
    """What a part is called until its end."""
    return file.with_name(f"{file.name}.part")


def require_room(folder: Path, least_free: int) -> None:
    """Raises ``DiskFull``, and ``OSError`` where the folder cannot be asked."""
    free = shutil.disk_usage(folder).free
    if free < least_free:
        raise DiskFull(
            f"the disk that holds {folder} is nearly full ({free // 2**20} MB are left): make room there, "
            "or name another place in [recording] folder"
        )


class Growing:
    """One part. It blocks: call it in a thread, one call after the other."""

    def __init__(self, file: Path, least_free: int = LEAST_FREE) -> None:
        self._file, self._raw, self._least_free = file, unfinished(file), least_free
        self._handle: IO[bytes] | None = None

    def prepare(self) -> None:
        """Whether it can be written is known before anything is started. Raises ``DiskFull`` and ``OSError``."""
        private_folder(self._file.parent)
        for path in (self._file, self._raw):
            if path.exists():
                raise FileExistsError(f"{path} is there already")
        require_room(self._file.parent, self._least_free)

    def append(self, data: bytes) -> None:
        """On the disk when it returns. Raises ``DiskFull`` and ``OSError``."""
        require_room(self._file.parent, self._least_free)
        if self._handle is None:
            self._handle = open(self._raw, "xb", buffering=0, opener=_private)
            sync_folder(self._raw.parent)
        rest = memoryview(data)
        while rest:
            rest = rest[self._handle.write(rest) :]
        os.fsync(self._handle.fileno())

    def close(self) -> None:
        if self._handle is not None:
            self._handle.close()


def finish(file: Path) -> int:
    """Give a part that has ended its own name, and say how many bytes it has; 0 where there is none."""
    raw = unfinished(file)
    if raw.exists():
        if raw.stat().st_size:
            replace(raw, file)
            sync_folder(file.parent)
        else:
            raw.unlink()
    return file.stat().st_size if file.exists() else 0


def erase(file: Path, top: Path) -> None:
    """Remove a part, and the folders below ``top`` that are empty then."""
    for path in (file, unfinished(file)):
        path.unlink(missing_ok=True)
    for folder in file.parents:
        if folder == top or not folder.is_relative_to(top):
            return
        try:
            folder.rmdir()
        except OSError:  # it holds other recordings, or is gone
            return


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)
