"""``vmix-bridge program``."""

from bridge.rooms.model import Link, Role
from tests.bridges import Bridge
from tests.cli.commands import as_json, done


async def test_the_address_of_the_programs_page_is_one_of_this_machine(bridge: Bridge) -> None:
    await done(bridge, "rooms", "create", "main")
    room = bridge.running.parts.store.by_slug("main")
    assert room
    address = f"{bridge.url}/program/{bridge.running.parts.links.of(room)[Link(Role.PROGRAM)]}"
    assert (await done(bridge, "program", "open", "main", "--no-open")).strip() == address
    assert await as_json(bridge, "program", "open", "main", "--no-open") == {"url": address, "opened": False}
