"""Which recorder there is, and why none."""

from pathlib import Path

import pytest

from bridge.recorders.browser.recorder import BrowserRecorder
from bridge.recorders.choose import choose, kind
from bridge.recorders.egress.recorder import EgressRecorder
from bridge.recorders.egress.request import template
from bridge.settings import Egress, LiveKit, RecordingSettings, Settings

LIVEKIT = LiveKit(url="wss://livekit.invalid", api_key="k", api_secret="s")


@pytest.mark.parametrize(
    ("by", "media", "filepath", "which", "why"),
    [
        ("off", "livekit", "{slug}/{time}", "", 'by = "off"'),
        ("auto", "rehearsal", "", "", "no call to record"),
        ("egress", "none", "{slug}/{time}", "", "no call to record"),
        ("auto", "local", "", "browser", ""),
        ("auto", "livekit", "", "browser", ""),
        ("auto", "local", "{slug}/{time}", "browser", ""),
        ("browser", "livekit", "{slug}/{time}", "browser", ""),
        ("auto", "livekit", "{slug}/{time}", "egress", ""),
        ("egress", "livekit", "{slug}/{time}", "egress", ""),
        ("egress", "livekit", "", "", "give a filepath"),
        ("egress", "local", "{slug}/{time}", "", "configure that one under [livekit]"),
    ],
)
def test_egress_is_taken_only_where_it_is_configured_and_a_reason_is_said_where_there_is_none(
    by: str, media: str, filepath: str, which: str, why: str
) -> None:
    found, missing = kind(Settings(recording=RecordingSettings(by=by, egress=Egress(filepath=filepath))), media)
    assert found == which
    assert why in missing if why else not missing


@pytest.mark.parametrize("public", ["", "http://127.0.0.1:8790", "http://localhost:8790"])
def test_a_page_that_no_worker_reaches_is_no_template(public: str) -> None:
    assert template(public) == ""
    assert template("https://rooms.example.com") == "https://rooms.example.com/egress"


@pytest.mark.parametrize(("filepath", "made"), [("", BrowserRecorder), ("{slug}/{time}", EgressRecorder)])
async def test_the_recorder_is_made_without_asking_anybody(tmp_path: Path, filepath: str, made: type) -> None:
    settings = Settings(livekit=LIVEKIT, recording=RecordingSettings(egress=Egress(filepath=filepath)))
    pages: list[str] = []

    def page() -> str:
        pages.append("http://127.0.0.1:1/recording")
        return pages[-1]

    recorder = choose(settings, "livekit", tmp_path, page).recorder
    assert recorder is not None
    assert type(recorder) is made
    assert len(pages) == (made is BrowserRecorder)  # its door costs nothing where no browser records
    await recorder.aclose()
