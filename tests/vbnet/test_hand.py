"""The studio's hand on somebody, laid by a script."""

import pytest

from .desk import SLUG, Desk, says
from .standin import StandIn
from .test_titles import titled
from .vmix import Vmix

__all__ = ["titled"]


async def test_a_hand_is_laid_on_whoever_is_named(titled: Desk) -> None:
    first = await titled.press("hand", hand="Block", who="guest1", what="camera")
    again = await titled.press("hand", hand="block", who="guest1", what="camera")

    assert first.line == f"hand {SLUG}: Block guest1; open, nobody inside"
    assert again.line == f"hand {SLUG}: block guest1; open, nobody inside (it was so already)"
    rows = (await titled.bridge.get(f"/r/{SLUG}/people.json")).json
    assert {row["who"]: row["blocked"] for row in rows} == {"host": "", "guest1": "camera", "guest2": ""}


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"who": "guest9"}, "(nobody)"), ({"hand": "stop"}, "who"), ({"hand": "wave"}, "(not_found)")],
)
async def test_a_hand_that_cannot_be_laid_is_said_and_nothing_else_is_pressed(
    titled: Desk, settings: dict[str, str], said: str
) -> None:
    says(await titled.press("hand", **settings), "hand", said)
    assert titled.room.active


def test_a_hand_asks_for_exactly_what_its_settings_say(vmix: Vmix, standin: StandIn) -> None:
    vmix.run(standin.script("hand", hand="say", who="guest1", text="Two minutes & 10 %"))

    assert [asked.target for asked in standin.asked] == [
        "/r/main-stage/say?who=guest1&text=Two%20minutes%20%26%2010%20%25"
    ]
