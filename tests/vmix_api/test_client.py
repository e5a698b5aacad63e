"""A vMix is heard as long as it talks, and no longer."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from bridge.vmix_api import client
from bridge.vmix_api.client import STATE_BYTES, Vmix, ask
from bridge.vmix_api.state import Look
from tests.rooms.house import until
from tests.vmix import StandInVmix, VmixInput, vmix_with

Seen = frozenset[int] | None


class Ear:
    """What was told, in order; each only where it is another one. ``titles`` were ever on air."""

    def __init__(self) -> None:
        self.told: list[Seen] = []
        self.titles: set[str] = set()
        self._news = asyncio.Event()

    def hear(self, look: Look | None) -> None:
        seen = None if look is None else frozenset(one.number for one in look.program)
        self.titles |= {title for one in (look.program if look else ()) for title in one.titles}
        if not self.told or self.told[-1] != seen:
            self.told.append(seen)
            self._news.set()

    async def hears(self, *seen: int) -> None:
        await self._until(lambda: self.told and self.told[-1] == frozenset(seen))

    async def hears_nothing(self) -> None:
        await self._until(lambda: self.told and self.told[-1] is None)

    async def _until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not true():
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def hearing(vmix: StandInVmix) -> AsyncIterator[tuple[Ear, Vmix]]:
    ear = Ear()
    one = Vmix("127.0.0.1", ear.hear, *vmix.ports)
    task = asyncio.create_task(one.run())
    try:
        yield ear, one
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FIRST_RETRY", 0.01)
    monkeypatch.setattr(client, "LAST_RETRY", 0.05)


@pytest.fixture
async def vmix() -> AsyncIterator[StandInVmix]:
    async with vmix_with("one", "two", "three", "four") as vmix:
        yield vmix


async def test_what_is_on_air_is_told_at_once_and_whenever_it_changes(vmix: StandInVmix) -> None:
    async with hearing(vmix) as (ear, one):
        await ear.hears(1)
        for number in (2, 3, 2):
            vmix.change(active=number)
            await ear.hears(number)
        assert one.trouble == ""


async def test_a_tally_is_told_before_the_state_is_asked_for_again(
    vmix: StandInVmix, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hearing(vmix) as (ear, _):
        await ear.hears(1)
        vmix.deaf.add("http")
        vmix.change(active=2)
        await ear.hears(2)


async def test_what_no_tally_tells_is_seen_in_the_state(vmix: StandInVmix) -> None:
    async with hearing(vmix) as (ear, _):
        await ear.hears(1)
        vmix.change(overlays={1: 3})
        await ear.hears(1, 3)
        vmix.change(overlays={})
        await ear.hears(1)
        vmix.inputs[0].layers = (4,)
        await ear.hears(1, 4)
        vmix.change(black=True)
        await ear.hears()
        vmix.change(black=False)
        await ear.hears(1, 4)


async def test_when_inputs_came_or_went_the_state_is_looked_at_first(vmix: StandInVmix) -> None:
    """Their numbers move, and the one that was first is not on air because another one is first now."""
    async with hearing(vmix) as (ear, _):
        await ear.hears(1)
        vmix.inputs.insert(0, VmixInput("new"))
        vmix.change(active=2)
        await ear.hears(2)
    assert ear.titles == {"one"}


async def test_a_state_that_is_older_than_its_tally_is_not_believed(vmix: StandInVmix) -> None:
    async with hearing(vmix) as (ear, one):
        await ear.hears(1)
        vmix.gate, asked = asyncio.Event(), vmix.asked.count("/api/")
        await until(lambda: vmix.asked.count("/api/") > asked)
        vmix.inputs.insert(0, VmixInput("new"))
        vmix.change(active=2)
        await until(lambda: one._tally == vmix.said())
        vmix.gate.set()
        await ear.hears(2)
    assert ear.titles == {"one"}


@pytest.mark.parametrize("deaf", ["tcp", "http"])
async def test_a_vmix_that_falls_silent_is_away_however_open_its_line_seems(
    vmix: StandInVmix, monkeypatch: pytest.MonkeyPatch, deaf: str
) -> None:
    for wait in ("QUIET_SECONDS", "ANSWER_SECONDS", "STATE_SECONDS"):
        monkeypatch.setattr(client, wait, 0.2)
    async with hearing(vmix) as (ear, one):
        await ear.hears(1)
        vmix.deaf.add(deaf)
        await ear.hears_nothing()
        assert one.trouble
        vmix.deaf.clear()
        vmix.change(active=3)
        await ear.hears(3)


async def test_a_quiet_vmix_is_asked_whether_it_is_there(vmix: StandInVmix, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "QUIET_SECONDS", 0.01)
    async with hearing(vmix) as (ear, _):
        await ear.hears(1)
        await until(lambda: vmix.asked.count("TALLY") > 20)
    assert ear.told == [frozenset({1})]
    assert vmix.asked.count("SUBSCRIBE TALLY") == 1


async def test_a_vmix_that_ends_is_away_and_one_that_comes_back_is_heard_again(vmix: StandInVmix) -> None:
    async with hearing(vmix) as (ear, one):
        await ear.hears(1)
        for number in (2, 3):
            await vmix.stop()
            await ear.hears_nothing()
            assert one.trouble
            vmix.change(active=number)
            await vmix.start()
            await ear.hears(number)
            assert one.trouble == ""


async def test_one_that_is_not_there_is_tried_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    slept = asyncio.sleep

    async def sleep(seconds: float) -> None:
        if seconds >= 0.5:
            waits.append(seconds)
        await slept(0)

    monkeypatch.setattr(client, "FIRST_RETRY", 0.5)
    monkeypatch.setattr(client, "LAST_RETRY", 8.0)
    monkeypatch.setattr("bridge.vmix_api.client.asyncio.sleep", sleep)
    vmix = StandInVmix.of("one")
    async with hearing(vmix) as (_, one):
        await until(lambda: len(waits) > 7)
    assert waits[:7] == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    assert one.trouble == f"its TCP API (port {vmix.tally_port}) does not answer"


LAUGHS = b'<!DOCTYPE vmix [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 1000 + b'">]><vmix><version>&b;</version></vmix>'


def long_state(vmix: StandInVmix) -> bytes:
    return vmix.xml().replace(b"</inputs>", b"<x/>" * (13 * 1024 * 1024) + b"</inputs>")


BAD: dict[str, Callable[[StandInVmix], dict[str, object]]] = {
    "cut off": lambda vmix: {"answer": vmix.xml()[:-20]},
    "nothing": lambda vmix: {"answer": b""},
    "50 MB of elements": lambda vmix: {"answer": long_state(vmix)},
    "50 MB of text": lambda vmix: {"answer": b"<vmix><version>" + b"x" * (50 << 20)},
    "entities": lambda vmix: {"answer": LAUGHS},
    "another program": lambda vmix: {"answer": b"<html>It works</html>"},
    "no text": lambda vmix: {"answer": bytes(range(256)) * 100},
    "zipped": lambda vmix: {"answer": gzip.compress(b" " * (50 << 20)), "headers": {"Content-Encoding": "gzip"}},
    "a password": lambda vmix: {"status": 401},
    "elsewhere": lambda vmix: {"status": 302, "headers": {"Location": "/api/?again"}},
    "no tally": lambda vmix: {"greeting": b"TALLY ER no\r\n"},
    "an endless line": lambda vmix: {"greeting": b"x" * (1 << 20)},
}


@pytest.mark.parametrize("bad", BAD)
async def test_a_bad_answer_shows_nothing_and_the_next_good_one_is_heard(vmix: StandInVmix, bad: str) -> None:
    spoiled = BAD[bad](vmix)
    good = {name: getattr(vmix, name) for name in spoiled}
    vmix.change(**spoiled)
    async with hearing(vmix) as (ear, one):
        await ear.hears_nothing()
        assert one.trouble
        vmix.change(**good)
        await ear.hears(1)


async def test_an_answer_without_an_end_is_not_read_to_it(vmix: StandInVmix) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<vmix>")
        with suppress(ConnectionError):
            while True:
                writer.write(b" " * 65_536)
                sent.append(65_536)
                await writer.drain()

    sent: list[int] = []
    async with await asyncio.start_server(endless, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        _, why = await ask("127.0.0.1", vmix.tally_port, port)
    assert why == f"its Web Controller (port {port}) says more than {STATE_BYTES} bytes"
    assert sum(sent) < STATE_BYTES + (16 << 20)  # what the sockets hold


@pytest.mark.parametrize(
    "talk",
    [b"", b"\r\n" * 1000, b"TALLY OK\r\n", b"XML 99999999999\r\n<vmix>\r\n", b"\xff\xfe\x00\r\n", b"TALLY OK 12"],
    ids=["hangs up", "empty lines", "no inputs", "a length", "no text", "half a line"],
)
async def test_whatever_comes_on_the_line_does_no_harm(vmix: StandInVmix, talk: bytes) -> None:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(talk)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(nonsense, "127.0.0.1", 0) as server:
        look, why = await ask("127.0.0.1", server.sockets[0].getsockname()[1], vmix.state_port)
    assert look is None or look.program == ()
    assert bool(why) == (look is None)


async def test_who_asks_once_is_told_what_is_there(vmix: StandInVmix) -> None:
    look, why = await ask("127.0.0.1", *vmix.ports)
    assert look
    assert (look.version, len(look.inputs), why) == ("29.0.0.49", 4, "")


async def test_what_changes_is_logged_once_and_not_at_each_try(
    vmix: StandInVmix, caplog: pytest.LogCaptureFixture
) -> None:
    async with hearing(vmix) as (ear, _):
        await ear.hears(1)
        vmix.status = 500
        await ear.hears_nothing()
        tried = vmix.asked.count("/api/")
        await until(lambda: vmix.asked.count("/api/") > tried + 5)
        vmix.status = 200
        await ear.hears(1)
    said = [record.getMessage() for record in caplog.records if record.name == client.__name__]
    assert [line.partition("vMix ")[2][:9] for line in said] == ["29.0.0.49", "at 127.0.", "29.0.0.49"]
