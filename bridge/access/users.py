"""Users and their API tokens. A token is random, shown once, and the store holds its SHA-256 only."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from typing import Protocol

from bridge.errors import BadRequest
from bridge.rooms.model import Room
from bridge.rooms.names import new_id

HandOver = Callable[[str, str], Awaitable[Collection[Room]]]
"""Writes down that the first user has no owner any more and that the rooms are the second one's; answers these."""


@dataclass(frozen=True, slots=True)
class User:
    """One user and the user's one token. ``id`` is 24 hex digits, ``token_sha256`` 64, ``created`` ms since 1970, UTC.

    ``first`` marks the one made at first start, the only one who makes more.
    """

    id: str
    name: str
    token_sha256: str
    created: int
    first: bool


class UserRows(Protocol):
    """Users on disk; a write returns once it is there, and raises ``StoreBroken``."""

    def get(self, user_id: str) -> User | None: ...
    def by_sha256(self, token_sha256: str) -> User | None: ...
    def first(self) -> User | None: ...
    def all(self) -> Collection[User]: ...
    async def add(self, user: User) -> None: ...
    async def replace(self, user: User) -> None: ...


class Accounts:
    """Makes users, renews their tokens and revokes them."""

    def __init__(self, users: UserRows, clock_ms: Callable[[], int]) -> None:
        self._users, self._clock_ms = users, clock_ms

    async def create(self, name: str) -> tuple[User, str]:
        """A new user with an API token, shown this once. The first one ever may make more."""
        token = _new_token()
        user = User(new_id(), name, sha256(token), self._clock_ms(), first=self._users.first() is None)
        await self._users.add(user)
        return user, token

    async def renew(self, user: User) -> str:
        """Another token for the same user; the old one is wrong from now on."""
        token = _new_token()
        await self._users.replace(replace(user, token_sha256=sha256(token)))
        return token

    def all(self) -> Collection[User]:
        """Every user, oldest first."""
        return self._users.all()

    def get(self, user_id: str) -> User | None:
        return self._users.get(user_id)

    def by_token(self, token: str) -> User | None:
        return self._users.by_sha256(sha256(token))

    def first(self) -> User | None:
        return self._users.first()

    async def revoke(self, user_id: str, hand_over: HandOver) -> Collection[Room]:
        """The user's token and keys are wrong from now on, and the rooms are the first user's. Answers these.

        Raises ``BadRequest``.
        """
        user = self._users.get(user_id)
        if user is None:
            raise BadRequest("user_id names no user", "see the users with: vmix-bridge tokens list")
        if user.first:
            raise BadRequest(
                "the first user's token cannot be revoked", "delete <data>/token to renew it at next start"
            )
        first = self._users.first()
        return await hand_over(user.id, first.id if first else user.id)


def sha256(token: str) -> str:
    """In lower-case hex, as it is stored."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _new_token() -> str:
    return f"vbt_{secrets.token_urlsafe(32)}"
