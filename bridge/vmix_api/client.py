"""What a vMix has on air, told whenever it changes: by its tally at once, by its state within a quarter of a second."""

import asyncio
import logging
from collections.abc import Callable

import aiohttp
from yarl import URL

from bridge.vmix_api.state import Look, NotVmix, State, StateReader

log = logging.getLogger(__name__)

TALLY_PORT, STATE_PORT = 8099, 8088
CONNECT_SECONDS = 3.0
STATE_SECONDS = 2.0
LOOK_SECONDS = 0.25
"""What no tally tells is looked for so often: what a layer or a mix shows, black, titles."""
QUIET_SECONDS = 1.0
"""vMix says something only when something changes. Quiet for so long, it is asked whether it is still there."""
ANSWER_SECONDS = 2.0
FIRST_RETRY, LAST_RETRY = 0.5, 8.0
LINE_BYTES = 4096
"""A tally has at most 1011."""
STATE_BYTES = 4 * 1024 * 1024
PIECE_BYTES = 64 * 1024

Told = Callable[[Look | None], None]


class Vmix:
    """One vMix. ``told`` is called with what it shows, and with None once it does not say so any more."""

    def __init__(self, host: str, told: Told, tally_port: int = TALLY_PORT, state_port: int = STATE_PORT) -> None:
        self._host, self._told, self._tally_port = host, told, tally_port
        self._url = URL.build(scheme="http", host=host, port=state_port, path="/api/")
        self._tally: str | None = None
        self._state = State()
        self._wanted = asyncio.Event()
        self._retry = FIRST_RETRY
        self.trouble: str | None = None
        """Why it says nothing; empty while it does, None before it was asked."""

    async def run(self) -> None:
        """For ever: whatever it answers, it is asked again later."""
        while True:
            try:
                await self._listen()
            except* Exception as group:
                self._is_away(_reason(group))
            await asyncio.sleep(self._retry)
            self._retry = min(self._retry * 2, LAST_RETRY)

    def _is_away(self, why: str) -> None:
        if why != self.trouble:
            log.warning("vMix at %s does not say what is on air: %s", self._host, why)
        self.trouble = why
        self._told(None)

    async def _listen(self) -> None:
        """As long as it talks to us. Raises an exception, or a group of them."""
        self._tally = None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = await asyncio.open_connection(
                    self._host, self._tally_port, limit=LINE_BYTES, happy_eyeballs_delay=0.25
                )
        except (OSError, TimeoutError):
            raise NotVmix(f"its TCP API (port {self._tally_port}) does not answer") from None
        try:
            async with _session() as http, asyncio.TaskGroup() as tasks:
                tasks.create_task(self._hear(reader, writer))
                tasks.create_task(self._look(http))
        finally:
            writer.transport.abort()

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Its tally. Silence after a question is a dead line, whatever TCP believes."""
        writer.write(b"SUBSCRIBE TALLY\r\n")
        asked = True
        while True:
            try:
                async with asyncio.timeout(ANSWER_SECONDS if asked else QUIET_SECONDS):
                    line = await reader.readline()
            except TimeoutError:
                if asked:
                    raise NotVmix("it fell silent") from None
                writer.write(b"TALLY\r\n")
                asked = True
                continue
            command, status, *said = [*line.decode("utf-8", "replace").split(), "", ""]
            if not line.endswith(b"\n"):
                raise NotVmix("it hung up")
            asked = command == "SUBSCRIBE"
            if asked:  # it need not say at once how things are
                writer.write(b"TALLY\r\n")
            if command in ("SUBSCRIBE", "TALLY") and status != "OK":
                raise NotVmix(f"it refuses to say its tally: {status} {' '.join(said)}".rstrip())
            if command == "TALLY":
                self._hear_tally(said[0] if said else "")

    def _hear_tally(self, tally: str) -> None:
        if tally == self._tally:
            return
        self._tally = tally
        self._wanted.set()
        if self.trouble == "" and self._fits():
            self._told(self._state.look(tally))

    def _fits(self) -> bool:
        """Where not, inputs came or went, and have other numbers than the state knows."""
        return len(self._tally or "") == len(self._state.inputs)

    async def _look(self, http: aiohttp.ClientSession) -> None:
        while True:
            self._wanted.clear()
            self._state = await self._fetch(http)
            is_late = self._wanted.is_set() and not self._fits()
            if self._tally is not None and not is_late:
                self._is_there()
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wanted.wait()
            except TimeoutError:
                pass

    def _is_there(self) -> None:
        if self.trouble != "":
            log.info("vMix %s at %s says what is on air", self._state.version, self._host)
        self.trouble, self._retry = "", FIRST_RETRY
        self._told(self._state.look(self._tally or ""))

    async def _fetch(self, http: aiohttp.ClientSession) -> State:
        where, reader, size = f"its Web Controller (port {self._url.port})", StateReader(), 0
        try:
            async with http.get(self._url, allow_redirects=False) as response:
                if response.status != 200:
                    raise NotVmix(f"{where} answers with status {response.status}")
                async for piece in response.content.iter_chunked(PIECE_BYTES):
                    size += len(piece)
                    if size > STATE_BYTES:
                        raise NotVmix(f"{where} says more than {STATE_BYTES} bytes")
                    reader.feed(piece)
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise NotVmix(f"{where} does not answer") from None
        return reader.state()


def _session() -> aiohttp.ClientSession:
    timeout = aiohttp.ClientTimeout(total=STATE_SECONDS)
    return aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False)


def _reason(error: BaseException) -> str:
    """The first of a group, in words."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error) if isinstance(error, NotVmix) else f"it is not understood ({type(error).__name__})"


async def ask(host: str, tally_port: int = TALLY_PORT, state_port: int = STATE_PORT) -> tuple[Look | None, str]:
    """What it shows now; where it does not say, why not."""
    first: asyncio.Future[Look | None] = asyncio.get_running_loop().create_future()
    vmix = Vmix(host, lambda look: None if first.done() else first.set_result(look), tally_port, state_port)
    task = asyncio.create_task(vmix.run())
    try:
        return await first, vmix.trouble or ""
    finally:
        task.cancel()
