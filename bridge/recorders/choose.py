"""Which recorder there is: the one place that decides it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge.rooms.ports import Recorder
from bridge.settings import Settings

if TYPE_CHECKING:
    from bridge.recorders.egress.recorder import EgressRecorder


@dataclass(frozen=True, slots=True)
class Chosen:
    """``missing`` says in a sentence why there is no ``recorder``."""

    recorder: Recorder | None
    missing: str = ""


def records_by_egress(settings: Settings, media: str) -> bool:
    """Whether an egress service is to record: where LiveKit is somebody else's, and it is said where files go."""
    recording = settings.recording
    return media == "livekit" and recording.by in ("auto", "egress") and recording.egress.configured


def by_egress(settings: Settings) -> "EgressRecorder":
    from bridge.recorders.egress.recorder import EgressRecorder
    from bridge.recorders.egress.request import template

    livekit, egress = settings.livekit, settings.recording.egress
    return EgressRecorder(livekit.url, livekit.api_key, livekit.api_secret, egress, template(settings.urls.public))


def choose(settings: Settings, media: str) -> Chosen:
    """By ``[recording] by``; ``media`` is the kind of the media server."""
    if settings.recording.by == "off":
        return Chosen(None, 'recording is off: by = "off" under [recording]')
    if media == "rehearsal":
        return Chosen(None, "in a rehearsal there is no call to record")
    egress = settings.recording.egress
    if settings.recording.by == "egress" and not egress.configured:
        return Chosen(None, "it is not said where egress puts its files: give a filepath under [recording.egress]")
    if settings.recording.by == "egress" or egress.configured:
        return Chosen(None, "egress belongs to a LiveKit server with Redis: configure that one under [livekit]")
    return Chosen(None, "there is no recorder on this machine")
