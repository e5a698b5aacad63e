"""``vmix-bridge scenes`` and ``take``."""

from tests.bridges import Bridge
from tests.cli.commands import as_json, done, refused


async def test_scenes_are_printed_with_their_whole_addresses(bridge: Bridge) -> None:
    await done(bridge, "rooms", "create", "main", "--seats", "guest1")
    printed = await done(bridge, "scenes", "main")
    rows = await as_json(bridge, "scenes", "main")
    assert [row["name"] for row in rows] == ["guest1", "guest1.screen", "grid", "chat", "speaker"]
    assert all(f"{row['name']} {row['url']}" in printed for row in rows)


async def test_a_take_is_told(bridge: Bridge) -> None:
    await done(bridge, "rooms", "create", "main", "--seats", "guest1")
    assert (await done(bridge, "take", "main", "corner", "guest1")).strip() == "corner of main shows guest1"
    assert (await done(bridge, "take", "main", "corner", "guest1")).strip().endswith("(as before)")
    assert (await done(bridge, "take", "main", "corner")).strip() == "corner of main shows the slate"
    assert "nobody" in await refused(bridge, 1, "take", "main", "corner", "guest9")
