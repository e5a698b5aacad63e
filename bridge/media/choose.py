"""Which media server a bridge runs on: asked by the service at its start, and by whoever looks at it from outside."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bridge.settings import Settings

INSTALL_HINT = "run: vmix-bridge livekit install; or configure one under [livekit] in config.toml; then start again"


@dataclass(frozen=True, slots=True)
class Choice:
    """``livekit`` is somebody else's server, ``local`` the one of this machine. Of ``none`` it says what is missing:
    there is to be a real server, and buttons say so; ``rehearsal`` works without one.
    """

    kind: Literal["livekit", "local", "rehearsal", "none"]
    missing: str = ""

    @property
    def is_real(self) -> bool:
        return self.kind in ("livekit", "local")


def choose(settings: Settings, binary: Path | None, *, had_real: bool) -> Choice:
    """``binary`` is the livekit-server of this machine, ``had_real`` whether the data folder ever had a real server:
    one that had never falls back to rehearsal.
    """
    if settings.media == "rehearsal":
        return Choice("rehearsal")
    if not settings.runs_here:
        return Choice("livekit") if settings.livekit.url else Choice("none", "no LiveKit is configured")
    if binary is not None:
        return Choice("local")
    if settings.media == "local":
        return Choice("none", "there is no livekit-server on this machine")
    if had_real:
        return Choice("none", "this data folder had a LiveKit server, and there is none now")
    return Choice("rehearsal")
