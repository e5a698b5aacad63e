"""``vmix-bridge console``, and what ``up`` offers on a terminal."""

import asyncio
import os
import shlex
import signal
import stat
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import aiohttp
import pytest

from tests.bridges import Bridge
from tests.cli.commands import as_json, done, refused, run
from tests.cli.test_up import READY_SECONDS, environment
from tests.rooms.house import until
from tests.web.consoles import post

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the browser that is opened is a shell script")


@pytest.fixture
def browser(tmp_path: Path) -> tuple[str, Path]:
    """One that writes down what it is to show: how ``BROWSER`` names it, and where it writes."""
    script, shown = tmp_path / "browser", tmp_path / "shown"
    script.write_text(f'#!/bin/sh\nprintf %s "$1" > {shlex.quote(str(shown))}.new\nmv {shown}.new {shown}\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return f"{script} %s", shown


def ticket_in(url: str) -> str:
    return url.partition("#ticket=")[2]


async def test_it_opens_the_browser_at_an_address_that_works_once(
    bridge: Bridge, browser: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    command, shown = browser
    monkeypatch.setenv("BROWSER", command)
    told = await as_json(bridge, "console")
    assert told == {"url": shown.read_text(), "opened": True}
    assert told["url"].startswith(f"{bridge.url}/#ticket=ct_")
    assert (await post(bridge, "session", {"ticket": ticket_in(told["url"])})).status == 200
    assert (await post(bridge, "session", {"ticket": ticket_in(told["url"])})).status == 401


async def test_it_prints_the_address_instead(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    asked = await run(bridge, "console", "--no-open")
    assert "once, within a minute" in asked.stderr
    assert (await post(bridge, "session", {"ticket": ticket_in(asked.stdout.strip())})).status == 200
    found = await run(bridge, "console")
    assert "no browser was found here" in found.stderr
    assert ticket_in(found.stdout)


async def test_a_bridge_that_does_not_run_is_said(tmp_path: Path) -> None:
    assert "vmix-bridge up" in await refused(tmp_path, 3, "console", "--no-open")


async def test_nothing_of_it_is_in_the_log(bridge: Bridge, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    assert ticket_in((await done(bridge, "console", "--no-open")).strip()) not in caplog.text


async def test_enter_on_the_terminal_of_up_opens_it(tmp_path: Path, browser: tuple[str, Path]) -> None:
    if sys.platform == "win32":
        raise NotImplementedError("a terminal there cannot be played")
    command, shown = browser
    ours, theirs = os.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bridge", "up", "--data", str(tmp_path / "data")),
        *("--listen", "127.0.0.1:0", "--media", "rehearsal"),
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(Path(__file__).parents[2]), BROWSER=command),
        stdin=theirs,
        stdout=PIPE,
        stderr=theirs,
    )
    try:
        said = ""
        async with asyncio.timeout(READY_SECONDS):
            while "press Enter here" not in said:
                said += (await asyncio.to_thread(os.read, ours, 4096)).decode()
            os.write(ours, b"\n")
            await until(shown.exists)
        url, _, ticket = shown.read_text().partition("/#ticket=")
        async with aiohttp.ClientSession() as http:
            async with http.post(f"{url}/console/session", json={"ticket": ticket}) as answer:
                assert answer.status == 200
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(READY_SECONDS):
            await process.communicate()
        assert process.returncode == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(theirs)
        os.close(ours)
