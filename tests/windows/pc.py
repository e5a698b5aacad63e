"""A Windows PC of a test run: Wine with its own registry and ``C:``, and the built wheel on a Windows CPython."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from types import TracebackType
from typing import Any, Self

from .wine import QUIET

HOUSE = Path(__file__).parents[2]
FOLDER = "Regie Süd"
"""Where the bridge is installed below ``C:``; each run of it proves blanks and umlauts."""
PYTHON = rf"C:\{FOLDER}\python.exe"
THERE = "Z:" + str(HOUSE / "tests" / "windows" / "there").replace("/", "\\")
"""Programs of the tests that run there, as Windows names their folder."""
HANGS = 30
"""Seconds after which a program is taken for hanging; a busy machine may be slow."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a program. Its words come as bytes of its code page; what is no UTF-8 was made readable."""

    code: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        """Everything it said, in the code page of western Europe, which pipes have."""
        return (self.out + self.err).decode("cp1252").replace("\r\n", "\n")


class Pc:
    """``with Pc(made, folder) as pc``: the files of ``install`` are shared, all that is written is in ``folder``.

    Streams must be pipes: Python under Wine ends at once where one is a file.
    """

    def __init__(self, made: Path, folder: Path) -> None:
        self.folder = folder
        self.drive = folder / "drive_c"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("VMIX_BRIDGE_", "PYTHON"))},
            **QUIET,
            "WINEPREFIX": str(folder),
        }
        self._lay_out(made)

    def file(self, windows: str) -> Path:
        """Where a path on its ``C:`` is here."""
        return self.drive.joinpath(*PureWindowsPath(windows).parts[1:])

    def run(self, *command: str, environment: Mapping[str, str] | None = None, **options: Any) -> Done:
        """A program to its end."""
        with self.start(*command, environment=environment, **options) as process:
            out, err = process.communicate(timeout=HANGS)
        return Done(process.returncode, out, err)

    def bridge(self, *words: str, environment: Mapping[str, str] | None = None, **options: Any) -> Done:
        """``vmix-bridge`` with these words, to its end."""
        return self.run(PYTHON, "-m", "bridge", *words, environment=environment, **options)

    def start(
        self,
        *command: str,
        through: tuple[str, ...] = (),
        environment: Mapping[str, str] | None = None,
        cwd: str = "C:\\",
        **options: Any,
    ) -> "subprocess.Popen[bytes]":
        """A program, with pipes for its words unless ``options`` says otherwise; ``through`` is a launcher here."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        env = {**self.environment, **(environment or {})}
        return subprocess.Popen([*through, "wine", *command], cwd=self.file(cwd), env=env, **{**pipes, **options})

    def end(self, pid: int) -> None:
        """What the task manager does: no goodbye."""
        assert self.run("taskkill", "/F", "/PID", str(pid)).code == 0

    def _lay_out(self, made: Path) -> None:
        """The registry is copied; Windows' own files and Python's are links."""
        prefix = made / "prefix"
        for file in (*prefix.glob("*.reg"), prefix / ".update-timestamp"):
            shutil.copy(file, self.folder)
        (self.folder / "dosdevices").mkdir()
        (self.folder / "dosdevices" / "c:").symlink_to("../drive_c")
        (self.folder / "dosdevices" / "z:").symlink_to("/")
        self.drive.mkdir()
        for entry in (prefix / "drive_c").iterdir():
            if entry.name != "users":
                (self.drive / entry.name).symlink_to(entry)
        shutil.copytree(prefix / "drive_c" / "users", self.drive / "users", ignore=_links)
        python = self.drive / FOLDER
        python.mkdir()
        for entry in (made / "python").iterdir():
            (python / entry.name).symlink_to(entry)
        with zipfile.ZipFile(_wheel(self.folder)) as wheel:
            wheel.extractall(python / "own")

    def __enter__(self) -> Self:
        self._do("wineserver", "-p")  # it stays between programs, which start quicker then
        self._do("wineboot")  # what stays with it must not hold the pipes of the first program
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._do("wineserver", "-k")
        self._do("wineserver", "-w")

    def _do(self, *command: str) -> None:
        nothing = {name: subprocess.DEVNULL for name in ("stdin", "stdout", "stderr")}
        subprocess.run(command, env=self.environment, check=False, timeout=HANGS, **nothing)  # type: ignore[call-overload]


def _links(folder: str, names: list[str]) -> list[str]:
    """Wine makes Desktop, Documents and the like links to the user's real folders."""
    return [name for name in names if Path(folder, name).is_symlink()]


def _wheel(folder: Path) -> Path:
    """The bridge as it is published."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=HOUSE, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made
