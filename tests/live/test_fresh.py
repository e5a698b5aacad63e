"""A fresh machine: the README's run command in an empty HOME, pasted as it stands."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import pytest

from tests.live.participant import Participant
from tests.ports import free_port

HOUSE = Path(__file__).parent.parent.parent
MINUTES = 12
"""Building a livekit-server with nothing cached takes about three."""


def checkout(folder: Path) -> Path:
    """The project as a clone has it."""
    files = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, check=True).stdout
    for name in files.decode().split("\0"):
        if name and (HOUSE / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(HOUSE / name, target)
    return folder


def environment(home: Path) -> dict[str, str]:
    """Nothing of this user, but for Go's own settings and caches, and ports that are free."""
    home.mkdir()
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "VMIX_BRIDGE_", "VIRTUAL_"))}
    go = ("GOENV", "GOMODCACHE", "GOCACHE")
    values = subprocess.run(["go", "env", *go], capture_output=True, text=True, check=True).stdout.splitlines()
    ports = {f"VMIX_BRIDGE_LOCAL__{name}": str(free_port()) for name in ("PORT", "TCP_PORT", "UDP_PORT")}
    listen = {"VMIX_BRIDGE_LISTEN": f"127.0.0.1:{free_port()}"}
    return kept | dict(zip(go, values, strict=True)) | ports | listen | {"HOME": str(home)}


@pytest.fixture
def readme_command() -> str:
    found = re.search(r"<!-- run -->\n```sh\n(.+)\n```", (HOUSE / "README.md").read_text("utf-8"))
    assert found
    return found[1]


async def test_the_run_command_ends_in_a_room_that_people_can_join(tmp_path: Path, readme_command: str) -> None:
    folder = checkout(tmp_path / "clone")
    env = environment(tmp_path / "home")
    url = f"http://{env['VMIX_BRIDGE_LISTEN']}"
    began = time.monotonic()
    with (tmp_path / "up.log").open("wb") as log:
        up = await asyncio.create_subprocess_shell(
            readme_command, cwd=folder, env=env, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    try:
        async with aiohttp.ClientSession() as http:
            while not await answers(http, url):
                assert up.returncode is None, (tmp_path / "up.log").read_text()
                assert time.monotonic() - began < MINUTES * 60, (tmp_path / "up.log").read_text()
                await asyncio.sleep(0.2)
            there = time.monotonic()
            await press_and_join(http, url, folder, env)
            print(
                f"\nfresh machine: {there - began:.0f} s to /health, {time.monotonic() - there:.1f} s more to be inside"
            )
    finally:
        await end(up)


async def end(up: asyncio.subprocess.Process) -> None:
    """Ctrl+C until it has ended: where the test failed somebody may be inside."""
    async with asyncio.timeout(30):
        while up.returncode is None:
            if sys.platform != "win32":
                os.killpg(up.pid, signal.SIGINT)
            await asyncio.wait([asyncio.create_task(up.wait())], timeout=1)


async def press_and_join(http: aiohttp.ClientSession, url: str, folder: Path, env: dict[str, str]) -> None:
    """A first room in a minute, as the README has it, and somebody inside."""
    program = await asyncio.create_subprocess_exec(
        folder / ".venv/bin/vmix-bridge", "keys", "show", env=env, stdout=asyncio.subprocess.PIPE
    )
    key = (await program.communicate())[0].decode().strip()
    async with http.get(f"{url}/r/main-stage/create?preset=team&key={key}") as answer:
        assert (await answer.text()) == "OK main-stage ready people=0 server=local created=1 name=main-stage\n"
    async with http.get(f"{url}/r/main-stage.json?key={key}") as answer:
        room = (await answer.json())["id"]
    async with http.post(f"{url}/api/conferences-public/findLKRoomNameById", json={"id": room}) as answer:
        call = (await answer.json())["LKRoomName"]
    body = {"room_id": room, "LKRoomName": call, "participant_id": "jane"}
    async with http.post(f"{url}/api/conferences-public/createToken", json=body) as answer:
        made = await answer.json()
    async with Participant(made["server_url"], made["participant_token"]) as jane:
        await jane.expect("connected")


async def answers(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(f"{url}/health") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
