"""Puts a script together: its own file, with the parts it shares with others where its splice lines name them.

A line `' splice: ask` stands for `parts/ask.vb`, indented as the line is: vMix runs a script inside one Sub, so that
none can call another's code.
"""

import re
from pathlib import Path

_HERE = Path(__file__).parent
_SPLICE = re.compile(r"^( *)' splice: (\w+)$")


def spliced(name: str) -> list[str]:
    """The lines of the script `name` with its parts in them."""
    lines: list[str] = []
    for line in _read("scripts", name):
        match = _SPLICE.match(line)
        lines += [line] if match is None else _indented(match[1], _read("parts", match[2]))
    return lines


def _read(folder: str, name: str) -> list[str]:
    return (_HERE / folder / f"{name}.vb").read_text(encoding="utf-8").splitlines()


def _indented(indent: str, lines: list[str]) -> list[str]:
    return [indent + line if line else line for line in lines]
