"""What the doctor finds again and again while somebody looks at a running bridge."""

from collections.abc import Sequence
from pathlib import Path

from bridge.logs import redact
from bridge.ops.doctor import CHECKS, examine
from bridge.wellbeing import Check

LEFT_OUT = ("Go", "Companion")
"""Nothing of a running bridge needs Go; Companion would be asked for each room."""
NO_CHECK = "setting "
"""How the names of findings begin that say what is set."""


def rounds(data: Path) -> Sequence[Check]:
    """Of the bridge that runs on this folder."""
    checks = [(what, check) for what, check in CHECKS if what not in LEFT_OUT]
    return [
        Check(found.what, found.level, redact(found.detail), redact(found.todo))
        for found in examine(data, checks=checks)
        if not found.what.startswith(NO_CHECK)
    ]
