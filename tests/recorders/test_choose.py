"""Which recorder there is, and why none."""

import pytest

from bridge.recorders.choose import choose
from bridge.settings import RecordingSettings, Settings


@pytest.mark.parametrize(
    ("by", "media", "why"), [("off", "livekit", 'by = "off"'), ("auto", "rehearsal", "no call to record")]
)
def test_where_there_is_none_it_says_why(by: str, media: str, why: str) -> None:
    chosen = choose(Settings(recording=RecordingSettings(by=by)), media)  # type: ignore[arg-type]
    assert chosen.recorder is None
    assert why in chosen.missing
