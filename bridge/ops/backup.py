"""``backup``: a bridge in one file, secrets included, taken while it runs or not."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bridge import settings_note
from bridge.files import replace, write_new
from bridge.folder import CONFIG, LIVEKIT_KEYS, SECRET, STORE, TOKEN
from bridge.ops.bundle import OTHER_CONFIG, Bundle
from bridge.ops.errors import OpsError
from bridge.ops.folder import holder, read, read_store, words
from bridge.ops.restore import RESTORING
from bridge.settings import SettingsError, load


@dataclass(frozen=True, slots=True)
class Backup:
    """What was saved. ``notes`` are things the operator should know."""

    file: Path
    names: tuple[str, ...]
    notes: tuple[str, ...]


def back_up(data: Path, file: Path, *, config: Path | None = None, force: bool = False) -> Backup:
    """Write everything another PC needs to ``file``, whole or not at all, readable by its owner only.

    ``config`` is the settings file in use, where it cannot be found out. Raises ``OpsError``.
    """
    data = data.absolute()
    if file.is_dir():
        raise OpsError(f"{file} is a folder", "give the name of a file, as in bridge.zip")
    if file.exists() and not force:
        raise OpsError(f"{file} is there already", "give another name, or --force to replace it")
    bundle, notes = _gather(data, config)
    bundle.check()
    try:
        _write(file, bundle.packed(), force=force)
    except FileExistsError:
        raise OpsError(f"{file} is there already", "give another name, or --force to replace it") from None
    except OSError as error:
        raise OpsError(f"{file} cannot be written: {words(error)}", "nothing was changed; try another place") from None
    return Backup(file, tuple(bundle.files), tuple(notes))


def _gather(data: Path, config: Path | None) -> tuple[Bundle, list[str]]:
    if (data / RESTORING).is_dir():
        raise OpsError(f"a restore was interrupted in {data}", "run that vmix-bridge restore again first")
    store = read_store(data)
    if store is None:
        raise OpsError(f"there is no bridge in {data}", "name its folder with --data, or start one: vmix-bridge up")
    files = {STORE: store.data}
    notes = [f"{store.trouble}; the previous generation was saved"] if store.generation == "previous" else []
    for name in (SECRET, TOKEN, LIVEKIT_KEYS, CONFIG):
        with suppress(FileNotFoundError):
            files[name] = _read(data / name)
    in_use = _settings_file(data, config, notes)
    if in_use is not None and not _same(in_use, data / CONFIG):
        files[OTHER_CONFIG] = _read(in_use)
        return Bundle(files, str(in_use)), notes
    return Bundle(files), notes


def _read(path: Path) -> bytes:
    try:
        return read(path)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise OpsError(f"{path} cannot be read: {words(error)}", "try again as its owner") from None


def _settings_file(data: Path, config: Path | None, notes: list[str]) -> Path | None:
    """The settings file in use: the named one, that of the running bridge, else the one a start here would read."""
    running = holder(data) if config is None else None
    try:
        loaded = settings_note.read(running.note) if running else load(config, data, {})
    except (SettingsError, ValueError) as error:
        notes.append(f"the settings cannot be used: {error}")
        return config
    said = [key for key, origin in loaded.origins.items() if origin == "environment"]
    if said:
        notes.append(f"not in the backup, since the environment says it: {', '.join(said)}")
    return loaded.file.absolute() if loaded.file and loaded.file.is_file() else None


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def _write(file: Path, content: bytes, *, force: bool) -> None:
    """``force`` decides about a file that came to be in the meantime too. Raises ``FileExistsError`` for it."""
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        write_new(temporary, content)
        if not force and file.exists():
            raise FileExistsError
        replace(temporary, file)
    finally:
        with suppress(OSError):
            temporary.unlink()
