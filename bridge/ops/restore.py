"""``restore``: a backup becomes the bridge of a data folder; what was there is kept beside it.

Everything is written beside the old files first; one rename then decides that it is to be. What a death interrupts
after that, the next restore or start goes on with.
"""

import json
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from bridge.errors import StoreBroken
from bridge.files import private_folder, replace, sync_folder, write_new
from bridge.folder import CONFIG, PREVIOUS_STORE, STORE
from bridge.ops.bundle import LIMITS, OTHER_CONFIG, unpacked
from bridge.ops.errors import OpsError
from bridge.ops.folder import words
from bridge.store.lock import FolderLock

RESTORING = "restoring"
STAGING = ".restore-"
PLAN = "plan.json"
KEPT = "kept"
FILES = (*(name for name in LIMITS if name != STORE), PREVIOUS_STORE, STORE)
"""Everything a restore may replace or take away, the store last."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put where. ``aside`` holds the files from before; None where there were none."""

    names: tuple[str, ...]
    aside: Path | None
    notes: tuple[str, ...]


def restore(data: Path, file: Path, *, force: bool = False) -> Restored:
    """Make ``data`` the bridge in ``file``; raises ``OpsError`` and has changed nothing then.

    A folder that has a bridge needs ``force``; its files are moved aside.
    """
    data = data.absolute()
    try:
        size = file.stat().st_size
        if size > sum(LIMITS.values()):
            raise OpsError(f"{file} is larger than any backup", "look whether it is the right file")
        bundle = unpacked(file.read_bytes())
    except OSError as error:
        raise OpsError(f"{file} cannot be read: {words(error)}", "look whether it is the right file") from None
    except OpsError as error:
        raise OpsError(f"{file} is not restored: {error.message}", error.hint) from None
    files = dict(bundle.files)
    notes = _place_settings(files, bundle.settings_file)
    try:
        with FolderLock(data):
            if (data / RESTORING).is_dir():
                aside = _finish(data)
                if _holds(data, files):  # it was this one that was interrupted
                    return Restored(tuple(files), aside, tuple(notes))
            if not force and (there := [name for name in (STORE, PREVIOUS_STORE) if (data / name).exists()]):
                raise OpsError(f"{data} has a bridge already ({there[0]})", "give --force to move its files aside")
            _stage(data, files)
            aside = _finish(data)
    except StoreBroken as error:
        raise OpsError(error.message, error.hint) from None
    except OSError as error:
        hint = "run it again to finish" if (data / RESTORING).is_dir() else "nothing was changed; try again"
        raise OpsError(f"{data} cannot be written: {words(error)}", hint) from None
    return Restored(tuple(files), aside, tuple(notes))


def finish_interrupted(data: Path) -> bool:
    """Finish a restore that a death interrupted; for a start, before it opens the store. False: there was none.

    Raises ``OpsError`` when it cannot be finished.
    """
    if not (data / RESTORING).is_dir():
        return False
    try:
        with FolderLock(data):
            _finish(data)
    except StoreBroken as error:
        raise OpsError(error.message, error.hint) from None
    except OSError as error:
        raise OpsError(
            f"a restore was interrupted in {data} and cannot be finished: {words(error)}", "let this user write there"
        ) from None
    return True


def _place_settings(files: dict[str, bytes], came_from: str) -> list[str]:
    """The settings that were in use become the folder's own where it had none."""
    if OTHER_CONFIG not in files:
        return []
    if CONFIG in files:
        return [f"the settings in use were those of {came_from}: put {OTHER_CONFIG} there, or start with --config"]
    files[CONFIG] = files.pop(OTHER_CONFIG)
    return [f"the settings of {came_from} are the data folder's {CONFIG} now"]


def _stage(data: Path, files: Mapping[str, bytes]) -> None:
    """Write everything beside the old files; the rename at the end is the moment from which it is to be."""
    for left in data.glob(f"{STAGING}*"):
        shutil.rmtree(left, ignore_errors=True)
    staging = private_folder(data / f"{STAGING}{secrets.token_hex(4)}")
    try:
        for name, content in files.items():
            private_folder((staging / name).parent)
            write_new(staging / name, content)
        plan = {"files": list(files), "aside": _free_name(data)}
        write_new(staging / PLAN, json.dumps(plan).encode())
        sync_folder(staging)
        replace(staging, data / RESTORING)
        sync_folder(data)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def _finish(data: Path) -> Path | None:
    """Do what is staged, from wherever it stopped; each step may be done twice. Where the old files are, if any."""
    staged = data / RESTORING
    names, aside = _plan(staged)
    if not (staged / KEPT).exists():
        _keep_old(data, aside)
        write_new(staged / KEPT, b"")
    for name in FILES:
        if name in names:
            if (staged / name).exists():
                private_folder((data / name).parent)
                replace(staged / name, data / name)
        else:
            (data / name).unlink(missing_ok=True)
    for folder in {(data / name).parent for name in (STORE, *names)}:
        sync_folder(folder)
    done = data / f"{STAGING}{secrets.token_hex(4)}"
    replace(staged, done)
    shutil.rmtree(done, ignore_errors=True)
    return aside if aside.is_dir() else None


def _plan(staged: Path) -> tuple[tuple[str, ...], Path]:
    """The files to put in place, and where the old ones go. Raises ``OpsError`` for one nobody of ours wrote."""
    try:
        plan = json.loads((staged / PLAN).read_text("utf-8"))
        names, aside = tuple(plan["files"]), staged.parent / Path(plan["aside"]).name
        if not names or not set(names) <= set(FILES):
            raise ValueError
    except (ValueError, RecursionError, KeyError, TypeError):
        hint = f"move {staged} away; what was there before is in {staged.parent} still, or in before-restore-…"
        raise OpsError(f"a restore was interrupted, and {staged / PLAN} is damaged", hint) from None
    return names, aside


def _free_name(data: Path) -> str:
    stamp = datetime.now(UTC).strftime("before-restore-%Y%m%dT%H%M%SZ")
    return next(name for name in chain([stamp], (f"{stamp}-{n}" for n in count(2))) if not (data / name).exists())


def _holds(data: Path, files: Mapping[str, bytes]) -> bool:
    return all((data / name).exists() and (data / name).read_bytes() == content for name, content in files.items())


def _keep_old(data: Path, aside: Path) -> None:
    """Copy what will be replaced; the old files stay in place until the new ones take it."""
    shutil.rmtree(aside, ignore_errors=True)
    for name in FILES:
        if (data / name).exists():
            private_folder(aside)
            private_folder((aside / name).parent)
            write_new(aside / name, (data / name).read_bytes())
