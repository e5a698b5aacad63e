"""What is wrong with a bridge and what to do about it, whether it runs or not. Looks, and changes nothing."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from bridge.ops import (
    check_companion,
    check_egress,
    check_folder,
    check_internet,
    check_livekit,
    check_network,
    check_recording,
    check_settings,
    check_vmix,
    check_windows,
)
from bridge.ops.finding import Case, Finding, warn
from bridge.ops.folder import words

Check = Callable[[Case], Iterable[Finding]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("bridge", check_settings.bridge),
    ("settings", check_settings.settings),
    ("data folder", check_folder.folder),
    ("file rights", check_folder.rights),
    ("store", check_folder.store),
    ("secret", check_folder.secret),
    ("token", check_folder.token),
    ("service", check_folder.service),
    ("LiveKit server here", check_livekit.binary),
    ("Go", check_livekit.go),
    ("LiveKit", check_livekit.livekit),
    ("vMix", check_vmix.vmix),
    ("recording", check_recording.recorder),
    ("recordings", check_recording.disk),
    ("egress", check_egress.egress),
    ("ports", check_network.ports),
    ("addresses", check_network.addresses),
    ("router", check_network.router),
    ("public address", check_network.public),
    ("internet", check_internet.internet),
    ("certificate", check_internet.certificate),
    ("public door", check_internet.reached),
    ("Companion", check_companion.companion),
    *check_windows.CHECKS,
)


def examine(data: Path, config: Path | None = None, checks: Iterable[tuple[str, Check]] = CHECKS) -> list[Finding]:
    """Everything there is to say, in order. A check that breaks is a finding, and the others go on."""
    case = Case(data.absolute(), config)
    found: list[Finding] = []
    for what, check in checks:
        try:
            found += check(case)
        except Exception as error:
            kind = "it" if isinstance(error, OSError) else f"a defect of this check ({type(error).__name__}): it"
            found.append(warn(what, f"{kind} cannot be examined: {words(error)}", _look_by_hand(error)))
    return found


def healthy(found: Iterable[Finding]) -> bool:
    return all(finding.level != "bad" for finding in found)


def _look_by_hand(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "try again as an administrator" if sys.platform == "win32" else "try again as the owner of the folder"
    return "look at it by hand"
