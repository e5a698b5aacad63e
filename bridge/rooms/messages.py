"""What the studio tells somebody on their page: a line, or that they should speak. Kept until they have read it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import count

from bridge.rooms.changes import Changes

MOST_UNREAD = 20


class Kind(StrEnum):
    """``said``: a line; ``asked``: to unmute; ``muted``: that the studio did so."""

    SAID = "said"
    ASKED = "asked"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class Message:
    """``number`` grows with each one, over restarts too: a page knows which it has heard."""

    number: int
    kind: Kind
    text: str = ""


class Messages:
    """In memory, by call and by the person's identity there: a page has what it was told, whatever becomes of us."""

    def __init__(self, changes: Changes, clock_ms: Callable[[], int]) -> None:
        self._changes, self._numbers = changes, count(clock_ms())
        self._unread: dict[str, dict[str, tuple[Message, ...]]] = {}

    def tell(self, room_id: str, call: str, identities: Iterable[str], kind: Kind, text: str = "") -> None:
        """They are told; of each kind but lines they need know only the latest."""
        unread = self._unread.setdefault(call, {})
        for identity in identities:
            before = [one for one in unread.get(identity, ()) if kind is Kind.SAID or one.kind is not kind]
            unread[identity] = (*before, Message(next(self._numbers), kind, text))[-MOST_UNREAD:]
        self._changes.tell(room_id)

    def unread(self, call: str, identity: str) -> tuple[Message, ...]:
        """What that person has not read yet, the oldest first."""
        return self._unread.get(call, {}).get(identity, ())

    def read(self, call: str, identity: str, number: int) -> None:
        """They have read it, and what came before it."""
        unread = self._unread.get(call, {})
        left = tuple(one for one in unread.get(identity, ()) if one.number > number)
        if left:
            unread[identity] = left
        else:
            unread.pop(identity, None)

    def forget(self, call: str) -> None:
        """An ended call has nobody to tell."""
        self._unread.pop(call, None)
