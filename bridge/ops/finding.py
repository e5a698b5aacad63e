"""What a check found, and the case it looked at."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bridge.logs import redact
from bridge.ops.folder import FoundStore, Holder
from bridge.settings import Loaded

Level = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; ``todo`` says what to do about it."""

    level: Level
    what: str
    detail: str
    todo: str = ""

    def line(self) -> str:
        return redact(f"{self.level:<4}  {self.what}: {self.detail}" + (f" -> {self.todo}" if self.todo else ""))

    def as_json(self) -> dict[str, str]:
        return {"level": self.level, "what": self.what, "detail": redact(self.detail), "todo": redact(self.todo)}


def ok(what: str, detail: str, todo: str = "") -> Finding:
    return Finding("ok", what, detail, todo)


def warn(what: str, detail: str, todo: str) -> Finding:
    return Finding("warn", what, detail, todo)


def bad(what: str, detail: str, todo: str) -> Finding:
    return Finding("bad", what, detail, todo)


@dataclass(slots=True)
class Case:
    """What is examined. The later checks use what the earlier ones found out."""

    data: Path
    config: Path | None = None
    holder: Holder | None = None
    started: Loaded | None = None
    """What the holder was started with, where it is the one that is examined; ``loaded`` is that then."""
    loaded: Loaded | None = None
    store: FoundStore | None = None
    kind: str = ""
    """The media server that the examined bridge runs on, as it says itself."""
    addresses: list[str] = field(default_factory=list)
