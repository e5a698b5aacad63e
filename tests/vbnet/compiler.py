"""One compiler process for any number of scripts."""

import subprocess
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from .toolchain import HERE, MONO

LanguageVersion = Literal[9, 11]
Framework = Literal["4.5", "4.8"]


@dataclass(frozen=True)
class Compiled:
    """What the compiler said: nothing at all is what we want; `program` is there when one was asked for and made."""

    ok: bool
    diagnostics: list[str]
    program: Path | None = None


class Compiler:
    """Compiles script bodies as vMix does, inside one Sub, with no namespace imported and typed vMix objects."""

    def __init__(self, driver: Path, folder: Path) -> None:
        """Keep sources and programs in `folder`."""
        self._folder = folder
        self._numbers = count(1)
        self._process = subprocess.Popen(
            ["mono", str(driver), str(HERE / "stubs.vb")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        """Give the compiler itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the compiler process."""
        self._process.communicate()

    def check(
        self, script: str, version: LanguageVersion = 9, framework: Framework = "4.5", *, strict: bool = False
    ) -> Compiled:
        """Compile against Microsoft's VB library and make nothing."""
        return self._request(script, version, framework, strict, None)

    def program(self, script: str) -> Path:
        """Compile to a program that runs here; AssertionError with the diagnostics when it does not compile."""
        program = self._folder / f"script{next(self._numbers)}.exe"
        compiled = self._request(script, 9, "4.5", False, program)
        assert compiled.ok, compiled.diagnostics
        return program

    def _request(
        self, script: str, version: LanguageVersion, framework: Framework, strict: bool, program: Path | None
    ) -> Compiled:
        source = self._folder / f"source{next(self._numbers)}.vb"
        source.write_bytes(script.encode("utf-8"))
        folder = MONO / f"{framework}-api"
        fields = (str(version), str(folder), "strict" if strict else "loose", str(program or "-"), str(source))
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\t".join(fields) + "\n")
        self._process.stdin.flush()
        said: list[str] = []
        for line in self._process.stdout:
            said.append(line.rstrip("\n"))
            if said[-1] in ("ok", "failed"):
                return Compiled(said[-1] == "ok", said[:-1], program)
        raise AssertionError(f"the compiler ended: {said}")
