"""The traffic light."""

import pytest

from bridge.rooms.changes import Changes
from bridge.rooms.quality import SILENT_SECONDS, Light, Measured, Quality, judge
from tests.rooms.fakes import Clock


@pytest.mark.parametrize(
    ("what", "light", "words"),
    [
        (Measured(), "ok", "good"),
        (Measured(sent=1600, wanted=1700, frames=29, full=30, lost=1, far=40, battery=80), "ok", "good"),
        (Measured(sent=420, wanted=1700), "bad", "upload too slow (420 of 1,700 kbit/s)"),
        (Measured(sent=1000, wanted=1700), "watch", "upload too slow (1,000 of 1,700 kbit/s)"),
        (Measured(frames=9, full=30), "bad", "picture stutters (9 of 30 fps)"),
        (Measured(frames=20, full=30), "watch", "picture stutters (20 of 30 fps)"),
        (Measured(lost=7), "watch", "losing packets (7 %)"),
        (Measured(lost=12), "bad", "losing packets (12 %)"),
        (Measured(busy=True), "watch", "computer too busy"),
        (Measured(far=480), "watch", "far away (480 ms)"),
        (Measured(battery=8), "watch", "battery 8 %"),
        (Measured(battery=3), "bad", "battery 3 %"),
        (Measured(quiet=61), "watch", "silent for a minute"),
        (Measured(sent=1000, wanted=1700, lost=20), "bad", "losing packets (20 %)"),
    ],
)
def test_the_worst_reason_is_said_in_words(what: Measured, light: str, words: str) -> None:
    assert (judge(what).light, judge(what).words) == (light, words)


def test_a_page_that_says_nothing_any_more_is_known_as_silent() -> None:
    clock = Clock()
    quality = Quality(Changes(), clock)
    assert (quality.of("room", "ann").light, quality.of("room", "ann").words) == (Light.UNKNOWN, "")
    quality.measured("room", "ann", Measured())
    clock.now += SILENT_SECONDS
    assert quality.of("room", "ann").light is Light.OK
    clock.now += 0.1
    assert (quality.of("room", "ann").light, quality.of("room", "ann").words) == (Light.UNKNOWN, "its page is silent")
    quality.gone("room", "ann")
    assert quality.of("room", "ann").words == ""


def test_a_change_is_told_once_and_figures_are_none() -> None:
    changes, told = Changes(), list[str]()
    changes.subscribe(told.append)
    quality = Quality(changes, Clock())
    for lost in (0, 1, 5, 6, 7):
        quality.measured("room", "ann", Measured(lost=lost))
    assert told == ["room", "room"]
