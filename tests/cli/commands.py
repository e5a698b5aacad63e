"""The command line in this process, against a bridge in this process."""

import asyncio
import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from bridge.cli import main
from tests.bridges import Bridge


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
