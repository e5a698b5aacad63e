"""Whether LiveKit makes rooms by itself: what does not say. (The real one is asked in ``tests/live``.)"""

import pytest

from bridge.media.absent import AbsentServer
from bridge.media.rehearsal import RehearsalServer
from tests.media.nonsense import NONSENSE, says
from tests.media.stub import Reply, hang_up, livekit_that


@pytest.mark.parametrize("reply", [*NONSENSE.values(), hang_up, says(text="success!")])
async def test_what_does_not_say(reply: Reply) -> None:
    async with livekit_that(reply) as (server, _):
        assert not await server.auto_creates()


async def test_nobody_is_asked_where_it_is_known() -> None:
    assert not await RehearsalServer().auto_creates()
    assert not await AbsentServer("no server", "").auto_creates()
    async with livekit_that(says(text="success")) as (server, stub):
        assert await server.auto_creates()
        assert stub.asked == ["rtc/validate"]
        server.kind = "local"
        assert not await server.auto_creates()
        assert stub.asked == ["rtc/validate"]
