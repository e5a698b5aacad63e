"""Recording, by a script."""

from pathlib import Path

from tests.fakes import bridge_over
from tests.recorders import standin
from tests.rooms.fakes import FakeMedia
from tests.rooms.house import until

from .desk import Desk, at_desk, says
from .vmix import Vmix


async def test_a_room_is_recorded_and_is_so_no_longer(vmix: Vmix, tmp_path: Path) -> None:
    recorder = standin.StandIn(tmp_path / "data" / "recordings")
    bridges = bridge_over(FakeMedia(), tmp_path / "data", recorder=recorder)
    async with at_desk(bridges, vmix, "start=1") as desk:
        says(await desk.press("record-start"), "record-start", "open, nobody inside, its recording begins")
        await until(lambda: recorder.running)
        says(await desk.press("record-start"), "record-start", "recorded", "(it was so already)")
        says(await desk.press("record-stop"), "record-stop", "its recording ends")
        await until(lambda: not recorder.running)


async def test_without_a_recorder_it_says_so(desk: Desk) -> None:
    says(await desk.press("record-start"), "record-start", "(no_recorder)")
