"""The latest presses, for whoever asks why a room is as it is. In memory: the log has the rest."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST = 200


@dataclass(frozen=True, slots=True)
class Recent:
    """One press: ``at`` in ms since 1970, ``who`` is an address, ``how`` a method and a route, ``error`` its key.

    ``changed`` is ``1`` or ``0``, empty where it does not say.
    """

    at: int
    who: str
    how: str
    room: str
    status: int
    changed: str
    error: str


class RecentPresses:
    """By the user whose rooms they are of: nobody's are pushed out by somebody else's."""

    def __init__(self, clock_ms: Callable[[], int]) -> None:
        self._clock_ms = clock_ms
        self._kept: dict[str, deque[Recent]] = {}
        self._counted: dict[str, int] = {}
        self._listeners: list[Callable[[], None]] = []

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` after each one; answers what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def note(self, owner: str, who: str, how: str, room: str, status: int, changed: str, error: str) -> None:
        kept = self._kept.setdefault(owner, deque(maxlen=MOST))
        kept.append(Recent(self._clock_ms(), who, how, room, status, changed, error))
        self._counted[owner] = self._counted.get(owner, 0) + 1
        for listener in tuple(self._listeners):
            listener()

    def since(self, owner: str, count: int) -> tuple[Sequence[Recent], int]:
        """Those of this user after the first ``count``, the oldest first, as far as they are kept; and how many there
        were."""
        kept, counted = self._kept.get(owner, ()), self._counted.get(owner, 0)
        new = min(counted - count, len(kept))
        return [*kept][len(kept) - new :], counted
