"""A launch agent of macOS."""

import os
import plistlib
import shlex
import sys
from pathlib import Path
from xml.parsers.expat import ExpatError

from bridge.care.autostart.command import NAME, Command
from bridge.care.autostart.tool import ToolFailed, run
from bridge.care.errors import CareError
from bridge.care.folder import words

LABEL = f"io.github.{NAME}"


def agent(command: Command) -> bytes:
    """The property list. Restarted after a failure; its livekit-server outlives it."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command.arguments),
            "WorkingDirectory": command.folder,
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "AbandonProcessGroup": True,
            "ProcessType": "Interactive",
        }
    )


def agent_file() -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"


def turn_on(command: Command, *, start: bool) -> list[str]:
    """Put the agent in place; answers what the operator should know. Raises ``CareError``, all as it was then."""
    file = agent_file()
    before = file.read_bytes() if file.exists() else None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(agent(command))
    except OSError as error:
        raise CareError(f"{file} cannot be written: {words(error)}", "let this user write there") from None
    if start:
        try:
            run("launchctl", "bootstrap", _domain(), str(file), hint="log in at the screen of this Mac and try again")
        except ToolFailed:
            if before is None:
                file.unlink(missing_ok=True)
            else:
                file.write_bytes(before)
            raise
    return []


def turn_off() -> bool:
    """Remove the agent; a bridge that runs goes on. False: there was none. Raises ``CareError``."""
    try:
        agent_file().unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise CareError(f"{agent_file()} cannot be removed: {words(error)}", "remove it by hand") from None
    return True


def state() -> tuple[bool, str]:
    """Whether it is on, and the command line in the agent."""
    try:
        kept = plistlib.loads(agent_file().read_bytes())
        return True, shlex.join(map(str, kept["ProgramArguments"]))
    except FileNotFoundError:
        return False, ""
    except (plistlib.InvalidFileException, ExpatError, KeyError, TypeError, ValueError):
        hint = "make it anew with: vmix-bridge autostart on"
        raise CareError(f"{agent_file()} is no launch agent of a bridge", hint) from None


def _domain() -> str:
    if sys.platform == "win32":
        raise NotImplementedError
    return f"gui/{os.getuid()}"
