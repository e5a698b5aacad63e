"""Everybody who may call, and by what: put together over the secret and the rows in the store."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bridge.access.browsers import Browsers
from bridge.access.consoles import Consoles
from bridge.access.derived import GenerationRows
from bridge.access.keys import Keys
from bridge.access.links import Links
from bridge.access.users import Accounts, UserRows


@dataclass(frozen=True, slots=True)
class Access:
    """Users, their keys and consoles, the links of their rooms, and the browsers that come by them."""

    accounts: Accounts
    keys: Keys
    links: Links
    browsers: Browsers
    consoles: Consoles

    @classmethod
    def of(
        cls, secret: bytes, users: UserRows, generations: GenerationRows, clock_ms: Callable[[], int], file: Path
    ) -> Self:
        """``secret`` is 32 random bytes; ``clock_ms`` is ms since 1970, UTC; ``file`` keeps who is at a console."""
        return cls(
            Accounts(users, clock_ms),
            Keys(secret, users, generations),
            Links(secret, generations),
            Browsers(secret),
            Consoles(file, users, clock_ms),
        )
