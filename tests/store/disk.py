"""A disk that misbehaves on demand: the calls of ``os`` the store makes, counted, held up, or refused."""

import errno
import os
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CALLS = ("fsync", "replace", "link")


class Disk:
    """Stands between the store and ``os``. ``refuse`` and ``hold`` apply to later calls."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.calls: Counter[str] = Counter()
        self._errors: dict[str, list[OSError]] = {}
        self._open = threading.Event()
        self._open.set()
        self.reached = threading.Event()
        for name in CALLS:
            patch.setattr(os, name, self._through(name, getattr(os, name)))

    def refuse(self, name: str, *errors: OSError) -> None:
        """The next calls of ``name`` fail with these, one each."""
        self._errors[name] = list(errors)

    def hold(self) -> None:
        """The next ``fsync`` does not return before ``release``; ``reached`` is set when it is waiting."""
        self.reached.clear()
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    def _through(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls[name] += 1
            if name == "fsync" and not self._open.is_set():
                self.reached.set()
                assert self._open.wait(10)
            if self._errors.get(name):
                raise self._errors[name].pop(0)
            return real(*args, **kwargs)

        return call


def content(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def overwrite(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def full() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def held(winerror: int) -> PermissionError:
    """What Windows answers while another program has a file open."""
    error = PermissionError(errno.EACCES, "The process cannot access the file")
    error.winerror = winerror  # type: ignore[attr-defined,unused-ignore]  # only Windows' own OSError declares it
    return error
