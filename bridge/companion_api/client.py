"""Custom variables of one Companion, by its HTTP API. It makes none: a variable exists once SETUP was pressed."""

import time
from email.utils import parsedate_to_datetime

import aiohttp

AT_ONCE = 4
SECONDS = 3.0
MOST_BYTES = 4096
"""What is read of an answer: a variable of ours that is read is a time."""
SKEW_IGNORED = 2.0
"""``Date`` counts whole seconds."""


class CompanionAway(Exception):
    """It does not answer, or not as Companion does; in a few words for people."""


class Companion:
    """``ahead`` is how many seconds its clock is before ours, as it last said; close it with ``aclose``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.ahead = 0.0
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=AT_ONCE),
            timeout=aiohttp.ClientTimeout(total=SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    @property
    def now(self) -> int:
        """By its clock, in seconds since 1970."""
        return round(time.time() + self.ahead)

    async def get(self, name: str) -> str | None:
        """None where there is no such variable. Raises ``CompanionAway``."""
        return await self._call("GET", name, None)

    async def set(self, name: str, value: str) -> bool:
        """False where there is no such variable. Raises ``CompanionAway``."""
        return await self._call("POST", name, value) is not None

    async def aclose(self) -> None:
        await self._http.close()

    async def _call(self, method: str, name: str, value: str | None) -> str | None:
        url = f"{self.url}/api/custom-variable/{name}/value"
        try:
            async with self._http.request(method, url, data=value, allow_redirects=False) as reply:
                said = await reply.content.read(MOST_BYTES)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise CompanionAway(_why(error)) from None
        if reply.status == 404:
            return None
        if reply.status == 403:
            raise CompanionAway("its HTTP API is switched off")
        if reply.status != 200:
            raise CompanionAway(f"it answers with status {reply.status}: is it Companion?")
        self._note_clock(reply.headers.get("Date", ""))
        return said.decode("utf-8", "replace").strip()

    def _note_clock(self, date: str) -> None:
        try:
            ahead = parsedate_to_datetime(date).timestamp() + 0.5 - time.time()
        except ValueError:
            return
        self.ahead = ahead if abs(ahead) > SKEW_IGNORED else 0.0


def _why(error: Exception) -> str:
    match error:
        case TimeoutError():
            return f"no answer within {SECONDS:.0f} s"
        case aiohttp.ClientConnectorDNSError():
            return "its name is not known to this machine"
        case aiohttp.ClientConnectorError():
            return "nothing answers there"
    return f"it is no Companion ({type(error).__name__})"
