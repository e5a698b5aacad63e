"""``vmix-bridge up`` as a process of its own."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from tests.cli.commands import WITHOUT_A_CONSOLE, as_json, done, refused, run

READY_SECONDS = 30
"""A busy machine may be slow."""


def environment(**more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.upper().startswith("VMIX_BRIDGE_")}
    return clean | {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "error"} | more


async def start(folder: Path, *words: str, **env: str) -> Process:
    """``up`` on ``folder/data``, in ``folder``; nothing of it is a terminal."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bridge", "up", "--data", str(folder / "data"), *words),
        cwd=folder,
        env=environment(PYTHONPATH=str(Path(__file__).parents[2]), **env),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
    )


async def failed(folder: Path, *words: str, **env: str) -> str:
    """What an ``up`` said that could not start (1), in one line."""
    process = await start(folder, *words, **env)
    async with asyncio.timeout(READY_SECONDS):
        out, talk = await process.communicate()
    assert process.returncode == 1, talk.decode()
    assert out == b""
    (line,) = talk.decode().splitlines()
    assert line.startswith("Error: ")
    return line


@dataclass(slots=True)
class Up:
    """A running ``up``; ``said`` is its stderr so far."""

    process: Process
    url: str
    said: str

    async def stop(self, number: int = signal.SIGINT) -> None:
        """It ends in good order, waiting for nobody: aiohttp alone would wait a minute for whoever is connected."""
        self.process.send_signal(number)
        async with asyncio.timeout(READY_SECONDS):
            out, talk = await self.process.communicate()
        self.said += talk.decode()
        assert self.process.returncode == 0, self.said
        assert out == b""
        assert "Traceback" not in self.said


@asynccontextmanager
async def up(folder: Path, *words: str, **env: str) -> AsyncIterator[Up]:
    words = words or ("--listen", "127.0.0.1:0", "--media", "rehearsal")
    process = await start(folder, *words, **env)
    assert process.stderr
    said = ""
    try:
        async with asyncio.timeout(READY_SECONDS):
            while "vmix-bridge on " not in said:
                line = await process.stderr.readline()
                assert line, said
                said += line.decode()
        url = said.rpartition("vmix-bridge on ")[2].partition(",")[0]
        yield Up(process, url, said)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def test_it_starts_answers_and_serves_the_command_line(tmp_path: Path) -> None:
    async with up(tmp_path) as bridge, aiohttp.ClientSession() as http:
        async with http.get(f"{bridge.url}/health") as response:
            assert response.status == 200
            assert (await response.text()).startswith(
                "OK bridge server=rehearsal media=ok store=ok webhooks=never version="
            )
        assert "media: rehearsal" in bridge.said
        assert str(tmp_path / "data") in bridge.said
        note = json.loads((tmp_path / "data" / "service.json").read_text())
        assert (note["pid"], note["address"], note["config"]) == (bridge.process.pid, bridge.url, "")
        assert await done(tmp_path / "data", "rooms", "create", "main") == "main is ready\n"
        assert (await as_json(tmp_path / "data", "rooms", "list"))[0]["state"] == "ready"
        await bridge.stop()
    assert not (tmp_path / "data" / "service.json").exists()
    assert "no bridge runs" in await refused(tmp_path / "data", 3, "rooms", "list")


async def test_it_runs_without_a_console(tmp_path: Path) -> None:
    """As at log-on on Windows."""
    data = tmp_path / "data"
    process = await asyncio.create_subprocess_exec(
        *(*WITHOUT_A_CONSOLE, "up", "--data", str(data), "--listen", "127.0.0.1:0"),
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(Path(__file__).parents[2])),
    )
    try:
        async with asyncio.timeout(READY_SECONDS):
            while (await run(data, "rooms", "create", "main")).exit_code != 0:
                assert process.returncode is None
        if sys.platform != "win32":
            process.send_signal(signal.SIGINT)
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_no_key_and_no_token_is_printed_where_stdout_is_no_terminal(tmp_path: Path) -> None:
    async with up(tmp_path) as bridge:
        keys = [(await done(tmp_path / "data", "keys", "show", *slug)).strip() for slug in ((), ("main",))]
        await bridge.stop()
    keys.append((tmp_path / "data" / "token").read_text().strip())
    for secret in (*keys, (tmp_path / "data" / "secret").read_text().strip()):
        assert secret not in bridge.said
    assert "key=" not in bridge.said


@pytest.mark.skipif(sys.platform == "win32", reason="a process there is not sent SIGTERM")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_whoever_is_connected(tmp_path: Path, number: int) -> None:
    """An idle keep-alive connection, a request whose body never comes, and a caller that never says anything."""
    async with up(tmp_path) as bridge, aiohttp.ClientSession() as http:
        async with http.get(f"{bridge.url}/health") as response:
            assert response.status == 200
        port = int(bridge.url.rpartition(":")[2])
        token = (tmp_path / "data" / "token").read_text().strip()
        _, silent = await asyncio.open_connection("127.0.0.1", port)
        heard, halfway = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST /r/main/create HTTP/1.1\r\nHost: localhost\r\nx-access-token: {token}\r\nExpect: 100-continue\r\n"
        halfway.write(f"{head}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{{".encode())
        await halfway.drain()
        assert b" 100 " in await heard.readline()  # it waits for the body
        await bridge.stop(number)
        for writer in (silent, halfway):
            writer.transport.abort()


@pytest.mark.skipif(sys.platform == "win32", reason="a process there is sent no Ctrl+C of its own")
async def test_ctrl_c_held_down_breaks_nothing(tmp_path: Path) -> None:
    async with up(tmp_path) as bridge:
        stopping = asyncio.create_task(bridge.stop())
        while not stopping.done():
            await asyncio.sleep(0.005)
            with contextlib.suppress(ProcessLookupError):
                os.kill(bridge.process.pid, signal.SIGINT)  # Popen.send_signal reaps, and takes the exit code
        await stopping
    assert bridge.said.endswith("\nstopping\n")


async def test_rooms_and_keys_are_there_again_after_a_restart(tmp_path: Path) -> None:
    keys = []
    for _ in range(2):
        async with up(tmp_path) as bridge:
            await done(tmp_path / "data", "rooms", "create", "main", "--max", "7")
            keys.append(await done(tmp_path / "data", "keys", "show", "main"))
            (room,) = await as_json(tmp_path / "data", "rooms", "list")
            assert (room["max_participants"], room["state"]) == (7, "ready")
            await bridge.stop()
    assert keys[0] == keys[1]


async def test_a_second_one_on_the_same_folder_says_who_holds_it(tmp_path: Path) -> None:
    async with up(tmp_path) as bridge:
        line = await failed(tmp_path, "--listen", "127.0.0.1:0", "--media", "rehearsal")
        assert str(bridge.process.pid) in line
        assert bridge.url in line
        assert "--data" in line
        assert await done(tmp_path / "data", "rooms", "list")
        await bridge.stop()


async def test_a_busy_port_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        line = await failed(tmp_path, "--listen", listen, "--media", "rehearsal")
    assert listen in line
    assert "--listen" in line
    assert not (tmp_path / "data" / "service.json").exists()


@pytest.mark.parametrize(
    ("words", "env", "parts"),
    [
        (("--listen", "studio"), {}, ["the command line", "listen", "'studio'", "HOST:PORT"]),
        ((), {"VMIX_BRIDGE_LISTEN": "x"}, ["the environment", "listen", "'x'", "HOST:PORT"]),
        ((), {"VMIX_BRIDGE_LISTN": "x"}, ["VMIX_BRIDGE_LISTN", "VMIX_BRIDGE_LISTEN"]),
        (("--config", "nowhere.toml"), {}, ["nowhere.toml"]),
        (("--media", "livekit"), {}, ["livekit", "url, api_key and api_secret"]),
    ],
)
async def test_a_bad_setting_is_one_line(
    tmp_path: Path, words: tuple[str, ...], env: dict[str, str], parts: list[str]
) -> None:
    line = await failed(tmp_path, *words, **env)
    for part in parts:
        assert part in line


async def test_a_bad_file_is_one_line_without_the_secret(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[livekit]\nurl = "wss://x"\napi_key = "k"\napi_secret = "s3cr3t"\nextra = 1\n'
    )
    line = await failed(tmp_path)
    assert "config.toml: livekit.extra is no setting" in line
    assert "s3cr3t" not in line


async def test_the_file_in_force_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('listen = "127.0.0.1:0"\nmedia = "rehearsal"\n')
    async with up(tmp_path, "--media", "rehearsal") as bridge:
        await bridge.stop()
    assert "settings from config.toml" in bridge.said


async def test_listening_beyond_this_machine_says_what_that_means(tmp_path: Path) -> None:
    async with up(tmp_path, "--listen", "0.0.0.0:0", "--media", "rehearsal") as bridge:
        assert bridge.url.startswith("http://127.0.0.1:")
        await bridge.stop()
    assert "plain HTTP" in bridge.said


async def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """It leads below a file, which refuses an administrator too."""
    (tmp_path / "file").write_text("")
    (tmp_path / "data").symlink_to(tmp_path / "file" / "data")
    assert str(tmp_path / "data") in await failed(tmp_path, "--listen", "127.0.0.1:0", "--media", "rehearsal")


async def test_a_broken_secret_is_said_without_its_text(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret").write_text("not-hex-but-private\n")
    line = await failed(tmp_path, "--listen", "127.0.0.1:0", "--media", "rehearsal")
    assert str(tmp_path / "data" / "secret") in line
    assert "private" not in line


async def test_help_and_version_need_no_service(tmp_path: Path) -> None:
    for words in (("--help",), ("--version",), ("up", "--help"), ("rooms", "--help"), ("rooms", "create", "-h")):
        assert await done(tmp_path, *words)
