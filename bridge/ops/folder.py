"""A data folder as it lies on the disk, looked at without changing anything, whether a bridge runs on it or not."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psutil

from bridge.folder import NOTE, PREVIOUS_STORE, STORE
from bridge.ops.errors import OpsError
from bridge.store.lock import read_owner
from bridge.store.migrate import META, SCHEMA, schema_of
from bridge.store.rows import decode, parse

READ_TRIES = 10


@dataclass(frozen=True, slots=True)
class StoreContent:
    """What a store file holds. ``tables`` are the rows by table and row id."""

    schema: int
    tables: dict[str, list[dict[str, Any]]]

    @property
    def real_server(self) -> bool:
        return any(bool(row.get("real_server")) for row in self.tables.get(META, []))


@dataclass(frozen=True, slots=True)
class FoundStore:
    """The store of a folder. ``trouble`` says why it is the previous generation."""

    data: bytes
    content: StoreContent
    generation: Literal["current", "previous"]
    trouble: str


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that runs a bridge on a folder. ``address`` is empty while it starts; ``note`` is all it says."""

    pid: int
    address: str
    process: psutil.Process
    note: Mapping[str, Any]


def parse_store(data: bytes) -> StoreContent:
    """Raises ``ValueError`` that says why ``data`` is no store this version can use."""
    tables = parse(data)
    schema = schema_of(tables)
    if schema > SCHEMA:
        raise ValueError(f"it was written by a newer version (schema {schema}, this one knows {SCHEMA})")
    return StoreContent(schema, {name: [decode(text) for text in texts.values()] for name, texts in tables.items()})


def read_store(data: Path) -> FoundStore | None:
    """The generation a start would go on from; None in a folder without one. Raises ``OpsError`` when none is good."""
    broken: list[str] = []
    generations: tuple[tuple[str, Literal["current", "previous"]], ...] = (
        (STORE, "current"),
        (PREVIOUS_STORE, "previous"),
    )
    for name, generation in generations:
        try:
            content = read(data / name)
            return FoundStore(content, parse_store(content), generation, "; ".join(broken))
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            broken.append(f"{name} is no good: {words(error)}")
    if broken:
        raise OpsError("; ".join(broken), "restore a backup, or put a good copy back, before the bridge is started")
    return None


def read(path: Path) -> bytes:
    """The whole file. Windows refuses while the service moves a new generation over it: try again then."""
    for _ in range(READ_TRIES - 1):
        try:
            return path.read_bytes()
        except PermissionError as error:
            if getattr(error, "winerror", None) is None:
                raise
            time.sleep(0.05)
    return path.read_bytes()


def holder(data: Path) -> Holder | None:
    """Who runs a bridge on the folder, by its note; None when nobody does, or a crash left the note behind."""
    owner = read_owner(data)
    if owner is None:
        return None
    try:
        process = psutil.Process(owner.pid)
        began, noted = process.create_time(), (data / NOTE).stat().st_mtime
        dead = process.status() == psutil.STATUS_ZOMBIE
    except (psutil.Error, OSError, ValueError):  # ValueError: a number no process has
        return None
    reused = began > noted + 5  # the number was given to another program since
    return None if reused or dead else Holder(owner.pid, owner.address, process, owner.note)


def words(error: BaseException) -> str:
    """An error in one line, without the path that the caller names anyway."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split()) or type(error).__name__
