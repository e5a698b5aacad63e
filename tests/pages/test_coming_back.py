"""The join page comes back by itself, and says what it is doing."""

from pathlib import Path

from playwright.async_api import expect

from tests.live.conftest import NewServer
from tests.pages.conftest import NewPerson
from tests.pages.standin import House, StandIn, house_on


async def test_a_room_that_opens_is_joined_by_whoever_waits(house: House, standin: StandIn, someone: NewPerson) -> None:
    await standin.stop()
    anna = await someone()
    await anna.join(house.url("speaker"), "Anna")
    await expect(anna.page.get_by_role("heading", name="The room is not open yet.")).to_be_visible()
    await standin.start("the-next")
    await standin.hears("report", inside=True, mic=True, camera=True)


async def test_a_room_that_is_stopped_and_started_has_its_people_again(
    house: House, standin: StandIn, someone: NewPerson
) -> None:
    anna, ben = await someone(), await someone()
    await anna.join(house.url("speaker"), "Anna")
    await ben.join(house.url("speaker"), "Ben")
    await anna.sees("Ben")
    await standin.stop()
    for person in (anna, ben):
        await person.reads("The room was closed.")
    await standin.start("again")
    await anna.sees("Ben")
    await ben.hears()


async def test_a_room_that_was_closed_long_ago_is_joined_by_a_click(
    house: House, standin: StandIn, someone: NewPerson
) -> None:
    anna = await someone()
    await anna.page.clock.install()
    await anna.join(house.url("speaker"), "Anna")
    await standin.hears("report", inside=True, mic=True)
    await standin.stop()
    await anna.reads("The room was closed.")
    await anna.page.clock.fast_forward("16:00")
    await anna.reads("The room was closed a while ago.")
    await standin.start("the-next-day")
    await anna.reads("The room was closed a while ago.")
    await anna.press("Ask again")
    await anna.is_inside()


async def test_a_livekit_that_was_killed_has_its_people_again(
    new_live_server: NewServer, tmp_path: Path, someone: NewPerson
) -> None:
    livekit = await new_live_server()
    async with house_on(tmp_path / "data", livekit) as house:
        anna = await someone()
        await anna.join(house.url("speaker"), "Anna")
        await anna.is_inside()
        livekit.kill()
        await anna.reads("Connection lost.")
        await livekit.restart()
        await house.standin.start(house.standin.call)
        await anna.reads("Back.")
        await house.standin.hears("report", inside=True, mic=True, camera=True)


async def test_a_bridge_that_is_away_ends_no_call(house: House, standin: StandIn, someone: NewPerson) -> None:
    anna, ben = await someone(), await someone()
    await anna.join(house.url("speaker"), "Anna")
    await ben.join(house.url("speaker"), "Ben")
    await anna.sees("Ben")
    await house.close()
    await anna.reads("You stay connected; controls come back by themselves.")
    await anna.sees("Ben")
    standin.heard.clear()
    await house.open()
    await standin.hears("report", inside=True, mic=True, camera=True)
    await expect(anna.page.get_by_text("You stay connected")).to_have_count(0)


async def test_a_dead_link_says_so(house: House, someone: NewPerson) -> None:
    anna = await someone()
    await anna.open(house.url("unknown"))
    await anna.reads("This link does not open a room any more.")
