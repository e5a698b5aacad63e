"""A console on the Windows PC: Wine makes one of a terminal, so this is one, and somebody who types and reads."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .pc import HANGS, PYTHON, THERE, Pc
from .said import Said

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Console:
    """A window that somebody sits at, with one program in it."""

    def __init__(self, pc: Pc, *command: str, **options: Any) -> None:
        self.pc = pc
        self._hand, screen = _terminal()
        streams: dict[str, Any] = {"stdin": screen, "stdout": screen, "stderr": screen}
        self.process: subprocess.Popen[bytes] = pc.start(
            *command, through=("setsid", "--ctty"), environment={"TERM": "xterm"}, **streams, **options
        )
        os.close(screen)
        self._said = Said(self.process, self._hand)

    @property
    def shown(self) -> str:
        return _CONTROL.sub("", self._said.text)

    def type(self, keys: str) -> None:
        os.write(self._hand, keys.encode())

    def until(self, words: str) -> None:
        """Wait until they stand there."""
        ends = time.monotonic() + HANGS
        while words not in self.shown:
            assert self._said.more_may_come, self.shown
            assert time.monotonic() < ends, self.shown
            time.sleep(0.02)

    def tell(self, event: str, pid: int) -> None:
        """``break`` or ``close``, to that process on it."""
        done = self.pc.run(PYTHON, rf"{THERE}\console.py", event, str(pid))
        assert done.code == 0, done

    def ended(self) -> int:
        return self.process.wait(HANGS)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._said.finish()


def _terminal() -> tuple[int, int]:
    """Both ends of one that is wide enough for every line."""
    if sys.platform == "win32":
        raise NotImplementedError("the console there is played on Linux")
    import termios

    hand, screen = os.openpty()
    termios.tcsetwinsize(screen, (50, 250))
    return hand, screen


@contextmanager
def console(pc: Pc, *command: str, **options: Any) -> Iterator[Console]:
    made = Console(pc, *command, **options)
    try:
        yield made
    finally:
        made.close()
