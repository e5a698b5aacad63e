"""Small private files: written whole or not at all, readable by their owner only."""

import errno
import json
import os
import secrets
import sys
import time
from pathlib import Path
from typing import Any

REPLACE_TRIES = 20
NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
"""What file systems answer that have no fsync for folders; their renames are as durable as they can be."""


def private_folder(path: Path) -> Path:
    """Make the folder (owner only) if it is not there, and return it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def write_new(path: Path, data: bytes, *, durable: bool = True) -> None:
    """A new file of mode 0600 with ``data``, on the disk if ``durable``; one of that name is replaced."""
    path.unlink(missing_ok=True)
    with open(path, "xb", buffering=0, opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) :]
        if durable:
            os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Force the names in ``folder`` to the disk (POSIX; NTFS journals them by itself)."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in NO_FOLDER_SYNC:
            raise
    finally:
        os.close(handle)


def write_private(path: Path, text: str, *, durable: bool = True) -> None:
    """Replace the file by ``text`` in one step; a reader sees the old text or the new one.

    What no power cut needs to survive is not ``durable``, and does not wait for the disk.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        write_new(temporary, text.encode(), durable=durable)
        replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in the file; an empty one if the file is missing, broken or no object."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def replace(source: Path, target: Path) -> None:
    """``os.replace`` that outwaits a virus scanner and gets past a program that is running.

    Windows refuses to overwrite a running .exe but lets it be renamed, so it is moved aside as ``*.old-xxxx``.
    """
    for left in reversed(range(REPLACE_TRIES)):
        try:
            source.replace(target)
            return
        except PermissionError:
            if sys.platform != "win32" or not left:
                raise
            if target.suffix == ".exe" and left == REPLACE_TRIES // 2:
                target.rename(target.with_name(f"{target.name}.old-{secrets.token_hex(4)}"))
            time.sleep(0.05)
