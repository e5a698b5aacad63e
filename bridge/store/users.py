"""Users on disk: who an API token stands for. The token itself is never stored, only its SHA-256."""

import re

from bridge.access.users import User
from bridge.store.collection import Collection, Step, commit
from bridge.store.database import Database
from bridge.store.layout import BadRow, Layout


class Users:
    """Implements ``bridge.access.users.UserRows``: by id and by token. Used from one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._users = Collection(database, "users", USER, lambda user: user.id, lambda user: user.token_sha256)

    def get(self, user_id: str) -> User | None:
        return self._users.things.get(user_id)

    def by_sha256(self, token_sha256: str) -> User | None:
        """The user of the token with that SHA-256, in lower-case hex."""
        return self._users.by_unique(token_sha256)

    def first(self) -> User | None:
        return next((user for user in self._users.things.values() if user.first), None)

    def all(self) -> tuple[User, ...]:
        """Every user, oldest first."""
        return tuple(self._users.things.values())

    async def add(self, user: User) -> None:
        """Keep a new user. Raises ``StoreBroken``; ``ValueError`` for an id, token or first that is taken already."""
        if user.id in self._users.things or (user.first and self.first() is not None):
            raise ValueError("there is such a user already")
        await commit(self._database, [self._users.put(user)])

    async def replace(self, user: User) -> None:
        """Keep a user that is there with another token. Raises ``StoreBroken``; ``ValueError`` for an unknown one."""
        if user.id not in self._users.things:
            raise ValueError("there is no such user")
        await commit(self._database, [self._users.put(user)])

    def removal(self, user_id: str) -> Step | None:
        """The step of a commit that revokes the user's token, and the user with it; None when gone already."""
        return self._users.drop(user_id)


def _check(user: User) -> None:
    for name, value, digits in (("id", user.id, 24), ("token_sha256", user.token_sha256, 64)):
        if len(value) != digits or not re.fullmatch("[0-9a-f]+", value):
            raise BadRow(f"{name} is not {digits} hex digits")


USER = Layout(User, check=_check)
