"""Which recorder there is: the one place that decides it."""

from dataclasses import dataclass

from bridge.rooms.ports import Recorder
from bridge.settings import Settings


@dataclass(frozen=True, slots=True)
class Chosen:
    """``missing`` says in a sentence why there is no ``recorder``."""

    recorder: Recorder | None
    missing: str = ""


def records_by_browser(settings: Settings, media: str) -> bool:
    """Whether a browser of this machine is to record: where calls are real, and nothing better is configured."""
    by, egress = settings.recording.by, settings.recording.egress
    return media in ("livekit", "local") and (by == "browser" or (by == "auto" and egress == type(egress)()))


def choose(settings: Settings) -> Chosen:
    """By ``[recording] by``."""
    if settings.recording.by == "off":
        return Chosen(None, 'recording is off: by = "off" under [recording]')
    return Chosen(None, "there is no recorder on this machine")
