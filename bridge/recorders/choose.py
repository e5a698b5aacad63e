"""Which recorder there is: the one place that decides it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.folder import RECORDERS, recordings_folder
from bridge.rooms.ports import Recorder
from bridge.settings import Settings

if TYPE_CHECKING:
    from bridge.recorders.browser.recorder import BrowserRecorder


@dataclass(frozen=True, slots=True)
class Chosen:
    """``missing`` says in a sentence why there is no ``recorder``."""

    recorder: Recorder | None
    missing: str = ""


def records_by_browser(settings: Settings, media: str) -> bool:
    """Whether a browser of this machine is to record: where calls are real, and nothing better is configured."""
    by, egress = settings.recording.by, settings.recording.egress
    return media in ("livekit", "local") and (by == "browser" or (by == "auto" and egress == type(egress)()))


def by_browser(settings: Settings, data: Path, page: str) -> "BrowserRecorder":
    """The recorder whose browsers open ``page``."""
    from bridge.recorders.browser.recorder import BrowserRecorder  # where nothing is recorded, this costs nothing

    recording = settings.recording
    folder = recordings_folder(data, recording.folder)
    return BrowserRecorder(recording.browser, folder, data / RECORDERS, page, at_once=recording.at_once)


def choose(settings: Settings, media: str) -> Chosen:
    """By ``[recording] by``; ``media`` is the kind of the media server."""
    if settings.recording.by == "off":
        return Chosen(None, 'recording is off: by = "off" under [recording]')
    if media == "rehearsal":
        return Chosen(None, "in a rehearsal there is no call to record")
    return Chosen(None, "there is no recorder on this machine")
