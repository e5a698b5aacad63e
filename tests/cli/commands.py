"""The command line in this process or, where it is to be asked on a terminal, in one of its own."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from bridge.cli import main
from tests.bridges import Bridge

WITHOUT_A_CONSOLE = (
    sys.executable,
    "-c",
    "import sys; sys.stdin = sys.stdout = sys.stderr = None; from bridge.cli import main; main()",
)
"""``vmix-bridge`` as ``pythonw`` starts it: there is no stdin, no stdout and no stderr at all."""


async def run(data: Bridge | Path, *words: str) -> Result:
    """``vmix-bridge --data … words``, in a thread: the bridge answers meanwhile."""
    folder = data.data if isinstance(data, Bridge) else data
    runner = CliRunner(env={"COLUMNS": "160", "NO_COLOR": "1"})
    return await asyncio.to_thread(runner.invoke, main, ["--data", str(folder), *words])


async def done(data: Bridge | Path, *words: str) -> str:
    """What it put on stdout, having done it (0)."""
    result = await run(data, *words)
    assert (result.exit_code, result.exception) == (0, None), result.output
    return result.stdout


async def on_a_terminal(data: Bridge | Path, types: str, *words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of ``vmix-bridge --data … words`` where somebody at a terminal types this."""
    if sys.platform == "win32":
        raise NotImplementedError("a terminal there cannot be played")
    folder = data.data if isinstance(data, Bridge) else data
    ours, theirs = os.openpty()
    try:
        os.write(ours, types.encode())
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bridge", "--data", str(folder), *words), stdin=theirs, stdout=PIPE, stderr=PIPE
        )
        async with asyncio.timeout(20):
            out, talk = await process.communicate()
    finally:
        os.close(ours)
        os.close(theirs)
    assert process.returncode is not None
    return process.returncode, out.decode(), talk.decode()


async def as_json(data: Bridge | Path, *words: str) -> Any:
    """The same as JSON; stdout holds nothing else."""
    return json.loads(await done(data, *words, "--json"))


async def refused(data: Bridge | Path, code: int, *words: str) -> str:
    """What it said on stderr, having ended with this code; nothing is on stdout."""
    result = await run(data, *words)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr
