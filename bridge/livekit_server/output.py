"""What the server says, kept in a file: never in a pipe, which would end the server together with the bridge."""

import os
import re
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import IO

KEPT = 3
TAIL = 16 * 1024
LONGEST = 300
TOKEN = re.compile(r"[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}")
LEVEL = re.compile(r"^\S+\s+(?:DEBUG|INFO)\s")
CRASH = ("panic:", "fatal error:")
STAMP = re.compile(r"^\d{4}-\d\d-\d\dT\S+\s+(?:WARN|ERROR)\s+\S+\s+(?:\S+:\d+\s+)?")


def open_fresh(log: Path) -> IO[bytes]:
    """An empty file for the server's output, readable by its owner only; the last ones are kept as ``.1`` to ``.3``."""
    older = [log, *(log.with_name(f"{log.name}.{number}") for number in range(1, KEPT + 1))]
    for source, target in reversed(list(pairwise(older))):
        with suppress(OSError):  # an old log that is missing, or open in an editor, does not matter
            source.replace(target)
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def last_words(log: Path, secret: str) -> str:
    """The last line that tells why the server ended, without the secret and without tokens."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    crash = [line for line in lines if line.startswith(CRASH)]
    for line in crash[-1:] or reversed(lines):
        if line.strip() and not LEVEL.match(line):
            return TOKEN.sub("…", STAMP.sub("", line.strip()).replace(secret, "…"))[:LONGEST]
    return "it said nothing"
