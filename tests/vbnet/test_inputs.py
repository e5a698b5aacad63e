"""The scenes of a room as inputs of vMix: added once, found again, left alone on air, removed and loaded again."""

from typing import Any

import pytest

from tests.rooms.house import until

from .desk import SLUG, Desk, says
from .standin import StandIn
from .vmix import Vmix

GUEST, GRID, MAIN = f"guest1@{SLUG}", f"grid@{SLUG}", f"main@{SLUG}"
ONE_SCENE = (
    "<scenes><scene><name>guest1</name><kind>seat</kind><silent>0</silent><url>http://h/scene/a</url></scene></scenes>"
)


@pytest.fixture
async def seated(desk: Desk) -> Desk:
    """A desk whose room has two seats."""
    await desk.bridge.get(f"/r/{SLUG}/set?seats=host,guest1")
    return desk


async def url(desk: Desk, scene: str) -> str:
    """Where the bridge says that this scene is."""
    (row,) = (await desk.bridge.get(f"/r/{SLUG}/scenes.json?scene={scene}")).json
    return str(row["url"])


def functions(vmix: Vmix) -> list[str]:
    return [call["function"] for call in vmix.calls() if "function" in call]


async def test_a_scene_is_added_once_however_often_it_is_pressed(seated: Desk) -> None:
    vmix = seated.vmix
    first = await seated.press("input-add", scene="guest1")
    (key,) = [found["key"] for found in vmix.inputs() if found["title"] == GUEST]
    again = [await seated.press("input-add", scene="guest1") for _ in range(2)]

    assert first.line == f"input-add {SLUG}: added {GUEST}"
    assert vmix.pages() == {GUEST: await url(seated, "guest1")}
    assert functions(vmix) == ["AddInput", "SetInputName", "BrowserNavigate", "BrowserNavigate"]
    assert {call["Input"] for call in again[-1].functions[1:]} == {key}
    for ran in again:
        says(ran, "input-add", "there already and taken to its scene again", GUEST)


async def test_the_new_input_is_told_from_others_that_are_called_like_it(seated: Desk) -> None:
    vmix = seated.vmix
    others = [vmix.add_input("Browser 127.0.0.1", f"http://127.0.0.1/{number}") for number in range(3)]

    await seated.press("input-add", scene="grid")

    titles = {found["key"]: found["title"] for found in vmix.inputs()}
    assert [titles[key] for key in others] == ["Browser 127.0.0.1"] * 3
    (new,) = [found for found in vmix.inputs() if found["title"] == GRID]
    assert new["key"] not in others
    assert new["url"] == f"{await url(seated, 'grid')}?audio=0"


async def test_an_input_that_is_there_follows_a_renewed_link(seated: Desk) -> None:
    await seated.press("input-add", scene="guest1")
    before = seated.vmix.pages()
    await seated.bridge.api("conferences/links/renew", {"id": seated.room.id, "name": "guest1"})

    await seated.press("input-add", scene="guest1")

    assert seated.vmix.pages() == {GUEST: await url(seated, "guest1")} != before


async def test_an_input_is_found_by_its_short_title_too(seated: Desk) -> None:
    key = seated.vmix.add_input(f"{GUEST} - http://old", "http://old", shortTitle=GUEST)

    await seated.press("input-add", scene="guest1")

    assert [found["url"] for found in seated.vmix.inputs() if found["key"] == key] == [await url(seated, "guest1")]
    assert functions(seated.vmix) == ["BrowserNavigate"]


@pytest.mark.parametrize(
    ("scene", "settings", "asked"),
    [
        ("guest1", {"parameters": "name=1&slate=black"}, "?name=1&slate=black"),
        ("guest1", {"parameters": "?background=#112233&slate=Back soon"}, "?background=%23112233&slate=Back%20soon"),
        ("guest1.screen", {"parameters": "&name=1&"}, "&name=1"),
        ("guest1", {"silent": "host, guest1"}, "?audio=0"),
        ("speaker", {}, "&audio=0"),
        ("speaker", {"parameters": "audio=1"}, "&audio=1"),
        ("speaker", {"silent": "", "parameters": "stats=1"}, "&stats=1"),
        ("main", {"parameters": "fade=200"}, "&fade=200"),
        ("main", {"silent": "main", "parameters": "fade=200"}, "&audio=0&fade=200"),
    ],
)
async def test_its_page_is_told_what_the_settings_say(
    seated: Desk, scene: str, settings: dict[str, str], asked: str
) -> None:
    await seated.press("input-add", scene=scene, **settings)

    assert seated.vmix.pages() == {f"{scene}@{SLUG}": await url(seated, scene) + asked}


@pytest.mark.parametrize(
    ("audio", "told"), [("", []), ("on", ["AudioAutoOff", "AudioOn"]), (" Off", ["AudioAutoOff", "AudioOff"])]
)
async def test_sound_follows_program_unless_the_settings_say_otherwise(
    seated: Desk, audio: str, told: list[str]
) -> None:
    ran = await seated.press("input-add", scene="guest1", audio=audio)

    assert functions(seated.vmix) == ["AddInput", "SetInputName", *told]
    assert len({call["Input"] for call in ran.functions[1:]}) == 1
    await seated.press("input-add", scene="guest1", audio=audio)
    assert functions(seated.vmix)[2 + len(told) :] == ["BrowserNavigate"], "what an operator mixes stays"


async def test_a_scene_that_is_none_adds_nothing(seated: Desk) -> None:
    ran = await seated.press("input-add", scene="Guest 7!")

    says(ran, "input-add", "scene", "(bad_setting)")
    assert ran.functions == []


async def test_a_key_that_only_reads_is_said(seated: Desk) -> None:
    key = (await seated.bridge.api("keys/show", {"slug": SLUG, "view": True})).json["key"]

    ran = await seated.press("input-add", scene="guest1", roomKey=key)

    says(ran, "input-add", "this key only reads", "make this room's scripts again")
    assert ran.functions == []


async def test_of_two_presses_at_once_one_input_is_left(vmix: Vmix, standin: StandIn) -> None:
    standin.scenes, vmix.adds_after = ONE_SCENE, 9

    async with vmix.watching(standin.script("input-add", scene="guest1")):
        await vmix.told("AddInput", "Browser|http://h/scene/a")
        vmix.add_input(GUEST, "http://h/scene/a")
        await until(lambda: "RemoveInput" in functions(vmix))

    assert vmix.pages() == {GUEST: "http://h/scene/a"}


@pytest.mark.parametrize("name", ["input-add", "inputs-add"])
def test_an_input_that_vmix_does_not_add_is_said(vmix: Vmix, standin: StandIn, name: str) -> None:
    standin.scenes, vmix.adds_after = ONE_SCENE, -1

    ran = vmix.run(standin.script(name, scene="guest1") if name == "input-add" else standin.script(name))

    says(ran, name, f"vMix did not show {GUEST} within 3 s", "Web Browser")
    assert functions(vmix) == ["AddInput"]
    assert sum(call.get("sleep", 0) for call in ran.calls) == 3000


@pytest.mark.parametrize("name", ["input-add", "inputs-add"])
def test_what_is_no_table_is_no_bridge(vmix: Vmix, standin: StandIn, name: str) -> None:
    standin.scenes = '<!DOCTYPE html SYSTEM "http://127.0.0.1:9/x.dtd"><html><p>Router</p></html>'

    ran = vmix.run(standin.script(name))

    says(ran, name, "is not the bridge", "bridgeUrl")
    assert ran.functions == []


ON_AIR: dict[str, Any] = {
    "program": ("active", 0),
    "overlay": ("overlays/overlay", 0),
    "layer": ("active", 1),
    "layer of a layer": ("active", 2),
    "layer of an overlay": ("overlays/overlay", 1),
}


def on_air(vmix: Vmix, title: str, how: str, page: str = "http://old") -> str:
    """An input that is on air in this way; gives its key."""
    where, depth = ON_AIR[how]
    key = shown = vmix.add_input(title, page)
    for _ in range(depth):
        shown = vmix.add_input("Split", layers=[shown])
    vmix.show(shown, where)
    return key


@pytest.mark.parametrize("how", ON_AIR)
async def test_what_is_on_air_is_left_alone_unless_told(seated: Desk, how: str) -> None:
    vmix = seated.vmix
    on_air(vmix, GUEST, how)
    before = vmix.inputs()

    for name in ("input-add", "inputs-reload", "input-remove"):
        settings = {} if name == "inputs-reload" else {"scene": "guest1"}
        ran = await seated.press(name, **settings)
        says(ran, name, "on air and therefore left alone", GUEST, "force = 1")
        assert vmix.inputs() == before
        assert ran.functions == []

    for name in ("input-add", "inputs-reload", "input-remove"):
        settings = {} if name == "inputs-reload" else {"scene": "guest1"}
        await seated.press(name, force="1", **settings)
    assert functions(vmix) == ["BrowserNavigate", "BrowserReload", "RemoveInput"]
    assert GUEST not in vmix.pages()


async def test_all_scenes_are_added_in_one_press_and_found_again_in_the_next(seated: Desk) -> None:
    first = await seated.press("inputs-add")
    pages = seated.vmix.pages()
    again = await seated.press("inputs-add")

    names = [f"host@{SLUG}", GUEST, GRID, MAIN]
    assert first.line == f"inputs-add {SLUG}: added {', '.join(names)}"
    assert again.line == f"inputs-add {SLUG}: there already and taken to its scene again: {', '.join(names)}"
    assert (
        pages
        == seated.vmix.pages()
        == {
            f"host@{SLUG}": await url(seated, "host"),
            GUEST: await url(seated, "guest1"),
            GRID: f"{await url(seated, 'grid')}?audio=0",
            MAIN: await url(seated, "main"),
        }
    )


async def test_the_settings_say_which_scenes_are_added(seated: Desk) -> None:
    await seated.bridge.get(f"/r/{SLUG}/take?scene=old&seat=host")
    settings = {
        "addSeats": "0",
        "addScreens": "1",
        "addRooms": "chat, speaker",
        "addTakes": "main, ,left",
        "audio": "on",
    }

    await seated.press("inputs-add", **settings)

    screens = [f"host.screen@{SLUG}", f"guest1.screen@{SLUG}"]
    rooms = {f"chat@{SLUG}", f"speaker@{SLUG}"}
    assert set(seated.vmix.pages()) == {*screens, *rooms, MAIN, f"left@{SLUG}"}
    heard = [call["Input"] for call in seated.vmix.calls() if call.get("function") == "AudioOn"]
    assert heard == [found["key"] for found in seated.vmix.inputs() if found["title"] in screens]


async def test_nothing_to_add_is_said(seated: Desk) -> None:
    ran = await seated.press("inputs-add", addSeats="0", addRooms="", addTakes="")

    says(ran, "inputs-add", "nothing to add", "settings block")


async def test_a_take_scene_that_is_none_is_said_beside_what_was_added(seated: Desk) -> None:
    ran = await seated.press("inputs-add", addTakes="grid!")

    says(ran, "inputs-add", f"added host@{SLUG}, {GUEST}, {GRID}", "(bad_setting)")


@pytest.mark.parametrize("where", ["", "preview"])
def test_an_input_is_removed_by_its_key(vmix: Vmix, standin: StandIn, where: str) -> None:
    vmix.add_input("guest1", "http://other")
    vmix.add_input(f"guest11@{SLUG}", "http://another")
    key = vmix.add_input(GUEST, "http://page")
    if where:
        vmix.show(key, where)

    ran = vmix.run(standin.script("input-remove", scene="guest1"))

    assert ran.functions == [{"function": "RemoveInput", "Input": key}]
    assert ran.line == f"input-remove {SLUG}: {GUEST}: removed"
    assert list(vmix.pages()) == ["guest1", f"guest11@{SLUG}"]
    says(
        vmix.run(standin.script("input-remove", scene="guest1")), "input-remove", GUEST, "not there, nothing to remove"
    )
    assert standin.asked == []


def test_the_inputs_of_this_room_are_loaded_again_and_no_others(vmix: Vmix, standin: StandIn) -> None:
    for title in ("guest1", "guest1@another-stage", f"Notes {SLUG}"):
        vmix.add_input(title, "http://other")
    keys = [vmix.add_input(title, "http://ours") for title in (GUEST, GRID)]
    on_air(vmix, MAIN, "program")

    ran = vmix.run(standin.script("inputs-reload"))

    assert ran.functions == [{"function": "BrowserReload", "Input": key} for key in keys]
    says(ran, "inputs-reload", f"loaded again: {GUEST}, {GRID}; on air and therefore left alone: {MAIN}")


def test_no_inputs_to_load_again_is_said(vmix: Vmix, standin: StandIn) -> None:
    says(vmix.run(standin.script("inputs-reload")), "inputs-reload", "no input called like guest1@", "inputs-add")
