"""Counting places: people inside, places reserved by fresh tokens, and who came in beyond the limit."""

from collections.abc import Callable, Collection, Iterable

from bridge.errors import RoomFull
from bridge.rooms.model import Role
from bridge.rooms.ports import Person

RESERVED_SECONDS = 30.0


class Capacity:
    """Reservations per call: a mint holds its place for 30 s, by identity, so that the same person counts once."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._reserved: dict[str, dict[str, tuple[float, bool]]] = {}

    def reserve(self, call: str, identity: str, role: Role, people: Iterable[Person], limit: int) -> None:
        """Take a place among ``limit`` for somebody; scenes and others are counted apart. Raises ``RoomFull``."""
        scene = role is Role.SCENE
        others = {p.identity for p in people if (p.role is Role.SCENE) is scene} | self._held(call, scene)
        others.discard(identity)
        if len(others) >= limit:
            if scene:
                raise RoomFull(f"{limit} scenes are open in this room", "close one, or raise max_scenes under [join]")
            raise RoomFull(f"all {limit} places are taken")
        self._reserved.setdefault(call, {})[identity] = (self._clock() + RESERVED_SECONDS, scene)

    def beyond(self, call: str, people: Collection[Person], before: Collection[str], limit: int) -> list[str]:
        """Identities to put out: they came in since ``before`` without a reservation, and are too many."""
        held = self._held(call, scene=False)
        counted = [p for p in people if p.role is not Role.SCENE]
        excess = len({p.identity for p in counted} | held) - limit
        uninvited = [p for p in counted if p.identity not in before and p.identity not in held]
        uninvited.sort(key=lambda person: person.joined, reverse=True)
        return [person.identity for person in uninvited[: max(excess, 0)]]

    def forget(self, call: str) -> None:
        """An ended call has no places to hold."""
        self._reserved.pop(call, None)

    def _held(self, call: str, scene: bool) -> set[str]:
        held = self._reserved.get(call, {})
        now = self._clock()
        for identity in [i for i, (until, _) in held.items() if until <= now]:
            del held[identity]
        return {identity for identity, (_, is_scene) in held.items() if is_scene is scene}
