"""Where the tests' livekit-server is kept; ``python3 -m tests.live.binary`` builds it beforehand."""

import asyncio
import sys
import tempfile
from pathlib import Path

from bridge.livekit_server.build import build
from bridge.livekit_server.release import BINARY, VERSION, Unavailable
from tests.needs import CACHE, alone

FOLDER = CACHE / f"livekit-{VERSION}"
"""The data folder that the bridge's own installer is given."""
PROGRAM = FOLDER / "livekit" / BINARY


def build_beforehand() -> None:
    """What the installer does where there is no download, without the libraries that it needs for the rest."""
    with alone("livekit"):
        if PROGRAM.exists():
            return
        PROGRAM.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER) as work:
            asyncio.run(build(Path(work), lambda _: None)).replace(PROGRAM)


if __name__ == "__main__":
    try:
        build_beforehand()
    except Unavailable as reason:
        sys.exit(str(reason))
