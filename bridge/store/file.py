"""A file that survives a crash: after any death it holds the last acknowledged bytes, or the ones being written.

A new generation is written beside the file, forced to the disk and moved over it; the generation before stays as
``.bak``. The file is never written in place, and nothing here ever starts empty because a generation cannot be read.
"""

import errno
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bridge.errors import StoreBroken
from bridge.files import sync_folder, write_new

T = TypeVar("T")

log = logging.getLogger(__name__)

PATIENCE = (0.25,) * 8
"""Seconds between tries while another program holds a file, for one generation as a whole: the press that waits for it
can still say what to do."""

SHARING_VIOLATIONS = frozenset({5, 32, 33})
"""ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION: what Windows answers while a virus scanner, an
indexer or an editor has the file open. They pass by themselves."""

FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
REFUSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


class SafeFile:
    """One file with its previous generation. For one process and one writing thread at a time.

    Every failure is a ``StoreBroken`` that names the file, the reason and the fix. ``check`` raises one where nothing
    may be written, because the file is somebody else's now.
    """

    def __init__(self, path: Path, check: Callable[[], None] = lambda: None) -> None:
        self.path = path
        self._check = check
        self.backup = path.with_name(path.name + ".bak")
        self._temporary = path.with_name(path.name + ".tmp")
        self._next_backup = path.with_name(path.name + ".bak.tmp")
        self._current_is_good = False

    def load(self, parse: Callable[[bytes], T]) -> T | None:
        """What ``parse`` makes of the current generation, or else of the previous one (with a warning in the log).

        ``None`` when there is neither: a new store. ``parse`` raises ``ValueError`` for bytes that are no good;
        anything else it raises ends the search. Raises ``StoreBroken`` when no generation is good.
        """
        self._clean()
        patience = _Patience()
        broken: list[str] = []
        for path in (self.path, self.backup):
            try:
                value = parse(patience(path.read_bytes))
            except FileNotFoundError:
                continue
            except PermissionError as error:
                raise StoreBroken(f"cannot read {path}: {error.strerror}", "let this user read it") from error
            except (OSError, ValueError) as error:
                broken.append(f"{path.name} is broken ({_one_line(error)})")
                continue
            self._current_is_good = path == self.path
            if not self._current_is_good:
                why = broken[0] if broken else f"{self.path.name} is missing"
                log.warning("%s in %s: going on from the previous generation, %s", why, path.parent, path.name)
            return value
        if broken:
            raise StoreBroken(
                f"cannot start: {' and '.join(broken)} in {self.path.parent}",
                f"put a good copy back as {self.path.name}, or move {self.path.name} and {self.backup.name}"
                " to another folder to start empty",
            )
        return None

    def replace(self, data: bytes) -> None:
        """Make ``data`` the current generation; it is on the disk when this returns.

        Raises ``StoreBroken``, and the current generation is the one it was. Blocks for as long as the disk takes, and
        up to 2 s more while another program holds the file (Windows).
        """
        patience = _Patience()
        self._check()
        try:
            patience(lambda: write_new(self._temporary, data))
            self._check()  # once more: that write took for as long as the disk did
            self._keep_previous(patience)
            patience(lambda: os.replace(self._temporary, self.path))
        except OSError as error:
            self._clean()
            raise self._refused(error) from error
        try:
            sync_folder(self.path.parent)
        except OSError as error:
            self._put_back()
            raise self._refused(error) from error
        self._current_is_good = True

    def _keep_previous(self, patience: "_Patience") -> None:
        """Make the current generation ``.bak``; one that could not be read is put aside instead."""
        if not self.path.exists():
            return
        if not self._current_is_good:
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
            aside = self.path.with_name(f"{self.path.stem}.broken-{stamp}{self.path.suffix}")
            patience(lambda: os.replace(self.path, aside))
            log.warning("the broken %s is kept as %s", self.path.name, aside.name)
            return
        patience(lambda: _link_or_copy(self.path, self._next_backup))
        patience(lambda: os.replace(self._next_backup, self.backup))

    def _put_back(self) -> None:
        """Undo a move that may not be on the disk, as far as the disk still obeys."""
        with suppress(OSError):
            if self.backup.exists():
                _link_or_copy(self.backup, self._temporary)
                os.replace(self._temporary, self.path)
            else:
                self.path.unlink()
        self._clean()

    def _clean(self) -> None:
        """Remove what a death or a failure left half done; neither file is ever read."""
        for path in (self._temporary, self._next_backup):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _refused(self, error: OSError) -> StoreBroken:
        if getattr(error, "winerror", None) in SHARING_VIOLATIONS:
            fix = "close the program that holds it (a virus scanner, an editor, a sync client)"
        elif error.errno in FULL:
            fix = "free some space on that disk; nothing was changed"
        elif error.errno in REFUSED:
            fix = "let this user write to that folder; nothing was changed"
        else:
            fix = "check that disk; nothing was changed"
        return StoreBroken(f"cannot write {self.path}: {error.strerror or _one_line(error)}", fix)


class _Patience:
    """Repeats what Windows refuses while another program holds a file; everything else is raised at once."""

    def __init__(self) -> None:
        self._waits = iter(PATIENCE)

    def __call__(self, step: Callable[[], T]) -> T:
        while True:
            try:
                return step()
            except PermissionError as error:
                if getattr(error, "winerror", None) not in SHARING_VIOLATIONS:
                    raise
                wait = next(self._waits, None)
                if wait is None:
                    raise
                time.sleep(wait)


def _link_or_copy(source: Path, target: Path) -> None:
    """``target`` has the bytes of ``source``: a hard link, or a copy where there are no links (FAT, SMB)."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except (OSError, NotImplementedError, AttributeError):
        with suppress(OSError):
            target.unlink(missing_ok=True)
        write_new(target, source.read_bytes())


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
