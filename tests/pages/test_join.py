"""People come in by the join page, and see and hear each other."""

from tests.pages.conftest import NewPerson
from tests.pages.standin import House, StandIn


async def test_two_people_see_and_hear_each_other(house: House, someone: NewPerson) -> None:
    anna, ben = await someone(), await someone()
    await anna.join(house.url("speaker"), "Anna")
    await ben.join(house.url("speaker"), "Ben")
    for me, other in ((anna, "Ben"), (ben, "Anna")):
        await me.is_inside()
        await me.sees(other)
        await me.hears()


async def test_the_bridge_knows_how_a_page_is_doing(house: House, standin: StandIn, someone: NewPerson) -> None:
    anna = await someone()
    await anna.join(house.url("seat-guest1"), "Anna")
    said = await standin.hears("report", inside=True, mic=True, camera=True, screen=False)
    assert said["identity"].startswith("seat-guest1:")
    await anna.press("Mute")
    await standin.hears("report", mic=False, camera=True)
    await anna.press("Leave")
    await anna.press("Leave")
    await standin.hears("report", inside=False, identity="", mic=False, camera=False)
    await anna.reads("You left the room.")
