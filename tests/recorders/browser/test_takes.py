"""What a page hands over, and who may."""

import asyncio
from pathlib import Path

import pytest

from bridge.recorders.browser.files import Growing, unfinished
from bridge.recorders.browser.takes import LAUNCH_SECONDS, Take, Takes
from bridge.rooms.model import Mode, Part, Recorded


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def take(tmp_path: Path) -> Take:
    recorded = Recorded("1", "2", "3", "show", "Show", "call", Mode.GRID, "browser", 0, parts=(Part("first.webm"),))
    return Take(recorded, Growing(tmp_path / "first.webm", least_free=0))


async def test_each_piece_is_kept_once_and_in_order(take: Take, tmp_path: Path) -> None:
    assert await take.put(0, b"one") == 1
    assert await take.put(0, b"one") == 1
    assert await take.put(1, b"two") == 2
    assert await take.put(0, b"one") == 2
    assert unfinished(tmp_path / "first.webm").read_bytes() == b"onetwo"
    assert not take.ended.done()
    await take.close()


async def test_a_piece_that_is_missing_ends_the_part(take: Take) -> None:
    await take.put(0, b"one")
    assert await take.put(2, b"three") == 1
    assert "A piece of it got lost" in await take.over()
    assert await take.put(1, b"two") == 1
    await take.close()


async def test_a_page_that_falls_silent_is_noticed_once_it_has_begun(tmp_path: Path, take: Take) -> None:
    quick = Take(take.recorded, Growing(tmp_path / "second.webm", least_free=0), patience=0.05)
    silence = asyncio.create_task(quick.silence())
    await asyncio.sleep(0.1)
    assert not silence.done()
    await quick.put(0, b"one")
    await asyncio.wait_for(silence, 10)
    await quick.close()
    await take.close()


async def test_a_launch_key_is_good_once_and_for_thirty_seconds(take: Take) -> None:
    clock, opened = Clock(), []
    takes = Takes(clock)
    late, key = takes.expect(take, lambda: None), takes.expect(take, lambda: opened.append(1))
    assert takes.launched("another key of the same length") is None
    launched = takes.launched(key)
    assert launched
    assert launched[1] is take
    assert takes.of(launched[0]) is take
    assert takes.of(key) is None
    assert takes.launched(key) is None
    clock.now += LAUNCH_SECONDS + 1
    assert takes.launched(late) is None
    assert opened == [1]
    takes.forget(take)
    assert takes.of(launched[0]) is None
