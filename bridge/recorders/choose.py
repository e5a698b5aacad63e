"""Which recorder there is: the one place that decides it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bridge.folder import RECORDERS, recordings_folder
from bridge.rooms.ports import Recorder
from bridge.settings import Settings

if TYPE_CHECKING:
    from bridge.recorders.browser.takes import Takes


def _ignore(egress_id: str) -> None:
    """Nobody asks how an egress is doing."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What records; where there is nothing, ``missing`` says why, in a sentence.

    ``takes`` is what the pages of its browsers talk to, and ``heard`` is told the id of each egress that something
    happened to.
    """

    recorder: Recorder | None = None
    missing: str = ""
    takes: "Takes | None" = None
    heard: Callable[[str], None] = _ignore


def kind(settings: Settings, media: str) -> tuple[Literal["browser", "egress", ""], str]:
    """Which kind of recorder is to be used, by ``[recording] by``; where none is, why, in a sentence.

    ``media`` is the kind of the media server.
    """
    by, egress = settings.recording.by, settings.recording.egress
    if by == "off":
        return "", 'recording is off: by = "off" under [recording]'
    if media not in ("livekit", "local"):
        return "", "in a rehearsal there is no call to record"
    if by == "egress" and not egress.configured:
        return "", "it is not said where egress puts its files: give a filepath under [recording.egress]"
    if by == "egress" and media == "local":
        return "", "egress belongs to a LiveKit server with Redis: configure that one under [livekit]"
    return ("browser" if by == "browser" or media == "local" or not egress.configured else "egress"), ""


def choose(settings: Settings, media: str, data: Path, page: Callable[[], str]) -> Chosen:
    """The recorder of that kind. ``page`` opens the door to the page that browsers record, and gives its address."""
    which, missing = kind(settings, media)
    if which == "browser":
        return _by_browser(settings, data, page())
    return _by_egress(settings) if which else Chosen(missing=missing)


def _by_browser(settings: Settings, data: Path, page: str) -> Chosen:
    from bridge.recorders.browser.recorder import BrowserRecorder  # what records is loaded where something is recorded

    recording = settings.recording
    folder = recordings_folder(data, recording.folder)
    recorder = BrowserRecorder(recording.browser, folder, data / RECORDERS, page, at_once=recording.at_once)
    return Chosen(recorder, takes=recorder.takes)


def _by_egress(settings: Settings) -> Chosen:
    from bridge.recorders.egress.recorder import EgressRecorder
    from bridge.recorders.egress.request import template

    livekit, egress = settings.livekit, settings.recording.egress
    recorder = EgressRecorder(livekit.url, livekit.api_key, livekit.api_secret, egress, template(settings.urls.public))
    return Chosen(recorder, heard=recorder.heard)
