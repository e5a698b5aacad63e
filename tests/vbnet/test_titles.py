"""What the people of a room are called, in text fields of vMix that are called like their seats."""

import pytest

from bridge.rooms.model import Role
from tests.web.routes.test_visits import BOB, click, code, page

from .desk import SLUG, Desk, says
from .standin import StandIn
from .vmix import Vmix

FIELDS = ("host.Text", "guest1.Text", "guest2.Text", "Description.Text")


@pytest.fixture
async def titled(desk: Desk) -> Desk:
    """A room whose guest1 came by a link, whose host has a title, and whose guest2 is not there."""
    await desk.bridge.get(f"/r/{SLUG}/set?seats=host,guest1,guest2")
    await desk.bridge.get(f"/r/{SLUG}/start")
    await desk.bridge.get(f"/r/{SLUG}/title", params={"seat": "host", "text": "Dr. “Anna” Weber & Söhne"})
    seat = code(desk.bridge, desk.room, Role.SPEAKER, "guest1")
    assert (await click(desk.bridge, seat, name="Bob <b>")).status == 200
    return desk


def texts(vmix: Vmix) -> list[str]:
    return [vmix.text(field) for field in FIELDS[:3]]


async def test_each_seat_is_written_into_the_field_that_is_called_like_it(titled: Desk) -> None:
    vmix = titled.vmix
    key = vmix.add_input("Names", fields=FIELDS)

    ran = await titled.press("people", titleInput="Names")

    assert texts(vmix) == ["Dr. “Anna” Weber & Söhne", "Bob <b>", ""]
    assert {(call["function"], call["Input"]) for call in ran.functions} == {("SetText", key)}
    assert ran.line == f"people {SLUG}: 3 fields written, 0 were so already"


async def test_what_is_so_already_is_not_written_again(titled: Desk) -> None:
    vmix = titled.vmix
    vmix.add_input("Names", fields=FIELDS)
    await titled.press("people", titleInput="Names")
    before = len(vmix.values("SetText"))
    assert (await titled.press("people", titleInput="Names")).line.endswith("0 fields written, 3 were so already")
    await titled.bridge.get(f"/r/{SLUG}/title?seat=guest1&text=Robert")

    await titled.press("people", titleInput="Names")

    assert vmix.values("SetText")[before:] == ["Robert"]


async def test_every_title_that_is_named_is_written_to_and_no_other(titled: Desk) -> None:
    vmix = titled.vmix
    keys = [vmix.add_input(title, fields=("guest1.Text",)) for title in ("One", "Two", "Two", "Three", "Four")]

    ran = await titled.press("people", titleInput=f"One, Two,{keys[3]}")

    assert [call["Input"] for call in ran.functions] == keys[:4]


async def test_who_waits_before_the_door_is_not_shown(titled: Desk) -> None:
    await titled.bridge.get(f"/r/{SLUG}/set?lobby=1")
    titled.vmix.add_input("Names", fields=FIELDS)
    seat = code(titled.bridge, titled.room, Role.SPEAKER, "guest2")
    async with page(titled.bridge, seat, BOB) as visitor:
        assert (await click(titled.bridge, seat, BOB, name="A stranger")).json["error"] == "not_admitted"
        await visitor.says("knock", name="A stranger")
        await visitor.hears("waiting")

        await titled.press("people", titleInput="Names")

    assert texts(titled.vmix)[2] == ""


@pytest.mark.parametrize("named", ["", "Nobody", "Lower Third"])
async def test_a_title_without_such_fields_is_said(titled: Desk, named: str) -> None:
    ran = await titled.press("people", titleInput=named)

    says(ran, "people", f"vMix has no title {named} with a text field called like a seat", "titleInput")
    assert ran.functions == []


async def test_a_take_presses_the_bridge(titled: Desk) -> None:
    first = await titled.press("take", seat="guest2.screen")
    again = await titled.press("take", seat="guest2.screen")

    assert first.line == f"take {SLUG}: main shows guest2.screen; open, nobody inside"
    assert again.line == f"{first.line} (it was so already)"
    assert titled.room.takes == {"main": "guest2.screen"}
    assert (await titled.press("take", seat="")).line == f"take {SLUG}: main shows the slate; open, nobody inside"


async def test_a_dynamic_value_names_the_seat_unless_it_is_empty(titled: Desk) -> None:
    await titled.press("take", seat="host", dynamicValue="1")
    assert titled.room.takes == {"main": "host"}
    titled.vmix.set_dynamic_value(1, " guest1 ")

    ran = await titled.press("take", seat="host", dynamicValue="1")

    says(ran, "take", "main shows guest1; ")
    assert titled.room.takes == {"main": "guest1"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"seat": "guest9"}, "(nobody)"), ({"scene": "grid"}, "(bad_setting)"), ({"dynamicValue": "1]"}, "1]")],
)
async def test_a_take_that_cannot_be_is_said(titled: Desk, settings: dict[str, str], said: str) -> None:
    says(await titled.press("take", **settings), "take", said)
    assert not titled.room.takes


def test_a_take_asks_for_exactly_what_its_settings_say(vmix: Vmix, standin: StandIn) -> None:
    vmix.run(standin.script("take", scene="left", seat="a b&c"))

    assert [asked.target for asked in standin.asked] == ["/r/main-stage/take?scene=left&seat=a%20b%26c"]
