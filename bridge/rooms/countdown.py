"""The time of one press: the disk and LiveKit share it, so that both together answer within 3 s."""

import time

PRESS_SECONDS = 2.5
LEAST_SECONDS = 0.2
"""What is left for the next step, however late it is: it may well go at once."""


class Countdown:
    """Begins where it is made."""

    def __init__(self) -> None:
        self._until = time.monotonic() + PRESS_SECONDS

    def left(self) -> float:
        return max(self._until - time.monotonic(), LEAST_SECONDS)
