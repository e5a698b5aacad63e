"""Reads VB.NET source as far as strings, comments and line ends go, by the language's own rules for those."""

import re
from dataclasses import dataclass

LINE_ENDS = re.compile("\r\n|[\r\n\u0085\u2028\u2029]")
DOUBLE_QUOTES = '"\u201c\u201d\uff02'
COMMENT_MARKS = "'\u2018\u2019\uff07"
_TO_CHAR = re.compile(r"System\.Convert\.ToChar\((\d+)\)")


@dataclass(frozen=True)
class Line:
    """One line: its code with every string emptied, what those strings read as, and its comment."""

    number: int
    text: str
    code: str
    strings: tuple[str, ...]
    comment: str


def read(script: str) -> list[Line]:
    """All lines of a script; ValueError for a string that does not end."""
    return [_read_line(number, text) for number, text in enumerate(LINE_ENDS.split(script), start=1)]


def values(script: str) -> dict[str, str]:
    """What the String variables hold after the script's plain assignments of strings and `ToChar` calls."""
    held: dict[str, str] = {}
    for line in read(script):
        match = re.fullmatch(r"(?:Dim (\w+) As System\.String|(\w+)) = (.+)", line.code.strip())
        if match is None:
            continue
        name = match[1] or match[2]
        parts = match[3].split(" & ")
        strings = iter(line.strings)
        total = ""
        for part in parts:
            char = _TO_CHAR.fullmatch(part)
            if part == '""':
                total += next(strings)
            elif char is not None:
                total += chr(int(char[1]))
            elif part == name:
                total += held[name]
            else:
                break
        else:
            held[name] = total
    return {name: _join_surrogates(value) for name, value in held.items()}


def _read_line(number: int, text: str) -> Line:
    code, strings, at = "", [], 0
    while at < len(text):
        if text[at] in DOUBLE_QUOTES:
            string, at = _read_string(text, at + 1)
            strings.append(string)
            code += '""'
        elif text[at] in COMMENT_MARKS:
            return Line(number, text, code.rstrip(), tuple(strings), text[at + 1 :])
        else:
            code += text[at]
            at += 1
    return Line(number, text, code.rstrip(), tuple(strings), "")


def _read_string(text: str, at: int) -> tuple[str, int]:
    """The string that begins at `at`, and where the code goes on; two quotes of any kind are one straight one."""
    string = ""
    while at < len(text):
        if text[at] not in DOUBLE_QUOTES:
            string += text[at]
            at += 1
        elif text[at + 1 : at + 2] and text[at + 1] in DOUBLE_QUOTES:
            string += '"'
            at += 2
        else:
            return string, at + 1
    raise ValueError(f"a string does not end: {text}")


def _join_surrogates(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
