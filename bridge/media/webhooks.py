"""What LiveKit tells by itself: who came, who went. Its signature over the body is the only key.

An event says where to look, and nothing of what it says is taken over: so it harms nothing that some come twice, late,
in another order or not at all.
"""

import base64
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import orjson
from livekit import api

from bridge.errors import KeyWrong

OLD_MS = 5 * 60_000
"""What is older tells nothing of now."""
REMEMBERED = 4096
SKEW = timedelta(minutes=5)
ALIVE = frozenset(("room_started", "participant_joined", "track_published"))
"""Events of a call that somebody is in."""


class Webhooks:
    """``heard`` is told the call of each event, and whether that shows it alive; it must be quick, and so must
    ``recorded``, which is told the id of each egress that something happened to.

    ``clock_ms`` is ms since 1970. ``latest`` is when the last event came, 0 for never.
    """

    def __init__(
        self,
        api_key: str,
        api_secret: str,
        heard: Callable[[str, bool], None],
        clock_ms: Callable[[], int],
        recorded: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.latest = 0
        self._recorded = recorded
        self._verifier = api.TokenVerifier(api_key, api_secret, leeway=SKEW)
        self._heard, self._clock_ms = heard, clock_ms
        self._seen: OrderedDict[int, None] = OrderedDict()

    def receive(self, body: bytes, authorization: str) -> None:
        """One event. Raises ``KeyWrong`` for what LiveKit did not sign."""
        try:
            self._check(body, authorization.removeprefix("Bearer "))
            event = _read(orjson.loads(body))
        except Exception:  # the SDK raises nothing narrower, and what it says may hold the token
            raise KeyWrong("the event is not signed by this LiveKit") from None
        now, seen = self._clock_ms(), hash(event.id)  # an id may be as long as a body
        self.latest = now
        if seen in self._seen or event.created * 1000 < now - OLD_MS:
            return
        self._seen[seen] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        if event.call:
            self._heard(event.call, event.kind in ALIVE)
        if event.egress:
            self._recorded(event.egress)

    def _check(self, body: bytes, token: str) -> None:
        """Raises whatever it likes where ``token`` is no signature of ``body``."""
        signed = base64.b64decode(self._verifier.verify(token).sha256 or "")
        if not hmac.compare_digest(signed, hashlib.sha256(body).digest()):
            raise ValueError


class _Event(NamedTuple):
    """``created`` is seconds since 1970."""

    kind: str
    id: str
    created: int
    call: str
    egress: str


def _read(said: dict[str, Any]) -> _Event:
    """The SDK reads all of an event, and that takes it longer than the rest."""
    room, egress = said.get("room") or {}, said.get("egressInfo") or {}
    return _Event(
        str(said.get("event")),
        str(said.get("id")),
        int(said.get("createdAt") or 0),
        str(room.get("name") or ""),
        str(egress.get("egressId") or ""),
    )
