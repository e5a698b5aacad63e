"""A stand-in for vMix: runs a script on mono, serves it a state XML and records what it was told."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from .compiler import Compiler

STATE = """\
<vmix><version>29.0.0.49</version><inputs>
<input key="aaaa-1" number="1" type="Colour" title="Colour">Colour</input>
<input key="bbbb-2" number="2" type="GT" title="Lower Third"><text index="0" name="Headline.Text">old</text>\
<text index="1" name="Description.Text">untouched</text></input>
</inputs><dynamic><input1></input1><value1></value1><value2>untouched</value2></dynamic></vmix>
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
        self._state.write_text(STATE, encoding="utf-8")
        self._calls.touch()

    def run(self, script: str, *, polls: int = 1) -> Ran:
        """Run a script to its end, or until it has slept `polls` times."""
        environment = {"VMIX_STATE": str(self._state), "VMIX_CALLS": str(self._calls), "VMIX_SLEEPS": str(polls)}
        finished = subprocess.run(
            ["mono", str(self._compiler.program(script))],
            env=os.environ | environment,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert finished.returncode == 0, finished.stderr
        assert finished.stderr == ""
        calls = [json.loads(line) for line in self._calls.read_text(encoding="utf-8").splitlines()]
        return Ran(finished.stdout.splitlines(), calls)

    def text(self, field: str) -> str:
        """What a text field of the title holds."""
        return self._find(f".//text[@name='{field}']").text or ""

    def dynamic_value(self, number: int) -> str:
        """What a dynamic value holds."""
        return self._find(f"dynamic/value{number}").text or ""

    def overwrite(self, field: str, text: str) -> None:
        """Change a text field as an operator would."""
        tree = ElementTree.parse(self._state)  # noqa: S314 - written by this class
        for found in tree.iterfind(f".//text[@name='{field}']"):
            found.text = text
        tree.write(self._state, encoding="utf-8")

    def _find(self, path: str) -> ElementTree.Element:
        found = ElementTree.parse(self._state).find(path)  # noqa: S314 - written by this class
        assert found is not None, path
        return found
