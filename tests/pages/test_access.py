"""The join page for people who use a keyboard, a screen reader or a phone."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.pages.browser import Person
from tests.pages.conftest import NewPerson
from tests.pages.standin import House, StandIn
from tests.static.conftest import modules, node_path  # noqa: F401 - fixtures

PHONE = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True}
SMALL = """() => [...document.querySelectorAll("button, select, input:not([type=checkbox]):not([type=radio])")]
  .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44)
  .map((element) => element.outerHTML)"""


async def test_everything_is_done_by_keyboard(house: House, standin: StandIn, someone: NewPerson) -> None:
    anna = await someone()
    keyboard = anna.page.keyboard
    await anna.open(house.url("speaker"))
    await anna.has("Join")
    await keyboard.press("Tab")
    await keyboard.type("Anna")
    await keyboard.press("Enter")
    await standin.hears("report", inside=True, mic=True, camera=True)
    await expect(anna.page.get_by_role("heading", name="Main Stage")).to_be_focused()
    await tab_to(anna.page, "Mute")
    await keyboard.press("Enter")
    await standin.hears("report", mic=False)
    await tab_to(anna.page, "Chat")
    await keyboard.press("Enter")
    await expect(anna.page.get_by_label("Your words")).to_be_focused()
    await keyboard.type("Hello")
    await keyboard.press("Enter")
    await anna.reads("Hello")
    await keyboard.press("Escape")
    await expect(anna.page.get_by_role("button", name="Chat")).to_be_focused()
    await tab_to(anna.page, "Leave")
    await keyboard.press("Enter")
    await keyboard.press("Enter")
    await expect(anna.page.get_by_role("heading", name="You left the room.")).to_be_focused()


async def tab_to(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    await expect(button).to_be_visible()
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await button.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {name}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(
    house: House,
    standin: StandIn,
    someone: NewPerson,
    modules: Path,  # noqa: F811
    scheme: str,
) -> None:
    standin.room.update(record=True, lobby=True)
    anna, ben = await someone(color_scheme=scheme), await someone()
    await ben.join(house.url("speaker"), "Ben")
    await anna.open(house.url("speaker"))
    await anna.has("Join")
    axe = (modules / "axe-core" / "axe.min.js").read_text("utf-8")
    await anna.press("Join")
    await has_no_faults(anna, axe)
    await anna.page.get_by_label("Your name").fill("Anna")
    await anna.press("Join")
    await anna.sees("Ben")
    await standin.tell("said", text="Two minutes.")
    await anna.reads("Two minutes.")
    for panel in ("Chat", "Settings"):
        await anna.press(panel)
        await has_no_faults(anna, axe)
    await standin.stop()
    await anna.reads("The room was closed.")
    await has_no_faults(anna, axe)


async def has_no_faults(someone: Person, axe: str) -> None:
    await someone.page.evaluate(axe)
    faults = await someone.page.evaluate("async () => (await axe.run()).violations")
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in faults] == []


async def test_a_phone_shows_everything(house: House, standin: StandIn, someone: NewPerson) -> None:
    anna, ben = await someone(**PHONE), await someone()
    await ben.join(house.url("speaker"), "Ben")
    await anna.open(house.url("speaker"))
    await expect(anna.page.get_by_role("button", name="Join")).to_be_in_viewport(ratio=1)
    await fits(anna)
    await anna.page.get_by_label("Your name").fill("Anna")
    await anna.press("Join")
    await anna.sees("Ben")
    await expect(anna.page.get_by_role("button", name="Leave")).to_be_in_viewport(ratio=1)
    await fits(anna)
    await anna.press("Chat")
    await expect(anna.page.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)
    await fits(anna)


async def fits(someone: Person) -> None:
    """Nothing to scroll sideways, and nothing too small for a finger."""
    assert await someone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await someone.page.evaluate(SMALL) == []


async def test_what_happens_is_read_out(house: House, someone: NewPerson) -> None:
    anna, ben = await someone(), await someone()
    await anna.join(house.url("speaker"), "Anna")
    await anna.is_inside()
    await ben.join(house.url("speaker"), "Ben")
    await expect(anna.page.get_by_role("status")).to_have_text("Ben came in.")
