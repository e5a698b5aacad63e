"""livekit-server built from its source by Go, where the release cannot be had."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bridge.livekit_server.release import BINARY, VERSION, Progress, Report, Unavailable

PACKAGE = f"github.com/livekit/livekit-server/cmd/server@v{VERSION}"
TIME_LIMIT = 30 * 60
COMPILING = "compiling livekit-server, about 5 minutes"
if sys.platform == "win32":
    NO_WINDOW = subprocess.CREATE_NO_WINDOW
else:
    NO_WINDOW = 0


async def build(work: Path, report: Report) -> Path:
    """``go install`` the pinned version into ``work`` and return the program; ``Unavailable`` says why that failed."""
    go = shutil.which("go")
    if go is None:
        raise Unavailable("Go is not installed here")
    report(Progress(COMPILING))
    environment = {key: value for key, value in os.environ.items() if key not in ("GOOS", "GOARCH")}
    process = await asyncio.create_subprocess_exec(
        go, "install", "-ldflags=-s -w", PACKAGE,
        cwd=work, env=environment | {"GOBIN": str(work), "CGO_ENABLED": "0"}, creationflags=NO_WINDOW,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(TIME_LIMIT):
            said = await _last_line(process)
            code = await process.wait()
    except TimeoutError:
        raise Unavailable(f"go install was not done after {TIME_LIMIT // 60} minutes") from None
    finally:
        await _end(process)
    if code:
        raise Unavailable(f"go install failed: {said}")
    return (work / f"server{Path(BINARY).suffix}").rename(work / BINARY)


async def _last_line(process: asyncio.subprocess.Process) -> str:
    """The last thing Go says, once it has nothing more to say."""
    said = "it said nothing"
    assert process.stderr is not None  # noqa: S101 - it was asked for above
    async for raw in process.stderr:
        if line := raw.decode("utf-8", "replace").strip():
            said = line
    return said


async def _end(process: asyncio.subprocess.Process) -> None:
    """End Go and the compilers it started, if they still run."""
    if process.returncode is not None:
        return
    import psutil

    try:
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        family = []
    for member in family:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue
    await process.wait()
