"""A vMix of the tests' own: it speaks vMix's documented TCP API and serves its state as XML, over real sockets.

Which inputs a real one tallies beyond program and preview is not documented: this one tallies those two alone, so that
layers, overlays and mixes have to be seen in the state.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Self
from xml.sax.saxutils import escape, quoteattr

from aiohttp import web

from tests.ports import free_port


@dataclass(slots=True)
class VmixInput:
    """``layers`` are numbers of inputs that are seen in it."""

    title: str
    type: str = "Browser"
    layers: tuple[int, ...] = ()


@dataclass(slots=True)
class StandInVmix:
    """Inputs count from 1; ``overlays``, ``previewed`` and ``mixes`` are inputs by the number of the channel or mix."""

    inputs: list[VmixInput]
    active: int = 1
    preview: int = 2
    overlays: dict[int, int] = field(default_factory=dict)
    previewed: dict[int, int] = field(default_factory=dict)
    mixes: dict[int, int] = field(default_factory=dict)
    black: bool = False
    greeting: bytes = b"VERSION OK 29.0.0.49\r\n"
    tally: str | None = None
    """What it tallies, where that is not told by the above."""
    answer: bytes | None = None
    """What its Web Controller says in place of the state."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    deaf: set[str] = field(default_factory=set)
    """``tcp``, ``http``: takes what comes there, stays connected and says nothing more, as a half-open line does."""
    gate: asyncio.Event | None = None
    """What its Web Controller says waits here, and may be old when it comes."""
    asked: list[str] = field(default_factory=list)
    """Every line and every request."""
    tally_port: int = field(default_factory=free_port)
    state_port: int = field(default_factory=free_port)
    _told: str = ""
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _subscribed: set[asyncio.StreamWriter] = field(default_factory=set)
    _server: asyncio.Server | None = None
    _runner: web.AppRunner | None = None

    @property
    def ports(self) -> tuple[int, int]:
        return self.tally_port, self.state_port

    @classmethod
    def of(cls, *titles: str) -> Self:
        return cls([VmixInput(title) for title in titles])

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", self.tally_port)
        app = web.Application()
        app.router.add_get("/api/", self._state)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.state_port).start()

    async def stop(self) -> None:
        """As when it is ended: lines are cut."""
        assert self._server
        assert self._runner
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await self._runner.cleanup()

    def change(self, **what: object) -> None:
        """As somebody does at its desk; who subscribed is told what that does to the tally."""
        for name, value in what.items():
            setattr(self, name, value)
        if self.said() != self._told and "tcp" not in self.deaf:
            for writer in self._subscribed:
                self._say(writer, f"TALLY OK {self.said()}")
        self._told = self.said()

    def said(self) -> str:
        if self.tally is not None:
            return self.tally
        where = {self.preview: "2"} | {self.active: "1"}
        return "".join(where.get(number, "0") for number, _ in enumerate(self.inputs, 1))

    def xml(self) -> bytes:
        inputs = "".join(self._input(number, one) for number, one in enumerate(self.inputs, 1))
        channels = range(1, 17)
        overlays = "".join(
            f'<overlay number="{n}">{self.overlays[n]}</overlay>'
            if n in self.overlays
            else f'<overlay number="{n}" preview="True">{self.previewed[n]}</overlay>'
            if n in self.previewed
            else f'<overlay number="{n}"/>'
            for n in channels
        )
        mixes = "".join(
            f'<mix number="{number}"><preview>0</preview><active>{shown}</active></mix>'
            for number, shown in self.mixes.items()
        )
        text = (
            "<vmix><version>29.0.0.49</version><edition>4K</edition>"
            f"<inputs>{inputs}</inputs><overlays>{overlays}</overlays>"
            f"<preview>{self.preview}</preview><active>{self.active}</active><fadeToBlack>{self.black}</fadeToBlack>"
            f"<recording>False</recording>{mixes}<audio><master volume='100'/></audio></vmix>\r\n"
        )
        return text.encode()

    def _input(self, number: int, one: VmixInput) -> str:
        layers = "".join(f'<overlay index="{i}" key="key-{layer}"/>' for i, layer in enumerate(one.layers))
        return (
            f'<input key="key-{number}" number="{number}" type="{one.type}" title={quoteattr(one.title)} '
            f'shortTitle={quoteattr(one.title)} state="Running">{escape(one.title)}{layers}</input>\r\n'
        )

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        writer.write(self.greeting)
        self._told = self.said()
        with suppress(ConnectionError):
            while line := (await reader.readline()).decode().strip():
                self.asked.append(line)
                if "tcp" in self.deaf:
                    continue
                if line == "SUBSCRIBE TALLY":
                    self._subscribed.add(writer)
                    self._say(writer, "SUBSCRIBE OK TALLY Subscribed")
                elif line == "TALLY":
                    self._say(writer, f"TALLY OK {self.said()}")
                else:
                    self._say(writer, f"{line.split()[0]} ER no such command")
        self._subscribed.discard(writer)
        self._writers.discard(writer)
        writer.close()

    def _say(self, writer: asyncio.StreamWriter, line: str) -> None:
        writer.write(f"{line}\r\n".encode())

    async def _state(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if "http" in self.deaf:
            await asyncio.Event().wait()
        body = self.xml() if self.answer is None else self.answer
        if self.gate:
            await self.gate.wait()
        return web.Response(body=body, status=self.status, headers={"Content-Type": "text/xml"} | self.headers)


@asynccontextmanager
async def vmix_with(*titles: str) -> AsyncIterator[StandInVmix]:
    """One that runs, with inputs of these titles."""
    vmix = StandInVmix.of(*titles)
    await vmix.start()
    try:
        yield vmix
    finally:
        await vmix.stop()
