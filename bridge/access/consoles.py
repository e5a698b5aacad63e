"""Who sits at the console: tickets that open it once, and the sessions they are exchanged for.

Both are random, and known here by their SHA-256 alone. Tickets are in memory. Sessions lie in a small file of their
own: a restart throws nobody out in the middle of a show, and a disk that fails keeps nobody out either.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bridge.access.keys import Scope
from bridge.access.users import User, UserRows, sha256
from bridge.errors import KeyWrong
from bridge.files import write_private

log = logging.getLogger(__name__)

TICKET, SESSION = "ct_", "cs_"
TICKET_MS = 60 * 1000
SESSION_MS = 12 * 3600 * 1000
RENEWED_MS = 3600 * 1000
"""So much of a session is over before it is made longer: the file is not written all the time."""
MOST = 100
"""Tickets that wait, and sessions of one user: the oldest give way."""
WRITE_SECONDS = 1.0
"""Whoever logs in waits no longer for the disk."""


@dataclass(frozen=True, slots=True)
class _Open:
    """Until when, in ms since 1970, and whose; ``token_sha256`` is that of the user's token, with which it ends."""

    until: int
    owner: str
    token_sha256: str


_FILE = TypeAdapter(dict[str, _Open])


class Consoles:
    """Makes tickets and sessions, checks and ends them. ``file`` keeps the sessions, None: nothing does."""

    def __init__(self, file: Path | None, users: UserRows, clock_ms: Callable[[], int]) -> None:
        self._file, self._users, self._clock_ms = file, users, clock_ms
        self._tickets: dict[str, _Open] = {}
        self._sessions = self._read()
        self._writing = asyncio.Lock()
        self._writes: set[asyncio.Task[None]] = set()

    def none(self) -> "Consoles":
        """For a door where no session opens anything."""
        return Consoles(None, self._users, self._clock_ms)

    async def aclose(self) -> None:
        """Let what is on its way to the disk arrive."""
        if self._writes:
            await asyncio.wait(self._writes, timeout=WRITE_SECONDS)

    def ticket(self, user: User) -> str:
        """It opens the console of this user, once, within a minute."""
        ticket = _new(TICKET)
        self._put(self._tickets, ticket, user, TICKET_MS)
        return ticket

    async def by_ticket(self, ticket: str) -> str:
        """The session for a ticket, which is spent. Raises ``KeyWrong``."""
        user = self._user(self._tickets.pop(sha256(ticket), None))
        if user is None:
            raise KeyWrong("This address was used or is older than a minute", "run vmix-bridge console again")
        return await self.begin(user)

    async def begin(self, user: User) -> str:
        """A new session of this user."""
        session = _new(SESSION)
        self._put(self._sessions, session, user, SESSION_MS)
        await self._keep()
        return session

    def check(self, session: str) -> Scope:
        """Whose session this is. Raises ``KeyWrong``."""
        user = self._user(self._sessions.get(sha256(session)))
        if user is None:
            raise KeyWrong("this session of the console has ended", "open the console again: vmix-bridge console")
        return Scope(user.id, session=True)

    async def renew(self, session: str) -> None:
        """Somebody is still there."""
        place, now = sha256(session), self._clock_ms()
        known = self._sessions.get(place)
        if known is not None and known.until - now < SESSION_MS - RENEWED_MS:
            self._sessions[place] = replace(known, until=now + SESSION_MS)
            await self._keep()

    async def end(self, session: str) -> None:
        """It opens nothing any more."""
        if self._sessions.pop(sha256(session), None):
            await self._keep()

    def _put(self, where: dict[str, _Open], secret: str, user: User, lasts_ms: int) -> None:
        for place in [place for place, one in where.items() if self._user(one) is None]:
            del where[place]
        theirs = [place for place, one in where.items() if one.owner == user.id]
        for place in theirs[: len(theirs) + 1 - MOST]:
            del where[place]
        where[sha256(secret)] = _Open(self._clock_ms() + lasts_ms, user.id, user.token_sha256)

    def _user(self, one: _Open | None) -> User | None:
        """Whose it is, while it opens anything."""
        user = self._users.get(one.owner) if one and one.until > self._clock_ms() else None
        return user if user and one and user.token_sha256 == one.token_sha256 else None

    def _read(self) -> dict[str, _Open]:
        """What was kept; nothing where that cannot be read: they log in again."""
        try:
            return _FILE.validate_json(self._file.read_bytes(), strict=True) if self._file else {}
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError):
            log.warning("%s cannot be read: whoever was at the console logs in again", self._file)
            return {}

    async def _keep(self) -> None:
        write = asyncio.create_task(self._write())
        self._writes.add(write)
        write.add_done_callback(self._writes.discard)
        await asyncio.wait({write}, timeout=WRITE_SECONDS)

    async def _write(self) -> None:
        if self._file is None:
            return
        async with self._writing:
            text = _FILE.dump_json(self._sessions).decode()
            try:
                await asyncio.to_thread(write_private, self._file, text + "\n")
            except OSError as error:
                words = error.strerror or type(error).__name__
                log.warning("%s cannot be written (%s): after a restart sessions are as it says", self._file, words)


def is_session(key: str) -> bool:
    """Whether it means to be one."""
    return key.startswith(SESSION)


def _new(prefix: str) -> str:
    return prefix + secrets.token_urlsafe(32)
