"""On, off and how it is, on whichever platform this is."""

import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from bridge.files import private_folder
from bridge.folder import CONFIG
from bridge.ops.autostart.command import Command, bridge_command
from bridge.ops.errors import OpsError
from bridge.ops.folder import holder
from bridge.settings import SettingsError, load


@dataclass(frozen=True, slots=True)
class State:
    """``runs`` is the command line at log-on: the one that is kept, or the one that ``on`` would keep."""

    on: bool
    runs: str
    notes: tuple[str, ...] = ()


def turn_on(data: Path, config: Path | None) -> State:
    """Start the bridge at this user's log-on from now on, and now unless one runs. Raises ``OpsError``."""
    data = data.absolute()
    command, notes = _command(data, config)
    try:
        private_folder(data)
    except OSError as error:
        raise OpsError(f"{data} cannot be made: {error.strerror}", "give another folder with --data") from None
    running = holder(data) is not None
    if running:
        notes.append("a bridge runs on this folder already, so none was started now")
    notes += _platform().turn_on(command, start=not running)
    return State(True, _platform().state()[1], tuple(notes))


def turn_off(data: Path) -> State:
    """Start it no more. A bridge that runs goes on. Raises ``OpsError``."""
    notes = () if _platform().turn_off() else ("it was off already",)
    if holder(data.absolute()) is not None:
        notes = (*notes, "the bridge that runs now goes on")
    return State(False, "", notes)


def state(data: Path, config: Path | None) -> State:
    """How it is. Raises ``OpsError`` where the platform cannot be asked."""
    on, runs = _platform().state()
    if runs:
        return State(on, runs)
    command, notes = _command(data.absolute(), config)
    return State(on, _shown(command), tuple(notes))


def _command(data: Path, config: Path | None) -> tuple[Command, list[str]]:
    """What ``on`` keeps. The settings have to be usable, and a file outside the data folder is named."""
    try:
        loaded = load(config, data, {})
    except SettingsError as error:
        raise OpsError(str(error), "mend the settings first") from None
    file = loaded.file.absolute() if loaded.file else None
    named = None if file is None or file == data / CONFIG else file
    said = [key for key, origin in loaded.origins.items() if origin == "environment"]
    notes = [f"write into config.toml what only the environment says here: {', '.join(said)}"] if said else []
    return bridge_command(data, named), notes


def _platform() -> ModuleType:
    if sys.platform == "win32":
        from bridge.ops.autostart import windows as here
    else:
        from bridge.ops.autostart import linux as here
    return here


def _shown(command: Command) -> str:
    import shlex
    import subprocess

    return subprocess.list2cmdline(command.arguments) if sys.platform == "win32" else shlex.join(command.arguments)
