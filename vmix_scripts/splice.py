"""Puts a script together: its own file, with what it shares with others where its lines say so.

vMix runs a script inside one Sub, where none can call another's code. So a line

    ' splice: ask           stands for `parts/ask.vb`, with the parts that names, or for lines made for this room,
                            indented as it is;
    ' each word: {word}     stands, with such lines that follow, once for each word of a room's policy: media, Media.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from vmix_scripts.card import POLICY

_HERE = Path(__file__).parent
_SPLICE = re.compile(r"^( *)' splice: (\w+)$")
_EACH_WORD = "' each word: "

Lines = list[str]


def spliced(name: str, made: Mapping[str, Lines]) -> Lines:
    """The whole script `name`; `made` holds the parts that are no files."""
    return list(_with_parts(_with_words(_read("scripts", name)), made))


def _with_parts(lines: Iterable[str], made: Mapping[str, Lines]) -> Iterator[str]:
    for line in lines:
        match = _SPLICE.match(line)
        if match is None:
            yield line
            continue
        indent, part = match.groups()
        inside = made[part] if part in made else _with_parts(_read("parts", part), {})
        yield from (indent + line if line else line for line in inside)


def _with_words(lines: Iterable[str]) -> Iterator[str]:
    for each_word, run in groupby(lines, key=lambda line: line.startswith(_EACH_WORD)):
        if not each_word:
            yield from run
            continue
        once = [line.removeprefix(_EACH_WORD) for line in run]
        for word in POLICY:
            yield from (line.format(word=word, Word=word.capitalize()) for line in once)


def _read(folder: str, name: str) -> Lines:
    return (_HERE / folder / f"{name}.vb").read_text(encoding="utf-8").splitlines()
