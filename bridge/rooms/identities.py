"""Who holds which identity of a call: LiveKit lets whoever comes last under one throw out whoever is inside."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from bridge.errors import IdentityTaken
from bridge.rooms.mint import Mint, Strength, Way
from bridge.rooms.ports import Participant

MOST_KEPT = 100_000
"""Identities remembered of one call; beyond that any other one may have been given before."""


@dataclass(slots=True)
class _Call:
    """``held``: identity -> how strongly, until when. ``weakest``: identity -> the weakest mint of it so far.

    ``complete``: an identity that is not in ``weakest`` was never given.
    """

    complete: bool
    held: dict[str, tuple[Strength, float]] = field(default_factory=dict)
    weakest: dict[str, Strength] = field(default_factory=dict)


class Identities:
    """An identity is held for as long as a token for it may open the door: from its mint, and from the last look.

    ``older`` are the calls of before this process: who was given what in them is not known.
    """

    def __init__(self, clock: Callable[[], float], token_seconds: float, older: Collection[str] = ()) -> None:
        self._clock, self._token_seconds, self._older = clock, token_seconds, frozenset(older)
        self._calls: dict[str, _Call] = {}

    def seen(self, call: str, people: Iterable[Participant]) -> None:
        """These are inside now."""
        for person in people:
            self._hold(call, person.identity, _strength(person))

    def refuse_weaker(self, call: str, identity: str, strength: Strength) -> None:
        """Raises ``IdentityTaken`` where a stronger way in holds the identity."""
        holder, until = self._of(call).held.get(identity, (strength, 0.0))
        if holder > strength and until > self._clock():
            raise IdentityTaken("participant_id belongs to somebody who came in by a stronger way")

    def minted(self, call: str, identity: str, mint: Mint) -> bool:
        """Keep that there is a token. True: there may be weaker ones of that identity, which are worth nothing now."""
        known = self._of(call)
        self._hold(call, identity, mint.strength)
        weakest = known.weakest.get(identity)
        if len(known.weakest) < MOST_KEPT:
            known.weakest[identity] = mint.strength if weakest is None else min(weakest, mint.strength)
        else:
            known.complete = False
        if weakest is None:
            return not known.complete and mint.strength >= Strength.CODE_GUEST
        return weakest < mint.strength

    def forget(self, call: str) -> None:
        """An ended call has no identities."""
        self._calls.pop(call, None)

    def _hold(self, call: str, identity: str, strength: Strength) -> None:
        held, now = self._of(call).held, self._clock()
        before, until = held.get(identity, (strength, 0.0))
        held[identity] = (max(before, strength) if until > now else strength, now + self._token_seconds)

    def _of(self, call: str) -> _Call:
        return self._calls.setdefault(call, _Call(complete=call not in self._older))


def _strength(person: Participant) -> Strength:
    """A token without a mint was made by somebody who has LiveKit's key, or before there were mints."""
    mint = Mint.read(person.mint)
    return mint.strength if mint else Strength.of(person.role, Way.CODE)
