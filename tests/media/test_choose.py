"""Which media server it is."""

from pathlib import Path
from typing import Any

import pytest

from bridge.media.choose import choose
from bridge.settings import Settings
from tests.bridges import bridge_on

BINARY = Path("livekit-server")
URL = {"url": "ws://127.0.0.1:1", "api_key": "k", "api_secret": "s"}


@pytest.mark.parametrize(
    ("options", "binary", "had_real", "kind"),
    [
        ({"media": "auto"}, None, False, "rehearsal"),
        ({"media": "auto"}, None, True, "none"),
        ({"media": "auto"}, BINARY, False, "local"),
        ({"media": "auto", "livekit": URL}, BINARY, True, "livekit"),
        ({"media": "livekit", "livekit": URL}, BINARY, False, "livekit"),
        ({"media": "livekit"}, BINARY, False, "none"),
        ({"media": "local", "livekit": URL}, BINARY, False, "local"),
        ({"media": "local", "livekit": URL}, None, False, "none"),
        ({"media": "rehearsal", "livekit": URL}, BINARY, True, "rehearsal"),
    ],
)
def test_the_settings_decide(options: dict[str, Any], binary: Path | None, had_real: bool, kind: str) -> None:
    choice = choose(Settings(**options), binary, had_real=had_real)
    assert choice.kind == kind
    assert bool(choice.missing) is (kind == "none")
    assert choice.is_real is (kind in ("livekit", "local"))


@pytest.mark.parametrize(
    ("options", "here"),
    [
        ({"media": "auto"}, True),
        ({"media": "local", "livekit": URL}, True),
        ({"media": "auto", "livekit": URL}, False),
        ({"media": "livekit"}, False),
        ({"media": "rehearsal"}, False),
    ],
)
def test_whether_calls_are_to_run_on_this_machine(options: dict[str, Any], here: bool) -> None:
    assert Settings(**options).runs_here is here


async def test_a_server_that_was_never_there_is_not_remembered_as_real(tmp_path: Path) -> None:
    async with bridge_on(tmp_path, media="local", local={"binary": "/nowhere"}) as bridge:
        assert (await bridge.get("/r/main/create")).status == 502
    async with bridge_on(tmp_path, media="auto", local={"binary": "/nowhere"}) as bridge:
        assert (await bridge.get("/health", key=None)).text.startswith("OK bridge server=rehearsal")
