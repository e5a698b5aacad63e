"""A user unit of systemd."""

import os
import re
from contextlib import suppress
from pathlib import Path

from bridge.files import write_private
from bridge.ops.autostart.command import DESCRIPTION, NAME, Command
from bridge.ops.autostart.tool import ToolFailed, run
from bridge.ops.errors import OpsError
from bridge.ops.folder import words

UNIT = f"{NAME}.service"
NO_SESSION = (
    "systemd has to run for this user: log in as the user (not with su or sudo) and try again, or start the bridge "
    "by other means, with: vmix-bridge up"
)
THROUGH_SHELL = ("/bin/sh", "-c", 'exec "$0" "$@"')
_REFUSED = re.compile(r"""["'\\]""")  # systemd takes no program with one of these in its name
_SPECIAL = {"\\": "\\\\", '"': '\\"', "%": "%%"}
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def unit(command: Command) -> str:
    """The unit file. ``KillMode``: what a crash or an end with people inside leaves running, the next start adopts."""
    program, *arguments = command.arguments
    if _REFUSED.search(program):
        program, *arguments = *THROUGH_SHELL, *command.arguments
    line = " ".join([_quoted(program), *(_quoted(argument).replace("$", "$$") for argument in arguments)])
    return f"""[Unit]
Description={DESCRIPTION}
StartLimitIntervalSec=0

[Service]
ExecStart={line}
WorkingDirectory={command.folder.replace("%", "%%")}
Restart=on-failure
RestartSec=3
KillMode=process
TimeoutStopSec=30

[Install]
WantedBy=default.target
"""


def unit_file() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user" / UNIT


def turn_on(command: Command, *, start: bool) -> list[str]:
    """Enable the unit; answers what the operator should know. Raises ``OpsError`` and leaves all as it was then."""
    run("systemctl", "--user", "show-environment", hint=NO_SESSION)
    file = unit_file()
    before = file.read_text("utf-8") if file.exists() else None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_private(file, unit(command))
    except OSError as error:
        raise OpsError(f"{file} cannot be written: {words(error)}", "let this user write there") from None
    try:
        run("systemctl", "--user", "daemon-reload")
        run("systemctl", "--user", "enable", *(["--now"] if start else []), UNIT)
    except ToolFailed:
        _put_back(file, before)
        raise
    return ["it starts when you log in; to have it start with the machine: loginctl enable-linger"]


def turn_off() -> bool:
    """Disable and remove the unit; a bridge that runs goes on. False: there was none. Raises ``OpsError``."""
    if not unit_file().exists():
        return False
    run("systemctl", "--user", "disable", UNIT, hint=NO_SESSION)
    unit_file().unlink(missing_ok=True)
    run("systemctl", "--user", "daemon-reload")
    return True


def state() -> tuple[bool, str]:
    """Whether it is on, and the command line in the unit."""
    try:
        text = unit_file().read_text("utf-8")
    except FileNotFoundError:
        return False, ""
    line = next((line for line in text.splitlines() if line.startswith("ExecStart=")), "")
    try:
        return run("systemctl", "--user", "is-enabled", UNIT, hint=NO_SESSION).strip() == "enabled", _readable(line)
    except ToolFailed as error:
        if error.said in ("disabled", "not-found"):
            return False, _readable(line)
        raise


def _put_back(file: Path, before: str | None) -> None:
    with suppress(ToolFailed, OSError):
        if before is None:
            with suppress(ToolFailed):
                run("systemctl", "--user", "disable", UNIT)
            file.unlink(missing_ok=True)
        else:
            write_private(file, before)
        run("systemctl", "--user", "daemon-reload")


def _quoted(argument: str) -> str:
    return '"' + "".join(_SPECIAL.get(character, character) for character in argument) + '"'


def _readable(line: str) -> str:
    """The command line of ``ExecStart`` as a shell would take it."""
    import shlex

    arguments = [re.sub(r"\\(.)", r"\1", quoted).replace("%%", "%") for quoted in _QUOTED.findall(line)]
    return shlex.join(argument.replace("$$", "$") if number else argument for number, argument in enumerate(arguments))
