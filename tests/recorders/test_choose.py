"""Which recorder there is, and why none."""

import pytest

from bridge.recorders.choose import by_egress, choose, records_by_egress
from bridge.recorders.egress.request import template
from bridge.settings import Egress, RecordingSettings, Settings


@pytest.mark.parametrize(
    ("by", "media", "why"), [("off", "livekit", 'by = "off"'), ("auto", "rehearsal", "no call to record")]
)
def test_where_there_is_none_it_says_why(by: str, media: str, why: str) -> None:
    chosen = choose(Settings(recording=RecordingSettings(by=by)), media)
    assert chosen.recorder is None
    assert why in chosen.missing


@pytest.mark.parametrize(
    ("by", "media", "filepath", "chosen", "why"),
    [
        ("auto", "livekit", "{slug}/{time}", True, ""),
        ("egress", "livekit", "{slug}/{time}", True, ""),
        ("auto", "livekit", "", False, "no recorder"),
        ("browser", "livekit", "{slug}/{time}", False, ""),
        ("egress", "livekit", "", False, "give a filepath"),
        ("auto", "local", "{slug}/{time}", False, "configure that one under [livekit]"),
        ("egress", "rehearsal", "{slug}/{time}", False, "no call to record"),
    ],
)
def test_egress_is_taken_only_where_it_is_configured(
    by: str, media: str, filepath: str, chosen: bool, why: str
) -> None:
    settings = Settings(recording=RecordingSettings(by=by, egress=Egress(filepath=filepath)))
    assert records_by_egress(settings, media) is chosen
    assert chosen or why in choose(settings, media).missing


@pytest.mark.parametrize("public", ["", "http://127.0.0.1:8790", "http://localhost:8790"])
def test_a_page_that_no_worker_reaches_is_no_template(public: str) -> None:
    assert template(public) == ""
    assert template("https://rooms.example.com") == "https://rooms.example.com/egress"


async def test_the_recorder_of_an_egress_service_is_made_without_asking_anybody() -> None:
    settings = Settings.model_validate(
        {
            "livekit": {"url": "wss://livekit.invalid", "api_key": "k", "api_secret": "s"},
            "recording": {"egress": {"filepath": "{slug}/{time}"}},
        }
    )
    recorder = by_egress(settings)
    assert (recorder.kind, recorder.at_once, recorder.missing()) == ("egress", 0, "")
    await recorder.aclose()
