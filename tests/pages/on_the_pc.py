"""Runs a bridge, its livekit-server and a scene like vMix's on the PC of ``tests.live.separate`` and prints whether the
scene plays, as JSON: ``python -m tests.pages.on_the_pc BINARY FOLDER CHROMIUM``.
"""

import asyncio
import json
import sys
from pathlib import Path

from tests.bridges import bridge_on
from tests.live.separate import OUTSIDE
from tests.pages.browser import LIKE_VMIX, browser_on
from tests.pages.scene import scene
from tests.pages.test_scene import at, url


async def _plays(binary: str, folder: Path, chromium: str) -> bool:
    local = {"binary": binary, "advertise": OUTSIDE}
    async with bridge_on(folder, media="local", local=local) as bridge:
        await bridge.get("/r/show/create?seats=guest1")
        async with at(bridge, "guest1", "anna") as anna, browser_on(chromium, LIKE_VMIX) as vmix:
            await anna.expect("connected")
            await anna.publish("camera")
            async with scene(vmix, url(bridge, "guest1")) as seen:
                return await seen.plays() >= 0


if __name__ == "__main__":
    program, data, browser = sys.argv[1:]
    print(json.dumps(asyncio.run(_plays(program, Path(data), browser))))
