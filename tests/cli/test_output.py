"""What a pipe gets whose encoding does not know every name, as on Windows."""

import asyncio
import json

from click.testing import CliRunner

from bridge.cli import main
from tests.bridges import Bridge

NAME = "Bühne 東京 🎥"


async def test_what_a_code_page_cannot_hold_is_escaped(bridge: Bridge) -> None:
    assert (await bridge.get("/r/main/create", params={"name": NAME})).status == 200
    runner = CliRunner(charset="cp1252", env={"COLUMNS": "160"})
    before = ["--data", str(bridge.data), "rooms"]
    listed = await asyncio.to_thread(runner.invoke, main, [*before, "list"])
    assert listed.exception is None
    assert r"Bühne \u6771\u4eac \U0001f3a5" in listed.stdout
    shown = await asyncio.to_thread(runner.invoke, main, [*before, "show", "main", "--json"])
    assert json.loads(shown.stdout_bytes.decode("ascii"))["name"] == NAME
