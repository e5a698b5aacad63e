"""What is run at log-on: this installation of the bridge, with absolute paths."""

import sys
from dataclasses import dataclass
from pathlib import Path

from bridge.ops.errors import OpsError

NAME = "vmix-bridge"
DESCRIPTION = "Meeting rooms for vMix and Companion"


@dataclass(frozen=True, slots=True)
class Command:
    """A program with its arguments, and the folder it runs in."""

    arguments: tuple[str, ...]
    folder: str

    def __post_init__(self) -> None:
        for text in (*self.arguments, self.folder):
            if not text.isprintable():  # control characters, and bytes that are no UTF-8
                raise OpsError(f"{text!r} holds characters that no autostart can keep", "use another folder")


def bridge_command(data: Path, config: Path | None, *, platform: str = sys.platform) -> Command:
    """``vmix-bridge up`` on that folder, without a window on Windows.

    It runs in the data folder, where no stray ``config.toml`` of another folder is read.
    """
    folder = _absolute(data)
    named = ("--config", _absolute(config)) if config else ()
    return Command((*_program(Path(sys.executable), platform), "up", "--data", folder, *named), folder)


def _program(python: Path, platform: str) -> tuple[str, ...]:
    """The console script beside the interpreter, else the interpreter itself; ``-P`` keeps the folder out of it."""
    if platform == "win32":
        windowless = python.with_name("pythonw.exe")
        return (str(windowless if windowless.exists() else python), "-P", "-m", "bridge")
    script = python.with_name(NAME)
    return (str(script),) if script.exists() else (str(python), "-P", "-m", "bridge")


def _absolute(path: Path) -> str:
    return str(path.expanduser().absolute())
