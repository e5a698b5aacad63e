"""Which recorder there is: the one place that decides it."""

from dataclasses import dataclass

from bridge.rooms.ports import Recorder
from bridge.settings import Settings


@dataclass(frozen=True, slots=True)
class Chosen:
    """``missing`` says in a sentence why there is no ``recorder``."""

    recorder: Recorder | None
    missing: str = ""


def choose(settings: Settings, media: str) -> Chosen:
    """By ``[recording] by``; ``media`` is the kind of the media server."""
    if settings.recording.by == "off":
        return Chosen(None, 'recording is off: by = "off" under [recording]')
    if media == "rehearsal":
        return Chosen(None, "in a rehearsal there is no call to record")
    return Chosen(None, "there is no recorder on this machine")
