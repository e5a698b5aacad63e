"""A console is told that the real LiveKit went away, with what the doctor says of it, and that it is back."""

from pathlib import Path

from bridge.ops.rounds import rounds
from tests.live.conftest import NewServer
from tests.live.studio import studio_on
from tests.test_wellbeing import hears
from tests.web.consoles import console


async def test_the_console_says_that_livekit_went_and_came_back(new_live_server: NewServer, tmp_path: Path) -> None:
    server = await new_live_server()
    async with studio_on(server, tmp_path / "data", examine=rounds) as studio:
        await studio.ok("main/create")
        async with console(studio.bridge) as page:
            await hears(page, "LiveKit", state="ok")
            server.kill()
            away = await hears(page, "LiveKit", state="bad")
            assert away["text"]
            assert away["fix"]
            await server.restart()
            await hears(page, "LiveKit", state="ok")
