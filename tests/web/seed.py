"""The seed's own ``curl`` lines and the answers it prints below them, as they stand in ``seed.txt``."""

import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOST = "http://localhost"


@dataclass(frozen=True, slots=True)
class Call:
    """One ``curl`` line: what it sends, and the answer printed after it (or after the next line that has one)."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    answer: Any


def calls() -> list[Call]:
    found: list[Call] = []
    answer: Any = None
    for line in reversed((Path(__file__).parent / "seed.txt").read_text("utf-8").splitlines()):
        if line.startswith("curl "):
            found.insert(0, _call(line, answer))
        else:
            answer = json.loads(line)
    return found


def _call(line: str, answer: Any) -> Call:
    words = shlex.split(line.replace("\\--", "--"))
    options = list(zip(words[1::2], words[2::2], strict=True))
    given = dict(options)
    headers = dict(value.split(": ", 1) for option, value in options if option == "--header")
    path = given["--url"].removeprefix(HOST)
    return Call(given["--request"], path, headers, json.loads(given["--data"]), answer)
