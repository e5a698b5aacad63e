"""A bridge in a process of its own that records its room, to be killed: it prints the number of its browser's process.

``python -m tests.recorders.browser.apart LIVEKIT SECRET FOLDER``
"""

import asyncio
import sys
from pathlib import Path

from tests.live.server import LiveServer
from tests.recorders.browser.conftest import recorder_of, recording, recording_studio
from tests.recorders.browser.test_kills import sending


async def main(url: str, secret: str, folder: Path) -> None:
    server = LiveServer(Path(), folder)
    server.port, server.api_secret = int(url.rpartition(":")[2]), secret
    async with recording_studio(server, folder) as bridge, sending(bridge, "anna"):
        print(await recorder_of(bridge, folder).start(recording(bridge)), flush=True)
        await asyncio.sleep(3600)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
