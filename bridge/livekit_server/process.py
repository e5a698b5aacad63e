"""The livekit-server of this machine: started or adopted, watched, restarted after a crash or a hang, ended.

It outlives a crash of the bridge, and the call in it goes on. ``server.json`` is how the next start finds it again.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import psutil

from bridge.errors import MediaServerDown
from bridge.files import read_json, write_private
from bridge.folder import LIVEKIT, SERVER_CONFIG, SERVER_LOG, SERVER_NOTE
from bridge.livekit_server import output
from bridge.livekit_server.child import ServerProcess
from bridge.livekit_server.config import ServerConfig, fingerprint, own_keys
from bridge.livekit_server.health import answers
from bridge.livekit_server.network import EVERYWHERE, LOOPBACK, Port, is_free, is_ours, lan_address, owner, require_free
from bridge.livekit_server.stun import answering
from bridge.livekit_server.watch import Patience, until_it_ends

log = logging.getLogger(__name__)

START_SECONDS = 30.0  # a virus scanner may look at a new program for a while
ADOPT_SECONDS = 3.0
POLL_SECONDS = 0.02
DELAYS = (0.0, 0.5, 1.0, 2.0, 4.0)  # before each restart in a row: people inside come back only if the first is quick
STEADY_SECONDS = 10.0  # having run that long, the next crash is a first one again
PATIENCE = Patience()

State = Literal["stopped", "starting", "running", "restarting"]


@dataclass(frozen=True, slots=True)
class Status:
    """How the server is. ``trouble`` and ``hint`` say why it is not running and what to do."""

    state: State
    pid: int | None
    adopted: bool
    restarts: int
    trouble: str
    hint: str


class LocalServer:
    """The one server of a data folder. ``url``, ``api_key`` and ``api_secret`` are good before the start.

    ``outlives``: whether ``aclose`` leaves it running. One that was adopted stays until somebody decides otherwise.
    Making it raises ``MediaServerDown`` when the data folder does not let it keep its key.
    """

    def __init__(self, binary: Path, data: Path, config: ServerConfig, patience: Patience = PATIENCE) -> None:
        data = data.resolve()
        try:
            keys = own_keys(data)
        except OSError as error:
            raise MediaServerDown(
                f"{data / LIVEKIT} cannot be written: {error.strerror}", "see that it may be written"
            ) from None
        self.api_key, self.api_secret = keys.api_key, keys.api_secret
        self.url = f"ws://{LOOPBACK}:{config.port}"
        self.log = data / SERVER_LOG
        self._binary, self._config, self._keys = binary.absolute(), config, keys
        # Another address for webhooks alone ends no call: they are missed then, and looks do without.
        self._fingerprint = fingerprint(replace(config, webhook="").text(keys))
        self._patience = patience
        self._file, self._record = data / SERVER_CONFIG, data / SERVER_NOTE
        self._process: ServerProcess | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._state: State = "stopped"
        self._adopted, self._restarts = False, 0
        self.outlives = False
        self._trouble: MediaServerDown | None = None

    @property
    def status(self) -> Status:
        pid = self._process.pid if self._process else None
        trouble, hint = (self._trouble.message, self._trouble.hint) if self._trouble else ("", "")
        return Status(self._state, pid, self._adopted, self._restarts, trouble, hint)

    async def start(self, *, keep_trying: bool = False) -> None:
        """Adopt the server that an earlier bridge left running, or start one; return when it answers.

        A failure raises ``MediaServerDown`` and leaves nothing running; with ``keep_trying`` it is written into
        ``status`` instead and tried again until it works or ``stop`` is called.
        """
        self._state = "starting"
        try:
            if not await self._adopt():
                await self._launch()
        except MediaServerDown as error:
            self._state = "stopped"
            if not keep_trying:
                raise
            self._in_trouble(error)
        self._watcher = asyncio.create_task(self._watch(), name="livekit-server")

    async def aclose(self) -> None:
        """Leave the server or end it, whichever ``outlives`` says at the very end."""
        await self._stop_watching()
        await (self.leave() if self.outlives else self.stop())

    async def stop(self) -> None:
        """End the server in an orderly way; those inside are told, unless it ends before its last word is out."""
        await self._stop_watching()
        if self._process is not None:
            await self._process.end()
        self._process, self._state = None, "stopped"
        with suppress(OSError):
            self._record.unlink()

    async def leave(self) -> None:
        """Stop looking after the server and let it run, to be adopted by the next start."""
        await self._stop_watching()
        if self._process is not None:
            self._process.leave()
        self._process, self._state = None, "stopped"

    async def _adopt(self) -> bool:
        """Take over the server that runs already, if it is ours, answers, and is set up as we want it; else end it."""
        kept = read_json(self._record)
        found = None
        if isinstance(kept.get("pid"), int) and isinstance(kept.get("created"), float):
            found = ServerProcess.adopt(kept["pid"], kept["created"], self._file)
        if found is None:
            return False
        same = kept.get("config") == self._fingerprint and kept.get("port") == self._config.port
        if same and await self._answers(found, ADOPT_SECONDS, busy_will_do=True):
            self._process, self._adopted = found, True
            self.outlives = True
            self._is_up()
            log.info("livekit-server (process %d) was running already and goes on", found.pid)
            return True
        log.info(
            "livekit-server (process %d) %s; ending it", found.pid, "does not answer" if same else "has old settings"
        )
        await found.end()
        return False

    async def _launch(self) -> None:
        """Start a server and return when it answers; a failure leaves none behind."""
        try:
            await self._end_lost_one()
            await asyncio.to_thread(require_free, self._ports())
            async with self._told() as config:
                write_private(self._file, config.text(self._keys), durable=False)
                with output.open_fresh(self.log) as file:
                    self._process = ServerProcess.spawn(self._binary, self._file, file)
                self._remember(self._process)
                if not await self._answers(self._process, START_SECONDS):
                    raise self._bad_start(self._process)
            self._process.answered()
        except BaseException as error:
            self._drop()
            if isinstance(error, OSError | psutil.Error):
                raise self._cannot(error) from None
            raise
        self._adopted = False
        self._is_up()

    @asynccontextmanager
    async def _told(self) -> AsyncIterator[ServerConfig]:
        """The configuration of a server that starts meanwhile, and is told of the router's address where it must be."""
        if not self._config.behind_router:
            yield self._config
            return
        async with answering(lan_address() or LOOPBACK, self._config.address) as told_by:
            yield replace(self._config, told_by=told_by)

    async def _answers(self, process: ServerProcess, seconds: float, *, busy_will_do: bool = False) -> bool:
        """Whether the server is well within that time; False as soon as it has ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while process.alive():
                    well = await answers(self._config.port)
                    if (well or (busy_will_do and well is not None)) and process.alive():
                        return True
                    await asyncio.sleep(POLL_SECONDS)
        return False

    async def _end_lost_one(self) -> None:
        """End a server of this data folder that ``server.json`` does not know (written too late, or lost)."""
        if is_free("tcp", LOOPBACK, self._config.port):
            return
        pid = await asyncio.to_thread(owner, "tcp", self._config.port)
        if pid is not None and (lost := ServerProcess.of_ours(pid, self._file)):
            await lost.end()

    def _ports(self) -> list[Port]:
        chosen = self._config
        media = chosen.address if is_ours(chosen.address) else EVERYWHERE
        ports: list[Port] = [("tcp", LOOPBACK, chosen.port), ("udp", media, chosen.udp_port)]
        return ports if chosen.only_here else [*ports, ("tcp", EVERYWHERE, chosen.tcp_port)]

    async def _watch(self) -> None:
        """Restart the server whenever it ends or hangs, until cancelled."""
        clock = asyncio.get_running_loop().time
        in_a_row = 0
        while True:
            since = clock()
            if self._process is not None:
                await self._until_it_ends(self._process)
            in_a_row = 0 if clock() - since > STEADY_SECONDS else in_a_row
            self._state = "restarting"
            await asyncio.sleep(DELAYS[min(in_a_row, len(DELAYS) - 1)])
            in_a_row += 1
            try:
                await self._launch()
                self._restarts += 1
                log.warning("livekit-server runs again (process %d)", self.status.pid)
            except MediaServerDown as error:
                self._in_trouble(error)

    async def _until_it_ends(self, process: ServerProcess) -> None:
        if await until_it_ends(process, self._config.port, self._patience):
            said = output.last_words(self.log, self.api_secret)
            log.error("livekit-server ended by itself; its last words: %s", said)
        self._drop()

    async def _stop_watching(self) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
            with suppress(asyncio.CancelledError):
                await self._watcher
            self._watcher = None

    def _is_up(self) -> None:
        self._state, self._trouble = "running", None

    def _in_trouble(self, error: MediaServerDown) -> None:
        if self._trouble is None or error.message != self._trouble.message:
            log.error("%s: %s", error.message, error.hint)
        self._state, self._trouble = "restarting", error

    def _remember(self, process: ServerProcess) -> None:
        note = {
            "pid": process.pid,
            "created": process.created,
            "port": self._config.port,
            "config": self._fingerprint,
        }
        write_private(self._record, json.dumps(note), durable=False)

    def _drop(self) -> None:
        if self._process is not None:
            self._process.kill()
        self._process = None

    def _bad_start(self, process: ServerProcess) -> MediaServerDown:
        if process.alive():
            return MediaServerDown(f"livekit-server does not answer after {START_SECONDS:.0f} s", f"see {self.log}")
        words = output.last_words(self.log, self.api_secret)
        return MediaServerDown(f"livekit-server ended as soon as it was started: {words}", f"see {self.log}")

    def _cannot(self, error: OSError | psutil.Error) -> MediaServerDown:
        if not self._binary.is_file():
            return MediaServerDown(
                f"livekit-server is not at {self._binary} any more",
                "run: vmix-bridge livekit install; if it vanishes again, let the virus scanner leave that folder alone",
            )
        words = (error.strerror if isinstance(error, OSError) else None) or str(error)
        return MediaServerDown(f"livekit-server cannot be started: {words}", f"see that {self._binary} may run")
