"""Room keys, studio keys and view keys, and whose call a key or an API token makes it."""

import asyncio
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace

from bridge.access.derived import EVERY_ROOM, Derived, Generation, GenerationRows, derive
from bridge.access.users import UserRows, sha256
from bridge.errors import KeyScope, KeyWrong


@dataclass(frozen=True, slots=True)
class Scope:
    """Who calls: a user by the API token (``token``) or from the console (``session``), or whoever has a key for one
    ``slug`` or every room (``*``).

    With ``view`` they read, and press nothing. ``first`` may make API tokens, which the console never may.
    """

    owner: str
    slug: str = EVERY_ROOM
    token: bool = False
    first: bool = False
    view: bool = False
    session: bool = False

    @property
    def user(self) -> bool:
        """Whether it is somebody who owns rooms, and no button."""
        return self.token or self.session

    def covers(self, slug: str) -> bool:
        return self.slug == EVERY_ROOM or self.slug == slug

    def refuse_in_url(self) -> None:
        """What is a user's never goes into a URL: URLs end in logs, histories and presets. Raises ``KeyScope``."""
        if self.user:
            what = "an API token" if self.token else "a session"
            raise KeyScope(f"{what} does not go into a URL", "send it as x-access-token, or use a room key")


class Keys:
    """Makes, checks, rotates and retires them. ``secret`` is 32 random bytes; the slug ``*`` means every room.

    A ``view`` key only reads: it may end in a preset, as a part of the URL of a data source.
    """

    def __init__(self, secret: bytes, users: UserRows, generations: GenerationRows) -> None:
        self._secret, self._users, self._generations = secret, users, generations
        self._valid: dict[str, Scope] = {}
        self._renewing = asyncio.Lock()

    def check(self, key: str) -> Scope:
        """Whose key or API token this is. Raises ``KeyWrong``.

        Valid keys are remembered as they are. The look-up takes a keyed hash of the whole text and compares texts only
        where all of it agrees, so its time tells a guesser nothing; every other comparison is ``compare_digest``.
        """
        scope = self._valid.get(key)
        if scope is not None and self._users.get(scope.owner) is not None:
            return scope
        user = self._users.by_sha256(sha256(key))
        if user is not None:
            return Scope(user.id, token=True, first=user.first)
        scope = self._valid[key] = self._checked(key)
        return scope

    def key(self, owner: str, slug: str = EVERY_ROOM, *, view: bool = False) -> str:
        """The newest key of a room, there or not, or of the studio."""
        kind = _derived(slug, view)
        return self._key(kind, owner, slug, self._generations.get(kind, owner, slug).current)

    async def rotate(self, owner: str, slug: str, *, view: bool = False) -> str:
        """A new key; the one before stays valid until ``retire``. Raises ``StoreBroken``."""
        return await self._renew(owner, slug, view, lambda g: replace(g, current=g.current + 1, oldest=g.current))

    async def retire(self, owner: str, slug: str, *, view: bool = False) -> str:
        """The key before the present one is wrong from now on. Answers the present one. Raises ``StoreBroken``."""
        return await self._renew(owner, slug, view, lambda g: replace(g, oldest=g.current))

    async def _renew(self, owner: str, slug: str, view: bool, change: Callable[[Generation], Generation]) -> str:
        kind = _derived(slug, view)
        async with self._renewing:  # what is written is made of what was there
            await self._generations.set(kind, owner, {slug: change(self._generations.get(kind, owner, slug))})
            self._valid.clear()
            return self.key(owner, slug, view=view)

    def _checked(self, key: str) -> Scope:
        prefix, _, rest = key.partition("_")
        slug, view = rest.rpartition("_")[0] or EVERY_ROOM, prefix == "vk"
        if view or prefix == ("sk" if slug == EVERY_ROOM else "rk"):
            for user in self._users.all():
                if self._is_one_of(key, _derived(slug, view), user.id, slug):
                    return Scope(user.id, slug, view=view)
        raise KeyWrong("the key is not valid here")

    def _is_one_of(self, key: str, kind: Derived, owner: str, slug: str) -> bool:
        given, valid = key.encode(errors="replace"), self._generations.get(kind, owner, slug)
        keys = [self._key(kind, owner, slug, number) for number in range(valid.oldest, valid.current + 1)]
        return any([hmac.compare_digest(given, one.encode(errors="replace")) for one in keys])

    def _key(self, kind: Derived, owner: str, slug: str, generation: int) -> str:
        mac = derive(self._secret, kind, owner, slug, str(generation))
        prefix = "vk" if kind is Derived.VIEW else "sk" if slug == EVERY_ROOM else "rk"
        return f"{prefix}_{mac}" if slug == EVERY_ROOM else f"{prefix}_{slug}_{mac}"


def _derived(slug: str, view: bool) -> Derived:
    if view:
        return Derived.VIEW
    return Derived.STUDIO if slug == EVERY_ROOM else Derived.ROOM
