"""Every script run against a running bridge: what that then holds, what vMix was told, what the operator reads."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bridge.rooms.model import PRESETS
from tests.bridges import Bridge, bridge_on
from tests.fakes import LIVEKIT
from tests.rooms.fakes import FakeMedia

from .desk import ASKING, ON_A_TITLE, SLUG, Desk, at_desk, people_come_in, says, shows
from .vmix import Vmix

TEAM = PRESETS["team"]
POLICY_WORDS = "server=livekit max=20 media=av webinar=0 chat=1 screen=1 record=0 mode=grid seats= lobby=0"

LEAVES = {
    "create": (True, True, "open, nobody inside (it was there already)"),
    "start": (True, True, "open, nobody inside"),
    "stop": (False, True, "stopped (it was so already)"),
    "set": (False, False, "stopped"),
    "status": (False, True, f"stopped [{POLICY_WORDS}]"),
    "watch": (False, True, "stopped"),
}
"""Whether the stopped room is open then, whether it has a chat, and what is said."""
PRESSES = [name for name in LEAVES if name not in ON_A_TITLE]
every_script = pytest.mark.parametrize("name", LEAVES)
every_script_that_asks = pytest.mark.parametrize("name", ASKING)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 - whatever a test watches has no event
            await asyncio.sleep(0.02)


@every_script
async def test_a_good_press(desk: Desk, name: str) -> None:
    before = desk.room

    ran = await desk.press(name)

    active, chat, said = LEAVES[name]
    assert ran.line.endswith(f"{name} {SLUG}: {said}")
    assert (desk.room.active, desk.room.policy.chat) == (active, chat)
    assert (desk.room.id, desk.room.name) == (before.id, before.name)
    shows(desk.vmix, ran, name, "Main Stage: stopped", "#9E9E9E")


@pytest.mark.parametrize(("name", "said"), [("start", "open, nobody inside (it was so already)"), ("stop", "stopped")])
async def test_a_press_on_an_open_room(desk: Desk, name: str, said: str) -> None:
    await desk.make_room("start=1")
    await desk.bridge.get(f"/r/{SLUG}/start")

    ran = await desk.press(name)

    assert ran.line == f"{name} {SLUG}: {said}"
    assert desk.room.active == (name == "start")


@every_script_that_asks
async def test_without_a_bridge_it_says_how_to_start_one(tmp_path: Path, vmix: Vmix, name: str) -> None:
    async with at_desk(bridge_on(tmp_path / "data"), vmix) as desk:
        script = await desk.script(name)

    ran = await vmix.press(script)

    says(ran, name, f"the bridge is not running at {desk.bridge.url}", "vmix-bridge up", "bridgeUrl")
    shows(vmix, ran, name, "main-stage: BRIDGE AWAY", "#FF5252")


@every_script_that_asks
async def test_a_wrong_key_is_said_with_the_way_to_a_right_one(desk: Desk, name: str) -> None:
    before = desk.room

    ran = await desk.press(name, roomKey=desk.bridge.room_key("another-room"))

    says(ran, name, "this key belongs to another room", "(key_scope)", "make this room's scripts again")
    assert "rk_" not in ran.line
    assert desk.room == before
    shows(desk.vmix, ran, name, "main-stage: KEY REFUSED", "#FF5252")


@every_script_that_asks
async def test_a_removed_room_is_said_and_create_makes_it_again(desk: Desk, name: str) -> None:
    script = await desk.script(name)
    before = desk.room
    await desk.remove_room()

    ran = await desk.vmix.press(script)

    if name == "create":
        says(ran, name, "open, nobody inside (newly made)")
        assert (desk.room.name, desk.room.policy, desk.room.active) == (before.name, before.policy, True)
    else:
        says(ran, name, "there is no room main-stage", "(room_not_found)", "create script")
        assert not desk.has_room
    shows(desk.vmix, ran, name, "main-stage: ROOM GONE", "#FF5252")


@pytest.fixture(params=["refused", "absent"])
async def without_livekit(request: pytest.FixtureRequest, tmp_path: Path, vmix: Vmix) -> AsyncIterator[Desk]:
    """A LiveKit address where nobody listens; or a data folder whose LiveKit server is gone."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        configured: dict[str, Any] = {
            "livekit": LIVEKIT | {"url": address, "api_secret": "a-secret-of-the-length-livekit-asks-for"}
        }
        if request.param == "absent":
            async with bridge_on(tmp_path / "data", media="auto", **configured):
                pass
            configured = {"local": {"binary": str(tmp_path / "nowhere")}}
        async with at_desk(bridge_on(tmp_path / "data", media="auto", **configured), vmix) as desk:
            yield desk


@every_script
async def test_without_livekit_it_says_that_the_press_is_kept(without_livekit: Desk, name: str) -> None:
    desk = without_livekit
    if name != "start":
        assert "media_server_down" in (await desk.bridge.get(f"/r/{SLUG}/start")).text

    ran = await desk.press(name)

    if name in ON_A_TITLE:
        says(ran, name, "LiveKit is away or disagrees, the bridge keeps trying")
    else:
        says(ran, name, "LiveKit", "(media_server_down)")
    assert desk.room.active == (name != "stop")
    assert desk.room.policy.chat == (name != "set")
    assert (await desk.bridge.get(f"/r/{SLUG}/state")).text == "check\n"
    shows(desk.vmix, ran, name, "Main Stage: CHECK LIVEKIT", "#FF5252")


@pytest.mark.parametrize("name", PRESSES)
async def test_a_slow_answer_ends_at_the_timeout_and_the_press_is_done_all_the_same(
    desk: Desk, media: FakeMedia, name: str
) -> None:
    await desk.make_room("start=1")
    if name != "start":
        await desk.bridge.get(f"/r/{SLUG}/start")
    gates = [media.hang("open"), media.hang("close")]

    ran = await desk.press(name, timeoutMs=1000)

    says(ran, name, f"the bridge at {desk.bridge.url} did not answer within 1000 ms", "try again, it does no harm")
    shows(desk.vmix, ran, name, "", "")
    await until(lambda: desk.room.active == (name != "stop") and desk.room.policy.chat == (name != "set"))
    for gate in gates:
        gate.set()
    await until(lambda: bool(media.held) == (name != "stop"))


async def test_people_inside_are_counted(desk: Desk, media: FakeMedia) -> None:
    await desk.bridge.get(f"/r/{SLUG}/start")
    people_come_in(media, desk, "ann", "bob", "eve")
    await until(lambda: desk.bridge.running.parts.roster.count(desk.room) == 3)

    ran = await desk.press("status")

    says(ran, "status", "live, 3 inside [")
    shows(desk.vmix, ran, "status", "Main Stage: live, 3 inside", "#00C853")


async def test_a_rehearsal_is_never_shown_as_the_real_thing(bridge: Bridge, vmix: Vmix) -> None:
    desk = Desk(bridge, vmix)
    await desk.make_room("start=1")

    ran = await desk.press("status")

    says(ran, "status", "open, nobody inside, rehearsal only: there is no real call")
    shows(vmix, ran, "status", "Main Stage: open (rehearsal)", "#FFFFFF")


async def test_status_says_when_vmix_has_no_such_title(desk: Desk) -> None:
    ran = await desk.press("status", titleField="Nothing.Text")

    says(ran, "status", "vMix has no input Lower Third with the text field Nothing.Text")
    assert ran.functions == []


@pytest.mark.parametrize("name", ON_A_TITLE)
async def test_without_a_title_vmix_is_told_nothing(desk: Desk, name: str) -> None:
    assert (await desk.press(name, titleInput="")).functions == []
