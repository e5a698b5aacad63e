"""The watch script mends inputs whose pages fell silent, and nothing that vMix shows anywhere."""

from itertools import pairwise

import pytest

from .desk import SLUG, Desk
from .standin import StandIn
from .test_inputs import GRID, GUEST, ON_AIR, on_air
from .vmix import Ran, Vmix

LINK = "http://127.0.0.1:9/scene/abc"


def scenes(**silent: int) -> str:
    rows = "".join(
        f"<scene><name>{name.replace('_', '.')}</name><kind>seat</kind><shows /><pages>0</pages>"
        f"<silent>{seconds}</silent><sound /><url>{LINK}{'?layout=grid' if name == 'grid' else ''}</url></scene>"
        for name, seconds in silent.items()
    )
    return f"<?xml version='1.0' encoding='utf-8'?>\n<scenes>{rows}</scenes>"


def mends(ran: Ran) -> list[tuple[str, str]]:
    return [(call["function"], call["Input"]) for call in ran.functions]


def tables(standin: StandIn) -> int:
    return sum("/scenes.xml" in asked.target for asked in standin.asked)


def test_a_page_that_never_said_anything_is_loaded_again_and_then_taken_to_its_link(
    vmix: Vmix, standin: StandIn
) -> None:
    key = vmix.add_input(GUEST, "http://old")
    standin.scenes = scenes(guest1=12, guest1_screen=900)

    ran = vmix.run(standin.script("watch", parameters="name=1"), polls=100)

    assert mends(ran) == [("BrowserReload", key), *[("BrowserNavigate", key)] * 3]
    assert vmix.pages() == {GUEST: f"{LINK}?name=1"}
    assert [line.split("watch main-stage: ")[1] for line in ran.lines[1:]] == [f"mended {GUEST}"] * 4
    mended = [index for index, call in enumerate(ran.calls) if "function" in call]
    assert all(sum("sleep" in call for call in ran.calls[one:other]) >= 30 for one, other in pairwise(mended))


def test_an_input_that_is_new_has_time_to_open_its_page(vmix: Vmix, standin: StandIn) -> None:
    vmix.add_input(GUEST, "http://new")
    standin.scenes = scenes(guest1=900)

    assert vmix.run(standin.script("watch"), polls=9).functions == []


async def test_the_bridge_says_of_each_scene_how_long_it_is_silent(desk: Desk) -> None:
    await desk.bridge.get(f"/r/{SLUG}/set?seats=guest1")
    key = desk.vmix.add_input(GUEST, "http://old")
    script = await desk.script("watch", titleInput="")
    assert mends(await desk.vmix.press(script, polls=10)) == []
    desk.bridge.running.parts.scenes._began -= 20

    assert mends(await desk.vmix.press(script, polls=10)) == [("BrowserReload", key)]


def test_the_link_of_the_whole_room_carries_no_sound(vmix: Vmix, standin: StandIn) -> None:
    vmix.add_input(GRID, "http://old")
    standin.scenes = scenes(grid=10)

    vmix.run(standin.script("watch"), polls=40)

    assert vmix.pages() == {GRID: f"{LINK}?layout=grid&audio=0"}


@pytest.mark.parametrize("how", [*ON_AIR, "preview"])
def test_what_vmix_shows_anywhere_is_left_alone(vmix: Vmix, standin: StandIn, how: str) -> None:
    if how == "preview":
        vmix.show(vmix.add_input(GUEST, "http://old"), "preview")
    else:
        on_air(vmix, GUEST, how)
    key = vmix.add_input(GRID, "http://old")
    standin.scenes = scenes(guest1=60, grid=60)

    assert mends(vmix.run(standin.script("watch"), polls=10)) == [("BrowserReload", key)]


def test_what_says_that_it_is_fine_is_left_alone(vmix: Vmix, standin: StandIn) -> None:
    for title in (GUEST, "guest1", "guest1@another-stage"):
        vmix.add_input(title, "http://old")
    standin.scenes = scenes(guest1=9, grid=60)

    ran = vmix.run(standin.script("watch"), polls=10)

    assert ran.functions == []
    assert tables(standin) == 2


@pytest.mark.parametrize(("setting", "titled"), [("0", GUEST), ("1", "guest1"), ("1", "guest1@another-stage")])
def test_without_such_inputs_or_switched_off_it_asks_nothing_more(
    vmix: Vmix, standin: StandIn, setting: str, titled: str
) -> None:
    vmix.add_input(titled, "http://old")

    ran = vmix.run(standin.script("watch", mendInputs=setting), polls=6)

    assert (len(standin.asked), tables(standin)) == (6, 0)
    assert ran.functions == []


@pytest.mark.parametrize(
    "table", ["ERR not_found there is no such route", "<error><error>not_found</error></error>", ""]
)
def test_a_bridge_that_tells_nothing_of_scenes_makes_no_noise(vmix: Vmix, standin: StandIn, table: str) -> None:
    vmix.add_input(GUEST, "http://old")
    standin.scenes = table

    ran = vmix.run(standin.script("watch"), polls=10)

    assert [line.split("watch main-stage: ")[1] for line in ran.lines] == ["open, nobody inside"]
    assert ran.functions == []
