"""What the command line says: commands are named as this one was called, so that a hint can be pasted."""

import os
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import click

NAME = "vmix-bridge"
_COMMAND = re.compile(
    rf"(?<![\w/\\.-]){NAME}"
    r"(?= (?:up|console|rooms|people|links|scenes|take|program|recordings|keys|tokens|scripts|companion|livekit|doctor"
    r"|backup|restore)\b)"
)


class Refused(click.ClickException):
    """What cannot be done, in one line with what to do."""

    def format_message(self) -> str:
        return as_called(self.message)


def say(text: str) -> None:
    """Talk to whoever sits there: on stderr."""
    click.echo(as_called(text), err=True)


def say_notes(notes: Iterable[str]) -> None:
    """What somebody should know beside the answer, a line each."""
    for note in notes:
        say(f"Note: {note}.")


def as_called(text: str) -> str:
    """``text`` with the program's name in its commands as it was called."""
    return _COMMAND.sub(lambda _: program(), text)


def program() -> str:
    """How this program was called: by its name where that finds it, else by a path, else by Python."""
    called = sys.argv[0]
    if Path(called).parts[-2:] == ("bridge", "__main__.py"):
        return f"{_quoted(_short(sys.executable))} -m bridge"
    if Path(called).stem != NAME:
        return NAME
    found = shutil.which(NAME)
    return NAME if found and Path(found).resolve() == Path(called).resolve() else _quoted(_short(called))


def _short(path: str) -> str:
    """From here, where that is shorter. A program is not run from the folder one is in without a ``./``."""
    try:
        short = os.path.relpath(path)
    except ValueError:  # another drive of Windows
        return path
    if os.sep not in short:
        short = os.path.join(os.curdir, short)
    return min(short, path, key=len).removesuffix(".exe")


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path
