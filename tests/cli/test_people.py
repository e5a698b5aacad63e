"""``vmix-bridge people`` and ``links``."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from tests.bridges import Bridge
from tests.cli.commands import as_json, done, refused, run
from tests.fakes import bridge_over
from tests.rooms.fakes import FakeMedia, a_person
from tests.rooms.house import until


async def test_people_are_a_table_of_the_seats(bridge: Bridge) -> None:
    await done(bridge, "rooms", "create", "main", "--seats", "host,guest1")
    lines = (await done(bridge, "people", "main")).splitlines()
    assert [line.split()[:2] for line in lines if line.strip()][2:] == [["host", "empty"], ["guest1", "empty"]]
    assert [row["who"] for row in await as_json(bridge, "people", "main")] == ["host", "guest1"]
    assert "room_not_found" in await refused(bridge, 1, "people", "gone")


async def test_links_are_printed_whole(bridge: Bridge) -> None:
    await done(bridge, "rooms", "create", "main", "--seats", "host")
    shown = await run(bridge, "links", "main")
    for row in await as_json(bridge, "links", "main"):
        assert row["url"] in shown.stdout
    assert "this machine only" in shown.stderr


async def test_a_renewed_link_is_told(bridge: Bridge) -> None:
    await done(bridge, "rooms", "create", "main")
    before = await as_json(bridge, "links", "main")
    renewed = await run(bridge, "links", "main", "--renew", "speaker")
    assert before[0]["url"] not in renewed.stdout
    assert "open nothing any more" in renewed.stderr
    assert "bad_setting" in await refused(bridge, 1, "links", "main", "--renew", "nobody")


async def test_a_qr_code_in_the_terminal_and_as_a_file(bridge: Bridge, tmp_path: Path) -> None:
    await done(bridge, "rooms", "create", "main", "--seats", "host")
    drawn = await done(bridge, "links", "main", "--qr", "--svg", str(tmp_path / "codes"))
    assert "▄" in drawn or "█" in drawn
    assert sorted(file.name for file in (tmp_path / "codes").iterdir()) == ["host.svg", "speaker.svg"]
    assert (tmp_path / "codes" / "host.svg").read_text().startswith("<?xml")


async def test_a_hand_on_somebody(bridge: Bridge) -> None:
    await done(bridge, "rooms", "create", "main", "--seats", "host")
    for hand in ("mute", "unmute", "block", "allow", "promote", "demote", "remove", "admit", "refuse"):
        assert "nobody in main is host" in await refused(bridge, 1, "people", hand, "main", "host")
    assert "nobody in main is host" in await refused(bridge, 1, "people", "say", "main", "host", "Two minutes.")
    assert [row["who"] for row in await as_json(bridge, "people", "list", "main")] == ["host"]


@pytest.fixture
async def livekit(tmp_path: Path) -> AsyncIterator[Bridge]:
    async with bridge_over(FakeMedia(), tmp_path / "data") as bridge:
        yield bridge


async def test_a_hand_on_somebody_who_is_there(livekit: Bridge) -> None:
    media = cast(FakeMedia, livekit.running.media)
    await done(livekit, "rooms", "create", "main")
    room = livekit.running.parts.store.by_slug("main")
    assert room
    media.inside[room.call] = [a_person("ann")]
    livekit.running.parts.watch.look_soon(room.id)
    await until(lambda: livekit.running.parts.roster.of(room.id))
    assert (await done(livekit, "people", "block", "main", "ann", "--what", "camera")).strip() == (
        "ann may not send that any more"
    )
    assert (await done(livekit, "people", "block", "main", "ann", "--what", "camera")).strip().endswith("(as before)")
    assert (await done(livekit, "people", "say", "main", "all", "Two minutes.")).strip() == "all is told"
