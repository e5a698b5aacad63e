"""Counting places: people inside, places reserved by fresh tokens, and who came in beyond the limit."""

import math
from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from bridge.errors import RoomFull, TooManyRequests
from bridge.rooms.looks import Look
from bridge.rooms.ports import Participant

RESERVED_SECONDS = 30.0
KEPT_SECONDS = 10.0
"""A place that is over is remembered until no look of before is under way."""
AT_ONE_ADDRESS = 10


@dataclass(frozen=True, slots=True)
class Claim:
    """Who asks for a place. ``public``: by a way in that anybody may know; ``address`` is theirs then."""

    identity: str
    scene: bool = False
    public: bool = False
    address: str = ""


@dataclass(slots=True, eq=False)
class _Place:
    """A reservation: it ends at ``until``, or at ``seen``, when its person was inside."""

    claim: Claim
    until: float
    seen: float = math.inf

    @property
    def over(self) -> float:
        return min(self.until, self.seen)


class Capacity:
    """Reservations per call: a mint holds its place for 30 s, by identity, so that the same person counts once."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._places: dict[str, dict[str, _Place]] = {}
        self._public: deque[_Place] = deque()
        self._by_address: dict[str, set[_Place]] = {}

    def reserve(self, call: str, claim: Claim, look: Look, limit: int, idle: Collection[str] = ()) -> Collection[str]:
        """Take a place among ``limit``; scenes and others are counted apart. Answers who of ``idle``, which are inside
        and of no use, has to go for it.

        The latest public reservations give way to whoever has a better way in. Raises ``RoomFull``, and
        ``TooManyRequests`` where ten public ones of that address have not come in yet.
        """
        now = self._clock()
        if claim.public:
            self._check_address(claim, now)
        inside = look.scenes if claim.scene else look.people
        coming = [
            place
            for identity, place in self._held(call, look.began)
            if place.claim.scene is claim.scene and identity not in inside and identity != claim.identity
        ]
        excess = len(inside) - (claim.identity in inside) + len(coming) + 1 - limit
        out = [identity for identity in idle if identity != claim.identity][: max(excess, 0)]
        excess -= len(out)
        if excess > 0:
            yielding = [] if claim.public else [place for place in reversed(coming) if place.claim.public]
            if len(yielding) < excess:
                raise _full(claim, limit)
            for place in yielding[:excess]:
                self._end(call, place.claim.identity)
        self._end(call, claim.identity)
        place = self._places.setdefault(call, {})[claim.identity] = _Place(claim, now + RESERVED_SECONDS)
        if claim.public:
            self._public.append(place)
            self._by_address.setdefault(claim.address, set()).add(place)
        return out

    def counted(self, call: str, inside: Collection[str], since: float | None = None) -> frozenset[str]:
        """Who has a place: these, who were inside at some moment after ``since`` (now), and whoever is on the way."""
        held = self._held(call, self._clock() if since is None else since)
        coming = (identity for identity, place in held if not place.claim.scene)
        return frozenset((*inside, *coming))

    def seen(self, call: str, people: Collection[Participant]) -> None:
        """These are inside: what was reserved for them is used."""
        places = self._places.get(call, {})
        for place in (places[p.identity] for p in people if p.identity in places):
            place.seen = min(place.seen, self._clock())

    def beyond(self, call: str, people: Collection[Participant], before: Collection[str], limit: int) -> list[str]:
        """Identities to put out: they came in since ``before`` without a reservation, and are too many."""
        now = self._clock()
        held = {i for i, place in self._held(call, now) if not place.claim.scene}
        invited = {i for i, place in self._places.get(call, {}).items() if place.until > now}
        counted = [p for p in people if p.counts]
        excess = len({p.identity for p in counted} | held) - limit
        uninvited = [p for p in counted if p.identity not in before and p.identity not in invited]
        uninvited.sort(key=lambda person: person.joined, reverse=True)
        return [person.identity for person in uninvited[: max(excess, 0)]]

    def forget(self, call: str) -> None:
        """An ended call has no places to hold."""
        for identity in list(self._places.get(call, ())):
            self._end(call, identity)
        self._places.pop(call, None)

    def _end(self, call: str, identity: str) -> None:
        place = self._places.get(call, {}).pop(identity, None)
        if place is not None:
            place.until = self._clock()

    def _check_address(self, claim: Claim, now: float) -> None:
        while self._public and self._public[0].until <= now:
            place = self._public.popleft()
            places = self._by_address[place.claim.address]
            places.discard(place)
            if not places:
                del self._by_address[place.claim.address]
        mine = self._by_address.get(claim.address, ())
        waiting = [p.until for p in mine if p.over > now and p.claim.identity != claim.identity]
        if len(waiting) >= AT_ONE_ADDRESS:
            seconds = math.ceil(min(waiting) - now)
            words = f"{len(waiting)} people of this address have not come in yet"
            raise TooManyRequests(words, f"try again in {seconds} s")

    def _held(self, call: str, at: float) -> Iterator[tuple[str, _Place]]:
        """Places that were not over ``at`` that moment."""
        places = self._places.get(call, {})
        for identity in [i for i, place in places.items() if place.until <= self._clock() - KEPT_SECONDS]:
            del places[identity]
        return ((identity, place) for identity, place in places.items() if place.over > at)


def _full(claim: Claim, limit: int) -> RoomFull:
    if claim.scene:
        return RoomFull(f"{limit} scenes are open in this room", "close one, or raise max_scenes under [join]")
    return RoomFull(f"all {limit} places are taken")
