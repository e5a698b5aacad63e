"""What vMix has on air, over HTTP, in event streams and on pages."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.vmix_api import client
from tests.bridges import Bridge
from tests.fakes import bridge_over
from tests.rooms.fakes import FakeMedia, a_person, a_room
from tests.rooms.house import until
from tests.vmix import StandInVmix, VmixInput, vmix_with
from tests.web.routes.test_events import listening
from tests.web.routes.test_visits import ANN, BOB, click, code, open_room, page

VMIX = {"host": "127.0.0.1", "inputs": {"Camera 9": "guest1@main"}}


@pytest.fixture
async def vmix() -> AsyncIterator[StandInVmix]:
    """In program is an input of nobody's."""
    async with vmix_with("Titles", "host@main", "main@main", "grid@main", "Camera 9") as vmix:
        yield vmix


@pytest.fixture
async def studio(media: FakeMedia, tmp_path: Path, vmix: StandInVmix) -> AsyncIterator[Bridge]:
    async with bridge_over(media, tmp_path / "data", vmix=VMIX, vmix_ports=vmix.ports) as bridge:
        await until(lambda: bridge.running.parts.tally.of(a_room()).program)
        yield bridge


async def on_air(bridge: Bridge) -> dict[str, str]:
    return {row["who"]: row["tally"] for row in (await bridge.get("/r/main/tally.json")).json}


async def goes(bridge: Bridge, **wanted: str) -> None:
    """Wait until these are where they should be."""
    parts = bridge.running.parts
    room = parts.store.by_slug("main")
    assert room
    await until(lambda: wanted.items() <= {row.who: row.air.value for row in parts.attendance.of(room)}.items())
    assert wanted.items() <= (await on_air(bridge)).items()


async def test_seats_go_on_air_by_their_inputs_by_takes_and_by_settings(studio: Bridge, vmix: StandInVmix) -> None:
    await open_room(studio, "seats=host,guest1")
    assert await on_air(studio) == {"host": "off", "guest1": "off"}
    vmix.change(active=2)
    await goes(studio, host="program", guest1="off")
    vmix.change(active=3)
    await goes(studio, host="off", guest1="off")
    await studio.get("/r/main/take?scene=main&seat=guest1")
    assert await on_air(studio) == {"host": "off", "guest1": "program"}
    await studio.get("/r/main/take?scene=main&seat=")
    assert await on_air(studio) == {"host": "off", "guest1": "off"}
    vmix.change(active=1, overlays={4: 5})
    await goes(studio, guest1="program")
    vmix.change(black=True)
    await goes(studio, guest1="off")


async def test_a_scene_of_the_room_has_everybody_on_air_who_is_inside(
    studio: Bridge, media: FakeMedia, vmix: StandInVmix
) -> None:
    room = await open_room(studio, "seats=host,guest1")
    media.inside[room.call] = [a_person("ann")]
    studio.running.parts.watch.look_soon(room.id)
    vmix.change(inputs=[*vmix.inputs, VmixInput("two boxes", layers=(2, 4))], active=6)
    await goes(studio, ann="program", host="program", guest1="off")
    lines = (await studio.get("/r/main/tally")).text.splitlines()
    assert lines == [
        "host program seat=host inputs=2 name=",
        "guest1 off seat=guest1 inputs= name=",
        "ann program seat= inputs=4 name=ann",
    ]
    assert (await studio.get("/r/main/tally.csv")).text.splitlines()[0] == "who,tally,seat,inputs,name"
    assert "<tally>program</tally>" in (await studio.get("/r/main/tally.xml")).text
    view = (await studio.api("keys/show", {"slug": "main", "view": True})).json["key"]
    assert (await studio.get("/r/main/tally", key=view)).text.splitlines() == lines


async def test_people_and_streams_say_it(studio: Bridge, vmix: StandInVmix) -> None:
    await open_room(studio, "seats=host")
    async with listening(studio, "/r/main/events") as stream:
        assert (await stream.hears("tally"))["tally"][0]["tally"] == "off"
        vmix.change(active=2)
        people = await stream.hears("people")
        tally = await stream.hears("tally")
    assert people["people"][0]["tally"] == "program"
    assert tally == {
        "slug": "main",
        "tally": [{"who": "host", "tally": "program", "seat": "host", "inputs": "2", "name": ""}],
    }
    assert " tally=program " in (await studio.get("/r/main/people")).text


async def test_a_page_is_told_of_its_own_seat_and_no_other(studio: Bridge, media: FakeMedia, vmix: StandInVmix) -> None:
    room = await open_room(studio, "seats=host")
    async with page(studio, code(studio, room, seat="host")) as ann, page(studio, code(studio, room), BOB) as bob:
        assert (await ann.hears("room"))["air"] == (await bob.hears("room"))["air"] == "off"
        vmix.change(active=2)
        await ann.hears("room", air="program")
        identity = (await click(studio, code(studio, room), BOB)).json["identity"]
        media.inside[room.call] = [a_person(identity)]
        await bob.says("report", inside=True, identity=identity)
        vmix.change(active=4)
        await bob.hears("room", air="program")
        await ann.hears("room", air="off")


async def test_while_vmix_is_away_nothing_is_shown(
    studio: Bridge, vmix: StandInVmix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "FIRST_RETRY", 0.05)
    room = await open_room(studio, "seats=host")
    async with page(studio, code(studio, room, seat="host"), ANN) as ann:
        vmix.change(active=2)
        await ann.hears("room", air="program")
        await vmix.stop()
        await ann.hears("room", air="unknown")
        assert await on_air(studio) == {"host": "unknown"}
        await vmix.start()
        await ann.hears("room", air="program")


async def test_a_half_open_line_to_vmix_leaves_nobody_on_air(
    studio: Bridge, vmix: StandInVmix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "ANSWER_SECONDS", 0.2)
    await open_room(studio, "seats=host")
    vmix.change(active=2)
    await goes(studio, host="program")
    vmix.deaf.add("tcp")
    await goes(studio, host="unknown")


@pytest.mark.parametrize("preview", [True, False])
async def test_preview_is_told_where_it_was_asked_for(
    media: FakeMedia, tmp_path: Path, vmix: StandInVmix, preview: bool
) -> None:
    settings = VMIX | {"preview": preview}
    async with bridge_over(media, tmp_path / "data", vmix=settings, vmix_ports=vmix.ports) as studio:
        await open_room(studio, "seats=host")  # which is in preview
        await goes(studio, host="preview" if preview else "off")


async def test_without_a_vmix_nothing_is_known(livekit: Bridge) -> None:
    room = await open_room(livekit, "seats=host")
    assert await on_air(livekit) == {"host": "unknown"}
    async with page(livekit, code(livekit, room, seat="host")) as ann:
        assert (await ann.hears("room"))["air"] == "unknown"


OFF = """
import asyncio, sys
from pathlib import Path
from bridge.service import running
from bridge.settings import load

async def main():
    data = Path(sys.argv[1])
    async with running(load(None, data, {"listen": "127.0.0.1:0", "media": "rehearsal"}), data):
        print([name for name in sys.modules if "vmix_api" in name or "expat" in name.split(".")])

asyncio.run(main())
"""


def test_without_a_vmix_nothing_is_loaded_for_one(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", OFF, tmp_path / "data"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
