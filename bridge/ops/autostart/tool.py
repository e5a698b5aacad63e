"""Running the platform's own tool, and its errors in words."""

import locale
import shutil
import subprocess
import sys

from bridge.ops.errors import OpsError

SECONDS = 30
if sys.platform == "win32":
    NO_WINDOW = subprocess.CREATE_NO_WINDOW
else:
    NO_WINDOW = 0


class ToolFailed(OpsError):
    """The tool said no; ``said`` are its own words."""

    def __init__(self, message: str, hint: str, said: str = "") -> None:
        super().__init__(message, hint)
        self.said = said


def run(*command: str, hint: str = "look at what it says") -> str:
    """What the tool prints. Raises ``ToolFailed`` where it is missing, hangs or fails."""
    name = command[0]
    program = shutil.which(name)
    if program is None:
        raise ToolFailed(f"there is no {name} on this machine", hint)
    try:
        done = subprocess.run(  # noqa: S603 - a tool of the system, no shell
            [program, *command[1:]],
            capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False, creationflags=NO_WINDOW,
        )  # fmt: skip
    except OSError as error:
        raise ToolFailed(f"{name} cannot be run: {error.strerror}", hint) from None
    except subprocess.TimeoutExpired:
        raise ToolFailed(f"{name} was not done after {SECONDS} s", hint) from None
    if done.returncode:
        said = " ".join(_text(done.stderr or done.stdout).split()) or f"exit code {done.returncode}"
        raise ToolFailed(f"{name} says: {said}", hint, said)
    return _text(done.stdout)


def _text(output: bytes) -> str:
    """Windows' tools speak the code page of the console, or UTF-16 with a mark."""
    if output.startswith((b"\xff\xfe", b"\xfe\xff")):
        return output.decode("utf-16", "replace")
    return output.decode("oem" if sys.platform == "win32" else locale.getencoding(), "replace")
