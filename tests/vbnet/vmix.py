"""A stand-in for vMix: runs a script on mono, serves it a state XML and records what it was told."""

import asyncio
import json
import os
import subprocess
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from .compiler import Compiler

RUN_SECONDS = 120.0
WAIT_SECONDS = 30.0
THREADS = {"MONO_THREADS_PER_CPU": "50"}
"""mono adds one thread to its pool each half second, and a request needs more than two cores' worth of them."""
STATE = """\
<vmix><version>29.0.0.49</version><inputs>
<input key="aaaa-1" number="1" type="Colour" title="Colour">Colour</input>
<input key="bbbb-2" number="2" type="GT" title="Lower Third"><text index="0" name="Headline.Text">old</text>\
<text index="1" name="Description.Text">untouched</text></input>
</inputs><overlays><overlay number="1" /><overlay number="2" /></overlays><preview>1</preview><active>1</active>
<dynamic><input1></input1><value1></value1><value2>untouched</value2></dynamic></vmix>
"""


@dataclass(frozen=True)
class Ran:
    """What came of a run: the lines the operator reads, and the calls vMix got."""

    lines: list[str]
    calls: list[dict[str, Any]]

    @property
    def line(self) -> str:
        """The one line; AssertionError when there was another number of them."""
        assert len(self.lines) == 1, self.lines
        return self.lines[0]

    @property
    def functions(self) -> list[dict[str, Any]]:
        """The calls of vMix functions, without the sleeps."""
        return [call for call in self.calls if "function" in call]


class Vmix:
    """One vMix with a title called Lower Third, whose text is `Headline.Text`."""

    def __init__(self, folder: Path, compiler: Compiler) -> None:
        """Keep state and calls in `folder`."""
        self._compiler = compiler
        self._state = folder / "state.xml"
        self._calls = folder / "calls.jsonl"
        self.adds_after = 2
        """How many sleeps a new input takes until it is there; -1: vMix adds none."""
        self._state.write_text(STATE, encoding="utf-8")
        self._calls.touch()

    def run(self, script: str, *, polls: int = 1) -> Ran:
        """Run a script to its end, or until it has slept a second `polls` times."""
        finished = subprocess.run(
            ["mono", str(self._compiler.program(script))],
            env=self._environment(polls=polls, pause=0),
            capture_output=True,
            encoding="utf-8",
            timeout=RUN_SECONDS,
        )
        assert finished.returncode == 0, finished.stderr
        assert finished.stderr == ""
        return Ran(finished.stdout.splitlines(), self.calls())

    async def press(self, script: str, *, polls: int = 1) -> Ran:
        """`run`, while this event loop goes on."""
        return await asyncio.to_thread(self.run, script, polls=polls)

    @asynccontextmanager
    async def watching(self, script: str) -> AsyncIterator[list[str]]:
        """A script that runs meanwhile, 20 times as fast, and is stopped at the end: its lines are in the list then."""
        lines: list[str] = []
        program = await asyncio.to_thread(self._compiler.program, script)
        process = await asyncio.create_subprocess_exec(
            "mono", str(program), env=self._environment(polls=0, pause=50), stdout=asyncio.subprocess.PIPE
        )
        try:
            yield lines
        finally:
            process.kill()
            said, _ = await process.communicate()
            lines += said.decode().splitlines()

    async def told(self, function: str, value: str, times: int = 1) -> None:
        """Wait until vMix was told this so many times; AssertionError with what it was told instead."""
        until = time.monotonic() + WAIT_SECONDS
        while self.values(function).count(value) < times:
            assert time.monotonic() < until, self.values(function)
            await asyncio.sleep(0.02)

    def calls(self) -> list[dict[str, Any]]:
        """Every call and sleep so far; a line that is being written does not count yet."""
        whole, _, _ = self._calls.read_text(encoding="utf-8").rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    def values(self, function: str) -> list[str]:
        """What vMix was given by this function, in order."""
        return [call["Value"] for call in self.calls() if call.get("function") == function]

    def text(self, field: str) -> str:
        """What a text field of that name holds."""
        return self._find(f".//text[@name='{field}']").text or ""

    def dynamic_value(self, number: int) -> str:
        """What a dynamic value holds."""
        return self._find(f"dynamic/value{number}").text or ""

    def set_dynamic_value(self, number: int, text: str) -> None:
        """What Companion, or another script, does."""
        tree = self._tree()
        found = tree.find(f"dynamic/value{number}")
        assert found is not None
        found.text = text
        self._write(tree)

    def inputs(self) -> list[dict[str, str]]:
        """The inputs in their order, as the state has them, with what the browsers among them have loaded."""
        return [dict(found.attrib) for found in self._tree().iterfind("inputs/input")]

    def pages(self) -> dict[str, str]:
        """What each browser input has loaded, by title; AssertionError where two have the same one."""
        browsers = [found for found in self.inputs() if found["type"] == "Browser"]
        pages = {found["title"]: found["url"] for found in browsers}
        assert len(pages) == len(browsers), browsers
        return pages

    def add_input(
        self, title: str, url: str = "", *, layers: Sequence[str] = (), fields: Sequence[str] = (), **more: str
    ) -> str:
        """An input as an operator adds one, with other inputs as its layers or with text fields; gives its key."""
        tree = self._tree()
        inputs = tree.find("inputs")
        assert inputs is not None
        number, kind = len(inputs) + 1, "Browser" if url else "GT"
        key = f"key-{number}"
        said = {"key": key, "number": str(number), "type": kind, "title": title, "url": url, **more}
        found = ElementTree.SubElement(inputs, "input", said)
        for index, layer in enumerate(layers):
            ElementTree.SubElement(found, "overlay", index=str(index), key=layer)
        for index, field in enumerate(fields):
            ElementTree.SubElement(found, "text", index=str(index), name=field).text = "old"
        self._write(tree)
        return key

    def show(self, key: str, where: str) -> None:
        """Put an input on air: `active`, `preview`, or `overlays/overlay`, the first one."""
        tree = self._tree()
        found, place = tree.find(f"inputs/input[@key='{key}']"), tree.find(where)
        assert found is not None
        assert place is not None
        place.text = found.attrib["number"]
        self._write(tree)

    def overwrite(self, field: str, text: str) -> None:
        """Change a text field as an operator would."""
        tree = self._tree()
        for found in tree.iterfind(f".//text[@name='{field}']"):
            found.text = text
        self._write(tree)

    def _tree(self) -> "ElementTree.ElementTree[ElementTree.Element]":
        return ElementTree.parse(self._state)  # noqa: S314 - written by this class

    def _write(self, tree: "ElementTree.ElementTree[ElementTree.Element]") -> None:
        fresh = self._state.with_suffix(".overwritten")
        tree.write(fresh, encoding="utf-8")
        fresh.replace(self._state)

    def _environment(self, *, polls: int, pause: int) -> dict[str, str]:
        files = {"VMIX_STATE": str(self._state), "VMIX_CALLS": str(self._calls)}
        speed = {"VMIX_SLEEPS": str(polls), "VMIX_PAUSE": str(pause), "VMIX_ADDS": str(self.adds_after)}
        return {**os.environ, **THREADS, **files, **speed}

    def _find(self, path: str) -> ElementTree.Element:
        found = self._tree().find(path)
        assert found is not None, path
        return found
