"""Watching a server that runs: until it ends by itself, or hangs and is ended here."""

import asyncio
import logging
from dataclasses import dataclass

from bridge.livekit_server.child import ServerProcess
from bridge.livekit_server.health import answers

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Patience:
    """A server is asked ``every`` so many seconds, which it has for its answer; so many silent ``tries`` in a row are a
    hang. Any answer will do, also that it is overloaded.
    """

    every: float = 2.5
    tries: int = 4

    @property
    def seconds(self) -> float:
        return self.every * self.tries


class Silence:
    """How often in a row there was no answer. What was missed while the machine slept says nothing about the server."""

    def __init__(self, patience: Patience, now: float) -> None:
        self._patience = patience
        self._heard = now
        self._missed = 0

    def note(self, answered: bool, now: float) -> None:
        """A try has ended."""
        slept = now - self._heard > 3 * self._patience.every  # a try takes two at most: one to wait, one to ask
        self._missed = 0 if answered or slept else self._missed + 1
        self._heard = now

    @property
    def too_long(self) -> bool:
        return self._missed >= self._patience.tries


async def until_it_ends(process: ServerProcess, port: int, patience: Patience) -> bool:
    """Return when the process is gone: whether it ended by itself. One that hangs is ended here, as the log says."""
    clock = asyncio.get_running_loop().time
    silence, due = Silence(patience, clock()), clock() + patience.every
    while process.alive():
        await asyncio.sleep(LOOK_SECONDS)
        if clock() < due:
            continue
        due = clock() + patience.every
        silence.note(await answers(port, patience.every) is not None, clock())
        if silence.too_long and process.alive():
            log.error(
                "livekit-server (process %d) hangs: it runs, but has not answered for %g s; it is ended at once and "
                "started again",
                process.pid,
                patience.seconds,
            )
            await process.end_at_once()
            return False
    return True
