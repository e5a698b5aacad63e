"""The server on this machine in good and bad days: real starts, crashes, adoptions and ends."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from livekit import api

from bridge.errors import MediaServerDown
from bridge.livekit_server import process
from bridge.livekit_server.config import ServerConfig
from bridge.livekit_server.health import answers
from bridge.livekit_server.network import PortBusy, lan_address
from bridge.livekit_server.process import LocalServer
from tests.live.participant import PROJECT, Participant
from tests.ports import free_port

MakeServer = Callable[..., LocalServer]

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and scripts")

PARENT = """
import asyncio, sys
from pathlib import Path
from bridge.livekit_server.config import ServerConfig
from bridge.livekit_server.process import LocalServer
async def main():
    binary, data, port = sys.argv[1:]
    port = int(port)
    server = LocalServer(Path(binary), Path(data), ServerConfig(port=port, tcp_port=port + 1, udp_port=port + 2))
    await server.start()
    print(server.status.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


def orphan(binary: Path, data: Path, port: int) -> int:
    """A server whose bridge was killed with -9; returns the server's process id."""
    command = [sys.executable, "-c", PARENT, str(binary), str(data), str(port)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    return pid


def client(server: LocalServer) -> api.LiveKitAPI:
    return api.LiveKitAPI(server.url.replace("ws", "http", 1), server.api_key, server.api_secret)


async def enter(server: LocalServer, room: str = "main") -> Participant:
    async with client(server) as livekit:
        await livekit.room.create_room(api.CreateRoomRequest(name=room))
    grants = api.VideoGrants(room_join=True, room=room)
    token = api.AccessToken(server.api_key, server.api_secret).with_identity("ann").with_grants(grants).to_jwt()
    return Participant(server.url, token)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - whatever a test watches has no event
            await asyncio.sleep(0.01)


async def test_a_start_answers_and_a_stop_ends_it(make_server: MakeServer, config: ServerConfig) -> None:
    server = make_server()
    await server.start()
    assert server.status.state == "running"
    async with client(server) as livekit:
        await livekit.room.create_room(api.CreateRoomRequest(name="main"))
    pid = server.status.pid
    assert pid
    await server.stop()
    assert server.status.pid is None
    assert not psutil.pid_exists(pid)
    assert await answers(config.port) is None


async def test_by_default_it_listens_on_loopback_only(make_server: MakeServer, config: ServerConfig) -> None:
    server = make_server()
    await server.start()
    connections = psutil.Process(server.status.pid).net_connections("inet")
    bound = {connection.laddr for connection in connections if not connection.raddr}
    assert bound == {("127.0.0.1", config.port), ("127.0.0.1", config.udp_port)}


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that did not end when they were asked to."""
    pids: list[int] = []
    kill = psutil.Process.kill

    def noted(self: psutil.Process) -> None:
        pids.append(self.pid)
        kill(self)

    monkeypatch.setattr(psutil.Process, "kill", noted)
    return pids


@posix_only
async def test_a_stop_right_after_the_start_is_not_lost(make_server: MakeServer, killed: list[int]) -> None:
    for _ in range(5):
        server = make_server()
        await server.start()
        await server.stop()
    assert not killed


@posix_only
async def test_a_stop_with_someone_inside_is_orderly(make_server: MakeServer, killed: list[int]) -> None:
    server = make_server()
    await server.start()
    async with await enter(server) as ann:
        await ann.expect("connected")
        await server.stop()
        assert not killed
        await until(lambda: ann.events[-1]["event"] in ("disconnected", "reconnecting"))  # told, or cut off


async def test_a_cancelled_start_leaves_no_server(make_server: MakeServer, config: ServerConfig) -> None:
    server = make_server()
    start = asyncio.create_task(server.start())
    await until(lambda: server.status.pid is not None)
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    assert await answers(config.port) is None


async def test_after_a_crash_it_is_back(make_server: MakeServer) -> None:
    server = make_server()
    await server.start()
    async with await enter(server) as ann:
        await ann.expect("connected")
        killed = server.status.pid
        assert killed
        psutil.Process(killed).kill()
        await until(lambda: server.status.pid != killed)
        await until(lambda: server.status.state == "running")
        assert server.status.restarts == 1
        async with client(server) as livekit:
            await livekit.room.create_room(api.CreateRoomRequest(name="main"))
        await ann.expect("reconnected", timeout=30)


async def test_it_outlives_the_bridge_and_is_adopted_with_the_call_in_it(
    make_server: MakeServer, livekit_binary: Path, tmp_path: Path, config: ServerConfig
) -> None:
    pid = orphan(livekit_binary, tmp_path, config.port)
    heir = make_server()
    async with await enter(heir) as ann:
        await ann.expect("connected")
        await heir.start()
        assert (heir.status.pid, heir.status.adopted) == (pid, True)
        async with client(heir) as livekit:
            answer = await livekit.room.list_participants(api.ListParticipantsRequest(room="main"))
        assert [who.identity for who in answer.participants] == ["ann"]
        assert [event["event"] for event in ann.events] == ["connected"]
        psutil.Process(pid).kill()
        await until(lambda: server_is_new(heir, pid))
    await heir.stop()
    assert await answers(config.port) is None


def server_is_new(server: LocalServer, old: int) -> bool:
    return server.status.state == "running" and server.status.pid != old and not server.status.adopted


async def test_a_left_server_is_adopted_and_ended_by_the_next(make_server: MakeServer, config: ServerConfig) -> None:
    first, second = make_server(), make_server()
    await first.start()
    pid = first.status.pid
    await first.leave()
    await second.start()
    assert (second.status.pid, second.status.adopted) == (pid, True)
    await second.stop()
    assert await answers(config.port) is None


async def test_another_address_for_webhooks_alone_ends_no_call(make_server: MakeServer, config: ServerConfig) -> None:
    first, second = make_server(), make_server(config=replace(config, webhook="http://127.0.0.1:9/livekit/webhook"))
    await first.start()
    pid = first.status.pid
    await first.leave()
    await second.start()
    assert (second.status.pid, second.status.adopted) == (pid, True)


async def test_at_the_close_one_that_was_taken_over_stays_unless_somebody_decides(
    make_server: MakeServer, config: ServerConfig
) -> None:
    """A bridge that took a call over and then could not start has not cut it."""
    first, second, third, fresh = (make_server() for _ in range(4))
    await first.start()
    pid = first.status.pid
    first.outlives = True
    await first.aclose()
    await second.start()
    await second.aclose()
    await third.start()
    assert (third.status.pid, third.status.adopted) == (pid, True)
    third.outlives = False
    await third.aclose()
    assert await answers(config.port) is None
    await fresh.start()
    await fresh.aclose()
    assert await answers(config.port) is None


async def test_other_settings_end_the_old_server(
    make_server: MakeServer, livekit_binary: Path, tmp_path: Path, config: ServerConfig
) -> None:
    pid = orphan(livekit_binary, tmp_path, config.port)
    server = make_server(config=replace(config, stun=True))
    await server.start()
    assert server.status.pid != pid
    assert not server.status.adopted
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("note", ["", "{", '{"pid": 1, "created": 1.0}'])
async def test_an_orphan_that_nobody_noted_gives_way(
    make_server: MakeServer, livekit_binary: Path, tmp_path: Path, config: ServerConfig, note: str
) -> None:
    pid = orphan(livekit_binary, tmp_path, config.port)
    (tmp_path / "livekit/server.json").write_text(note)
    server = make_server()
    await server.start()
    assert server.status.pid != pid


async def test_a_stranger_with_the_noted_number_is_left_alone(
    make_server: MakeServer, livekit_binary: Path, tmp_path: Path, config: ServerConfig
) -> None:
    server = make_server()
    note = {"pid": os.getpid(), "created": psutil.Process().create_time(), "port": config.port}
    (tmp_path / "livekit/server.json").write_text(json.dumps(note))
    await server.start()
    assert server.status.pid != os.getpid()


@pytest.mark.parametrize("kind", ["tcp", "udp"])
async def test_a_busy_port_is_named_with_its_owner(make_server: MakeServer, config: ServerConfig, kind: str) -> None:
    with socket.socket(type=socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as squatter:
        port = config.port if kind == "tcp" else config.udp_port
        squatter.bind(("127.0.0.1", port))
        if kind == "tcp":
            squatter.listen()
        with pytest.raises(PortBusy) as caught:
            await make_server().start()
    assert f"{kind.upper()} port {port}" in caught.value.message
    assert f"process {os.getpid()}" in caught.value.message
    assert "[local]" in caught.value.hint


@posix_only
@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("#!/bin/sh\necho 'field portt not found'\nexit 0\n", "field portt not found"),
        ("#!/bin/sh\necho 'panic: no luck'\necho 'goroutine 1'\nexit 2\n", "panic: no luck"),
        ("#!/bin/sh\ncat server-config.json\nexit 0\n", "ended as soon as"),
        ("#!/bin/sh\nexit 0\n", "it said nothing"),
        ("not a program", "cannot be started"),
    ],
)
async def test_a_bad_start_is_noticed_whatever_its_exit_code(
    make_server: MakeServer, tmp_path: Path, script: str, words: str
) -> None:
    bad = tmp_path / "bad-server"
    bad.write_text(script)
    bad.chmod(0o755)
    server = make_server(binary=bad)
    with pytest.raises(MediaServerDown) as caught:
        await server.start()
    assert words in caught.value.message
    assert server.api_secret not in caught.value.as_line()
    assert server.status.state == "stopped"


async def test_a_program_that_vanished_is_named_and_taken_up_again(
    make_server: MakeServer, livekit_binary: Path, tmp_path: Path
) -> None:
    binary = tmp_path / livekit_binary.name
    server = make_server(binary=binary)
    with pytest.raises(MediaServerDown, match="not at"):
        await server.start()
    await server.start(keep_trying=True)
    assert server.status.state == "restarting"
    assert "not at" in server.status.trouble
    assert "livekit install" in server.status.hint
    os.link(livekit_binary, binary)
    await until(lambda: server.status.state == "running")
    assert not server.status.trouble


async def test_restarts_are_spaced_out(make_server: MakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one comes at once: people inside come back only then."""
    assert process.DELAYS[0] == 0
    delays = (0.0123, 0.0456)
    monkeypatch.setattr(process, "DELAYS", delays)
    slept: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        slept.append(seconds)
        await sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", noted)
    server = make_server()
    await server.start()
    for _ in range(3):
        pid = server.status.pid
        assert pid
        psutil.Process(pid).kill()
        await until(lambda pid=pid: server.status.pid != pid)  # type: ignore[misc]
        await until(lambda: server.status.state == "running")
    assert [seconds for seconds in slept if seconds in delays] == [0.0123, 0.0456, 0.0456]


async def test_guests_of_the_network_reach_it_at_its_address(make_server: MakeServer, config: ServerConfig) -> None:
    address = lan_address()
    if address is None:
        pytest.skip("this machine is in no network")
    server = make_server(config=replace(config, address=address))
    await server.start()
    async with await enter(server) as ann:
        await ann.expect("connected")
        assert await ann.publish("microphone")
    assert await answers(config.port) is True


async def test_a_data_folder_that_cannot_be_written_is_named(make_server: MakeServer, tmp_path: Path) -> None:
    (tmp_path / "livekit").write_text("in the way")
    with pytest.raises(MediaServerDown, match="cannot be written"):
        make_server()


@posix_only
async def test_nobody_else_reads_its_files(make_server: MakeServer, tmp_path: Path) -> None:
    server = make_server()
    await server.start()
    for name in ("keys.json", "server-config.json", "server.json", "server.log"):
        assert (tmp_path / "livekit" / name).stat().st_mode & 0o077 == 0
    assert server.api_secret not in server.log.read_text("utf-8")


async def test_ctrl_c_at_the_terminal_does_not_reach_it(make_server: MakeServer) -> None:
    server = make_server()
    await server.start()
    assert server.status.pid
    if sys.platform != "win32":
        assert os.getsid(server.status.pid) == server.status.pid != os.getsid(0)


async def test_logs_of_earlier_starts_are_kept(make_server: MakeServer, tmp_path: Path) -> None:
    for _ in range(5):
        server = make_server()
        await server.start()
        await server.stop()
    assert sorted(path.name for path in (tmp_path / "livekit").glob("server.log*")) == [
        "server.log",
        "server.log.1",
        "server.log.2",
        "server.log.3",
    ]


async def test_two_data_folders_have_servers_side_by_side(make_server: MakeServer, tmp_path: Path) -> None:
    port = free_port()
    other = make_server(data=tmp_path / "other", config=ServerConfig(port=port, udp_port=port + 2))
    one = make_server()
    await asyncio.gather(one.start(), other.start())
    assert one.status.pid != other.status.pid
    assert one.api_secret != other.api_secret
