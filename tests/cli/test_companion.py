"""``vmix-bridge companion``: the page as a file, from the service or without it."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bridges import Bridge, bridge_on
from tests.cli.commands import done, refused
from tests.companion.reader import Deck, controls, read
from tests.companion.test_page import START

WRITE = ("companion", "write")


@pytest.fixture
async def bridge(tmp_path: Path) -> AsyncIterator[Bridge]:
    async with bridge_on(tmp_path / "data") as bridge:
        await bridge.get("/r/main-stage/create?name=Main%20Stage&seats=host,guest1&start=0")
        await bridge.get("/r/other/create?start=0")
        yield bridge


async def test_write_makes_a_file_of_one_room_or_of_all(bridge: Bridge, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    one = await done(bridge, *WRITE, "Main Stage", "--out", str(folder))
    every = await done(bridge, *WRITE, "--out", str(folder))
    room, rooms = folder / "main-stage.companionconfig", folder / "rooms.companionconfig"
    assert (one, every) == (f"{room}\n", f"{rooms}\n")
    assert (1, 1) in Deck(read(room.read_bytes()), {}).places
    again = Deck(read(rooms.read_bytes()), {})
    assert [again.pressed(row, 1)[0]["url"] for row in (0, 1)] == [
        f"{bridge.url}/r/{slug}/start?soft=1" for slug in ("main-stage", "other")
    ]
    if sys.platform != "win32":
        assert rooms.stat().st_mode & 0o077 == 0, "it holds keys"


async def test_polling_writes_the_trigger(bridge: Bridge, tmp_path: Path) -> None:
    await done(bridge, *WRITE, "main-stage", "--polling", "--out", str(tmp_path))
    (trigger,) = controls(read((tmp_path / "main-stage-polling.companionconfig").read_bytes()))
    assert trigger["events"][0]["type"] == "interval"


async def test_offline_it_is_the_same_page(bridge: Bridge, tmp_path: Path) -> None:
    online, offline = tmp_path / "online", tmp_path / "offline"
    key = bridge.room_key("main-stage")
    flags = ("--url", bridge.url, "--key", key, "--name", "Main Stage", "--seats", "host,guest1")
    await done(bridge, *WRITE, "main-stage", "--out", str(online))
    await done(tmp_path / "nowhere", *WRITE, "main-stage", "--out", str(offline), *flags)
    name = "main-stage.companionconfig"
    assert (online / name).read_bytes() == (offline / name).read_bytes()
    assert not (tmp_path / "nowhere").exists()


async def test_the_address_that_is_given_is_the_one_in_the_page(bridge: Bridge, tmp_path: Path) -> None:
    await done(bridge, *WRITE, "other", "--url", "http://studio-pc:8790", "--out", str(tmp_path))
    deck = Deck(read((tmp_path / "other.companionconfig").read_bytes()), {})
    assert deck.pressed(*START)[0]["url"] == "http://studio-pc:8790/r/other/start?soft=1"


async def test_what_cannot_be_done_is_said(bridge: Bridge, tmp_path: Path) -> None:
    assert "room_not_found" in await refused(bridge, 1, *WRITE, "gone")
    assert "bad_setting" in await refused(bridge, 1, *WRITE, "other", "--url", "x", "--out", str(tmp_path))
    assert "--seats need --key" in await refused(bridge, 2, *WRITE, "other", "--seats", "a")
    assert "name the room" in await refused(bridge, 2, *WRITE, "--key", "k")
    assert "slug 'Other'" in await refused(bridge, 2, *WRITE, "Other", "--key", "k")
    (tmp_path / "file").touch()
    assert "--out" in await refused(bridge, 1, *WRITE, "other", "--out", str(tmp_path / "file" / "folder"))
    assert "vmix-bridge up" in await refused(tmp_path / "none", 3, *WRITE, "other")


def test_without_the_service_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    code = (
        "import json, sys; from bridge.cli import main; main(sys.argv[1:], standalone_mode=False); "
        "print(json.dumps([name.partition('.')[0] for name in sys.modules]), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, *WRITE, "main", "--key", "k", "--out", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, check=True)
    assert not set(json.loads(ran.stderr)) & {"aiohttp", "pydantic", "asyncio", "rich", "http", "platformdirs"}
