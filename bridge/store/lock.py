"""One process per data folder: a lock the system drops when its holder dies, and a note that says who holds it."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from filelock import FileLock, Timeout

from bridge.errors import StoreBroken
from bridge.folder import LOCK, NOTE

UNKNOWN = (0, 0)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a data folder; ``address`` is empty until it is known. ``note`` is everything the holder said."""

    pid: int
    address: str
    note: Mapping[str, Any] = field(default_factory=dict, compare=False)


class FolderLock:
    """Holds ``folder`` from ``acquire`` (or entering it) to ``release``. The folder is made where it is missing (0700).

    A crash leaves the note behind but never the lock, so an old note is no obstacle. ``said`` stands in the note beside
    pid and address. ``check`` says whether the lock still keeps others out.
    """

    def __init__(self, folder: Path, said: Mapping[str, Any] | None = None) -> None:
        self.folder = folder
        self._said = dict(said or {})
        self._note = folder / NOTE
        self._file = folder / LOCK
        self._lock = FileLock(self._file, timeout=0, mode=0o600, thread_local=False)
        self._held: tuple[int, int] | None = None
        self._lost = False

    def acquire(self) -> None:
        """Raises ``StoreBroken`` that names the pid when another process holds it, or why the folder is no good."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire()
            self._held, self._lost = _identity(self._file), False
        except Timeout:
            raise self._taken() from None
        except OSError as error:
            raise self._refused(error) from error
        self.note("")

    def note(self, address: str) -> None:
        """Write down who holds the folder, with the address it serves at once that is known."""
        text = json.dumps({"pid": os.getpid(), "address": address} | self._said)
        try:
            self._note.unlink(missing_ok=True)
            with open(self._note, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(text.encode() + b"\n")
        except OSError as error:
            self.release()
            raise self._refused(error) from error

    def check(self) -> None:
        """Raises ``StoreBroken`` once the lock's file was removed or replaced: somebody else may be in. Any thread."""
        now = _identity(self._file)
        self._lost = self._lost or (now != self._held and UNKNOWN not in (now, self._held))
        if self._lost:
            raise StoreBroken(
                f"{self._file} was removed or replaced while this bridge ran: another one may use the folder by now",
                "nothing was changed; end every bridge on this folder, then start one",
            )

    def release(self) -> None:
        """Let others in; once more is fine."""
        if self._lock.is_locked:
            try:
                self.check()
                self._note.unlink(missing_ok=True)
            except (OSError, StoreBroken):
                pass  # an old note is no obstacle, and another's is not ours to remove
            finally:
                self._lock.release()

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _taken(self) -> StoreBroken:
        owner = read_owner(self.folder)
        who = "another process" if owner is None else f"process {owner.pid}"
        where = f", serving {owner.address}," if owner is not None and owner.address else ""
        return StoreBroken(
            f"{who}{where} already uses {self.folder}", "stop it first, or give this one another folder with --data"
        )

    def _refused(self, error: OSError) -> StoreBroken:
        return StoreBroken(
            f"cannot use the data folder {self.folder}: {error.strerror or error}",
            "let this user write to it, or give another folder with --data",
        )


def _identity(file: Path) -> tuple[int, int] | None:
    """Which file it is; None where there is none. Windows lets nobody remove or move one that is open."""
    if sys.platform == "win32":
        return UNKNOWN
    try:
        status = os.stat(file)
    except FileNotFoundError:
        return None
    except OSError:
        return UNKNOWN  # a disk that fails is said by the write
    return status.st_dev, status.st_ino


def read_owner(folder: Path) -> Owner | None:
    """Who the note says holds ``folder``; ``None`` when there is none that can be read. The holder may be dead."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        return Owner(int(note["pid"]), str(note["address"]), note)
    except (OSError, ValueError, OverflowError, RecursionError, KeyError, TypeError):
        return None
