"""One process of livekit-server, started here or by a bridge that is gone: is it alive, end it, leave it."""

import asyncio
import contextlib
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import psutil

STOP_SECONDS = 5.0
KILL_SECONDS = 2.0
POLL_SECONDS = 0.01
SIGNAL_EVERY = 5
SETTLE_SECONDS = 0.2
CLOCK_SLACK = 3.0  # the system's idea of when a process began moves a little when the clock is set

if sys.platform == "win32":
    FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
else:
    FLAGS = 0


class ServerProcess:
    """A running server. Made by ``spawn`` or ``adopt``."""

    def __init__(self, process: psutil.Process, child: "subprocess.Popen[bytes] | None") -> None:
        self._process = process
        self._child = child
        self.pid = process.pid
        self.created = process.create_time()
        self._listens_since = time.monotonic()

    @classmethod
    def spawn(cls, binary: Path, config: Path, output: IO[bytes]) -> "ServerProcess":
        """Start it apart from this process: Ctrl+C at the terminal and the end of the bridge do not reach it.

        Raises ``OSError`` when it cannot be started.
        """
        child = subprocess.Popen(  # noqa: S603 - the program that was installed or configured, no shell
            [binary, "--config", str(config)],
            cwd=config.parent, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True, creationflags=FLAGS,
        )  # fmt: skip
        return cls(psutil.Process(child.pid), child)

    @classmethod
    def adopt(cls, pid: int, created: float, config: Path) -> "ServerProcess | None":
        """The server that was started as ``pid`` at ``created`` with ``config``, if it still runs."""
        found = cls.of_ours(pid, config)
        return found if found and abs(found.created - created) < CLOCK_SLACK else None

    @classmethod
    def of_ours(cls, pid: int, config: Path) -> "ServerProcess | None":
        """The process ``pid`` if it is a server that runs with ``config``."""
        try:
            process = psutil.Process(pid)
            return cls(process, None) if str(config) in process.cmdline() else None
        except psutil.Error:
            return None

    def answered(self) -> None:
        """To be called when it answers for the first time: from then on it can be ended in an orderly way soon."""
        self._listens_since = time.monotonic()

    def alive(self) -> bool:
        if self._child is not None:
            return self._child.poll() is None
        try:
            return self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    async def end(self) -> None:
        """End it in an orderly way within ``STOP_SECONDS``, else at once.

        The first SIGTERM drains, which lasts until everybody has left; the second ends it and tells those inside. The
        server looks at two only, and loses them within 100 ms of the moment it listens: hence the wait. Windows knows
        only the end at once.
        """
        if sys.platform != "win32":
            await asyncio.sleep(max(0.0, self._listens_since + SETTLE_SECONDS - time.monotonic()))
        for step in range(round(STOP_SECONDS / POLL_SECONDS)):
            if not self.alive():
                break
            if step % SIGNAL_EVERY == 0:
                with contextlib.suppress(psutil.Error):
                    self._process.terminate()
            await asyncio.sleep(POLL_SECONDS)
        await self.end_at_once()

    async def end_at_once(self) -> None:
        """End it without a word to those inside."""
        if self.alive():
            with contextlib.suppress(psutil.Error):
                self._process.kill()
        for _ in range(round(KILL_SECONDS / POLL_SECONDS)):
            if not self.alive():  # its ports are free only now
                break
            await asyncio.sleep(POLL_SECONDS)

    def kill(self) -> None:
        """End it at once, where nothing can be awaited."""
        if self.alive():
            with contextlib.suppress(psutil.Error):
                self._process.kill()
        if self._child is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(KILL_SECONDS)

    def leave(self) -> None:
        """Let it run on without us."""
        if self._child is not None and self._child.returncode is None:
            self._child.returncode = 0  # or Popen warns about the child that is meant to outlive it
