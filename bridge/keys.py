"""API tokens, room keys, studio keys and link codes.

Keys and codes are derived from one secret in the data folder, so the store holds none of them; tokens are random, and
the store holds their SHA-256 only. A table of generations outlives the rooms: a room made again has its keys again.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from bridge.errors import BadRequest, KeyScope, KeyWrong
from bridge.rooms.model import Role, Room
from bridge.rooms.names import new_id
from bridge.store.generations import EVERY_ROOM as EVERY_ROOM
from bridge.store.generations import Generation, Generations, KeyKind
from bridge.store.users import User as User
from bridge.store.users import Users

CODE_LENGTH = 12
HandOver = Callable[[str, str], Awaitable[Collection[Room]]]


class Kind(StrEnum):
    TOKEN = "token"
    ROOM = "room"
    STUDIO = "studio"


@dataclass(frozen=True, slots=True)
class Scope:
    """Who calls: a user's API token, or a key for one slug (``slug``) or every room (``*``) of that user."""

    kind: Kind
    owner: str
    slug: str = EVERY_ROOM
    first: bool = False

    def covers(self, slug: str) -> bool:
        return self.slug == EVERY_ROOM or self.slug == slug


class Keys:
    """Makes, checks, rotates and retires them. ``secret`` is 32 random bytes."""

    def __init__(self, secret: bytes, users: Users, generations: Generations, clock_ms: Callable[[], int]) -> None:
        self._secret, self._users, self._generations, self._clock_ms = secret, users, generations, clock_ms
        self._valid: dict[str, Scope] = {}

    def check(self, key: str) -> Scope:
        """Whose key this is. Raises ``KeyWrong``.

        Valid keys are remembered as they are. The look-up takes a keyed hash of the whole text and compares texts only
        where all of it agrees, so its time tells a guesser nothing; every other comparison is ``compare_digest``.
        """
        scope = self._valid.get(key)
        if scope is None:
            scope = self._valid[key] = self._checked(key)
        return scope

    def room_key(self, owner: str, slug: str) -> str:
        generation = self._generations.get(KeyKind.ROOM, owner, slug)
        return self._room_key(owner, slug, generation.current)

    def studio_key(self, owner: str) -> str:
        generation = self._generations.get(KeyKind.STUDIO, owner)
        return self._studio_key(owner, generation.current)

    def codes(self, room: Room) -> Mapping[str, Role]:
        """The room's link codes: 12 base32 characters each, the same again when a removed room is made again."""
        generation = self._generations.get(KeyKind.LINKS, room.owner, room.slug).current
        return {self._mac("link", room.owner, room.slug, role, str(generation))[:CODE_LENGTH]: role for role in Role}

    async def rotate(self, owner: str, slug: str) -> str:
        """A new key; the one before stays valid until ``retire``. ``slug`` is ``*`` for the studio key."""
        return await self._renew(owner, slug, lambda g: replace(g, current=g.current + 1, oldest=g.current))

    async def retire(self, owner: str, slug: str) -> str:
        """The key before the present one is wrong from now on. Answers the present one."""
        return await self._renew(owner, slug, lambda g: replace(g, oldest=g.current))

    async def create_token(self, name: str) -> tuple[User, str]:
        """A new user with an API token, shown this once. The first one ever may make more."""
        token = f"vbt_{secrets.token_urlsafe(32)}"
        user = User(new_id(), name, _sha256(token), self._clock_ms(), first=self._users.first() is None)
        await self._users.add(user)
        return user, token

    async def renew_token(self, user: User) -> str:
        """Another token for the same user; the old one is wrong from now on."""
        token = f"vbt_{secrets.token_urlsafe(32)}"
        await self._users.replace(replace(user, token_sha256=_sha256(token)))
        self._valid.clear()
        return token

    def users(self) -> Collection[User]:
        """Every user, oldest first."""
        return self._users.all()

    def first_user(self) -> User | None:
        return self._users.first()

    async def revoke(self, user_id: str, hand_over: HandOver) -> Collection[Room]:
        """The user's token and keys are wrong from now on, and the rooms are the first user's. Answers these.

        ``hand_over`` writes both down. Raises ``BadRequest``.
        """
        user = self._users.get(user_id)
        if user is None:
            raise BadRequest("user_id names no user", "see the users with: vmix-bridge tokens list")
        if user.first:
            raise BadRequest(
                "the first user's token cannot be revoked", "delete <data>/token to renew it at next start"
            )
        first = self._users.first()
        rooms = await hand_over(user.id, first.id if first else user.id)
        self._valid.clear()
        return rooms

    async def _renew(self, owner: str, slug: str, change: Callable[[Generation], Generation]) -> str:
        kind = KeyKind.STUDIO if slug == EVERY_ROOM else KeyKind.ROOM
        await self._generations.set(kind, owner, slug, change(self._generations.get(kind, owner, slug)))
        self._valid.clear()
        return self.studio_key(owner) if kind is KeyKind.STUDIO else self.room_key(owner, slug)

    def _checked(self, key: str) -> Scope:
        user = self._users.by_sha256(_sha256(key))
        if user:
            return Scope(Kind.TOKEN, user.id, first=user.first)
        for user in self._users.all():
            if key.startswith("rk_"):
                slug = key[3:].rpartition("_")[0]
                make = partial(self._room_key, user.id, slug)
                if slug and _is_one_of(key, make, self._generations.get(KeyKind.ROOM, user.id, slug)):
                    return Scope(Kind.ROOM, user.id, slug)
            elif key.startswith("sk_"):
                make = partial(self._studio_key, user.id)
                if _is_one_of(key, make, self._generations.get(KeyKind.STUDIO, user.id)):
                    return Scope(Kind.STUDIO, user.id)
        raise KeyWrong("the key is not valid here")

    def _room_key(self, owner: str, slug: str, generation: int) -> str:
        return f"rk_{slug}_{self._mac(Kind.ROOM, owner, slug, str(generation))}"

    def _studio_key(self, owner: str, generation: int) -> str:
        return f"sk_{self._mac(Kind.STUDIO, owner, EVERY_ROOM, str(generation))}"

    def _mac(self, *parts: str) -> str:
        mac = hmac.digest(self._secret, "|".join(parts).encode(errors="replace"), "sha256")
        return base64.b32encode(mac[:20]).decode().lower()


def refuse_in_url(scope: Scope) -> None:
    """An API token never goes into a URL: URLs end in logs, histories and saved presets."""
    if scope.kind is Kind.TOKEN:
        raise KeyScope("an API token does not go into a URL", "send it as x-access-token, or use a room key")


def _is_one_of(key: str, make: Callable[[int], str], generation: Generation) -> bool:
    given = key.encode(errors="replace")
    valid = [make(number).encode() for number in range(generation.oldest, generation.current + 1)]
    return any([hmac.compare_digest(given, one) for one in valid])


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
