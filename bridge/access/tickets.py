"""Tickets: who holds one reads one recording, for a while. A ``<video>`` sends no headers, so its address must do."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

TICKET_SECONDS = 600.0
LONGEST_SECONDS = 12 * 3600.0
"""One that is in use stays good: somebody looks at a long recording and goes to and fro in it."""


@dataclass(slots=True)
class _Ticket:
    recording_id: str
    until: float
    longest: float


class Tickets:
    """In memory: they end with the process. ``clock`` is seconds and never goes back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tickets: dict[str, _Ticket] = {}

    def issue(self, recording_id: str) -> str:
        """A new one, good for ten minutes after its last use and for half a day at most."""
        now = self._clock()
        self._tickets = {key: ticket for key, ticket in self._tickets.items() if now < ticket.until}
        key = f"tk_{secrets.token_urlsafe(24)}"
        self._tickets[key] = _Ticket(recording_id, now + TICKET_SECONDS, now + LONGEST_SECONDS)
        return key

    def recording(self, key: str) -> str:
        """Which recording it opens; empty where it is none, or is none any more."""
        ticket, now = self._tickets.get(key), self._clock()
        if ticket is None or now >= ticket.until:
            return ""
        ticket.until = min(now + TICKET_SECONDS, ticket.longest)
        return ticket.recording_id
