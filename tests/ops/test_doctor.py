"""The doctor: sees what is wrong, says what to do, shows no secret, changes nothing and never crashes."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.livekit_server.network import lan_address
from bridge.ops import check_livekit
from bridge.ops import folder as folders
from bridge.ops.doctor import CHECKS, examine, healthy
from bridge.ops.finding import Case, Finding
from bridge.ops.probe import Answer
from tests.bridges import bridge_on
from tests.live.server import LiveServer
from tests.ops.conftest import Cli
from tests.ports import free_port
from tests.rooms.house import until

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")


def about(found: list[Finding], what: str) -> Finding:
    return next(finding for finding in found if finding.what == what)


def of(found: list[Finding], level: str) -> list[str]:
    return [finding.line() for finding in found if finding.level == level]


def write_config(data: Path, text: str) -> None:
    data.mkdir(exist_ok=True)
    (data / "config.toml").write_text(text)
    (data / "config.toml").chmod(0o600)


@contextmanager
def taken(kind: int = socket.SOCK_STREAM, address: str = "127.0.0.1") -> Iterator[int]:
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind((address, 0))
        if kind == socket.SOCK_STREAM:
            holder.listen()
        yield holder.getsockname()[1]


def test_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    found = examine(tmp_path / "none")
    assert healthy(found)
    assert "vmix-bridge up" in about(found, "data folder").todo
    assert not (tmp_path / "none").exists()


def test_a_stopped_bridge_is_fine_and_nothing_changes(folder: Path) -> None:
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}
    found = examine(folder)
    assert healthy(found), of(found, "bad")
    assert about(found, "store").detail == "the current generation is readable: schema 5, 1 rooms, 1 users"
    assert about(found, "token").level == about(found, "secret").level == about(found, "file rights").level == "ok"
    assert "not running" in about(found, "service").detail
    assert "rehearses" in about(found, "LiveKit").detail
    assert before == {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}


async def test_a_running_bridge(tmp_path: Path) -> None:
    async with bridge_on(tmp_path / "data") as bridge:
        port = bridge.url.rpartition(":")[2]
        found = await asyncio.to_thread(examine, bridge.data)
    assert f"process {os.getpid()} on {bridge.url}" in about(found, "service").detail
    assert about(found, f"port {port}/tcp").detail == "used by this bridge"
    assert healthy(found), of(found, "bad")


@pytest.mark.parametrize("trusted", [True, False])
def test_a_proxy_that_is_not_trusted_makes_all_guests_one_address(folder: Path, trusted: bool) -> None:
    proxies = '[public]\ntrusted_proxies = ["127.0.0.1"]\n' if trusted else ""
    write_config(folder, f'[urls]\npublic = "https://rooms.example.com"\n{proxies}')
    warned = [finding.todo for finding in examine(folder) if finding.what == "guests" and finding.level == "warn"]
    assert ["trusted_proxies" in todo for todo in warned] == ([] if trusted else [True])


def test_a_bridge_that_does_not_answer(folder: Path) -> None:
    with taken() as port, socket.socket() as nothing:
        nothing.bind(("127.0.0.1", 0))
        for dead in (nothing.getsockname()[1], port):
            note = {"pid": os.getpid(), "address": f"http://127.0.0.1:{dead}"}
            (folder / "service.json").write_text(json.dumps(note))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("bridge.ops.check_folder.HEALTH_SECONDS", 0.1)
                assert "does not answer" in about(examine(folder), "service").detail


def test_the_note_of_a_dead_bridge_is_no_bridge(folder: Path) -> None:
    (folder / "service.json").write_text(json.dumps({"pid": os.getpid(), "address": ""}))
    os.utime(folder / "service.json", (1, 1))
    assert folders.holder(folder) is None


def test_settings_with_their_origin_and_no_secret(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    livekit = '[livekit]\nurl = "ws://127.0.0.1:1"\napi_key = "APIx"\napi_secret = "correct-horse-battery-staple"\n'
    bucket = 's3_bucket = "shows"\ns3_region = "eu"\ns3_access_key = "correct-horse-key"\ns3_secret = "correct-horse"\n'
    write_config(folder, f"{livekit}[recording.egress]\n{bucket}")
    monkeypatch.setenv("VMIX_BRIDGE_JOIN__MAX_SCENES", "3")
    found = examine(folder)
    assert about(found, "settings file").detail == str(folder / "config.toml")
    assert about(found, "setting livekit.url").detail == "'ws://127.0.0.1:1' (from the file)"
    assert about(found, "setting livekit.api_secret").detail == "set, and not shown (from the file)"
    for key in ("s3_access_key", "s3_secret"):
        assert about(found, f"setting recording.egress.{key}").detail == "set, and not shown (from the file)"
    scenes = about(found, "setting join.max_scenes")
    assert scenes.detail == "3 (from the environment variable VMIX_BRIDGE_JOIN__MAX_SCENES)"
    assert "refused" in about(found, "LiveKit").detail
    assert "correct-horse" not in "".join(finding.line() + str(finding.as_json()) for finding in found)


@pytest.mark.parametrize("text", ["listen = 1 2", 'listen = "nowhere"', "lisen = 1", "[livekit]\nurl = 3"])
def test_settings_that_cannot_be_used(folder: Path, text: str) -> None:
    write_config(folder, text)
    found = examine(folder)
    assert about(found, "settings").level == "bad"
    assert about(found, "settings").todo
    assert about(found, "store").level == "ok"


def test_a_settings_file_that_is_not_there(folder: Path) -> None:
    assert about(examine(folder, folder / "no.toml"), "settings").level == "bad"


def test_listening_beyond_this_machine(folder: Path) -> None:
    write_config(folder, f'listen = "0.0.0.0:{free_port()}"')
    found = examine(folder)
    assert about(found, "listen").level == "warn"
    if lan := lan_address():
        assert lan in about(found, "guests").detail


@POSIX
def test_rights_of_secrets(folder: Path) -> None:
    (folder / "secret").chmod(0o644)
    folder.chmod(0o755)
    found = examine(folder)
    assert of(found, "bad") == [
        f"bad   file rights: others may use {folder / 'secret'} (mode 644) -> chmod 600 '{folder / 'secret'}'"
    ]
    assert f"chmod 700 '{folder}'" in "".join(of(found, "warn"))


@pytest.mark.parametrize(
    ("file", "content", "what"),
    [
        ("store.json", b"{", "store"),
        ("store.json", b'{"_meta":{"1":{"schema":99}}}', "store"),
        ("secret", b"not hex", "secret"),
        ("secret", None, "secret"),
        ("secret", b"", "secret"),
        ("secret", b"00ff" * 7, "secret"),
        ("token", b"vbt_of-somebodys-own", "token"),
        ("token", b"\n", "token"),
    ],
)
def test_damaged_files(folder: Path, file: str, content: bytes | None, what: str) -> None:
    (folder / "store.json.bak").unlink()
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    found = examine(folder)
    assert about(found, what).level == "bad"
    assert about(found, what).todo
    assert "somebodys" not in "".join(of(found, "bad"))


def test_a_secret_that_the_next_start_makes_is_nothing_to_say(folder: Path) -> None:
    store = json.loads((folder / "store.json").read_text())
    (folder / "store.json").write_text(json.dumps(store | {"rooms": {}}))
    (folder / "secret").unlink()
    assert "secret" not in [finding.what for finding in examine(folder)]


def test_the_previous_generation(folder: Path) -> None:
    (folder / "store.json").write_bytes(b"")
    store = about(examine(folder), "store")
    assert store.level == "warn"
    assert "store.json is no good: it is empty; a start goes on from the previous generation" in store.detail


def test_a_folder_that_had_a_server_and_lost_it(folder: Path) -> None:
    store = (folder / "store.json").read_text().replace('"real_server":false', '"real_server":true')
    (folder / "store.json").write_text(store)
    found = about(examine(folder), "LiveKit")
    assert found.level == "bad"
    assert "livekit install" in found.todo


async def test_a_real_server(folder: Path, live_server: LiveServer) -> None:
    def config(secret: str) -> str:
        return f'[livekit]\nurl = "{live_server.url}"\napi_key = "{live_server.api_key}"\napi_secret = "{secret}"\n'

    write_config(folder, config(live_server.api_secret))
    found = await asyncio.to_thread(examine, folder)
    assert healthy(found), of(found, "bad")
    assert about(found, "LiveKit").detail == f"{live_server.url} answers and takes the key {live_server.api_key}"
    assert about(found, "auto_create").level == about(found, "clock").level == "ok"
    write_config(folder, config("y" * 40))
    found = await asyncio.to_thread(examine, folder)
    assert f"the secret of the key {live_server.api_key} is wrong" in about(found, "LiveKit").detail
    assert live_server.api_secret not in "".join(finding.line() for finding in found)


async def test_the_server_of_this_machine(tmp_path: Path, livekit_binary: Path) -> None:
    port = free_port()
    local = {"binary": str(livekit_binary), "advertise": "loopback", "port": port, "udp_port": port + 2}
    async with bridge_on(tmp_path / "data", media="local", local=local) as bridge:
        await until(lambda: bridge.running.parts.observed.asked)
        found = await asyncio.to_thread(examine, bridge.data)
    assert healthy(found), of(found, "bad")
    assert about(found, "LiveKit server here").detail == f"1.13.5 at {livekit_binary}"
    assert "answers and takes the key" in about(found, "LiveKit").detail
    assert about(found, "auto_create").level == "ok"
    for name in (f"port {port}/tcp", f"port {port + 2}/udp"):
        assert "used by this bridge's livekit-server" in about(found, name).detail
    assert "nothing to forward" in about(found, "router").detail
    write_config(bridge.data, "[local]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in local.items()))
    found = await asyncio.to_thread(examine, bridge.data)
    assert healthy(found), of(found, "bad")
    assert "it starts with the bridge" in about(found, "LiveKit").detail


def test_ports_somebody_else_has_and_what_to_forward(folder: Path, livekit_binary: Path) -> None:
    with taken() as listen, taken(socket.SOCK_DGRAM, "0.0.0.0") as udp:  # noqa: S104 - to be in the way
        write_config(
            folder,
            f'listen = "127.0.0.1:{listen}"\n[local]\nport = {free_port()}\ntcp_port = {free_port()}\n'
            f'udp_port = {udp}\nadvertise = "203.0.113.7"\nbinary = {json.dumps(str(livekit_binary))}\n',
        )
        found = examine(folder)
    for name in (f"port {listen}/tcp", f"port {udp}/udp"):
        assert about(found, name).level == "bad"
        assert f"(process {os.getpid()})" in about(found, name).detail
    assert f"forward UDP {udp} and TCP " in about(found, "router").detail


@pytest.mark.parametrize(("skew", "level"), [(0.4, "ok"), (-29, "ok"), (31, "warn"), (-59, "warn"), (61, "bad")])
def test_the_clock(skew: float, level: str) -> None:
    (finding,) = check_livekit._clock(Answer(status=200, skew=skew))
    assert finding.level == level


def test_a_server_that_makes_rooms_by_itself() -> None:
    target = check_livekit.Target("livekit", "ws://x", "API", "s")
    on = check_livekit._auto_create(target, Answer(auto_create=True))
    assert on.level == "warn"
    assert "within 1 s" in on.detail
    assert "cannot prevent" in on.detail
    assert "because" in check_livekit._auto_create(target, Answer(auto_create_unknown="because")).detail


def test_a_check_that_breaks_is_a_finding(folder: Path) -> None:
    def breaks(case: Case) -> Iterator[Finding]:
        yield from ()
        raise KeyError("vbt_abcdefghijklmnop")

    def refused(case: Case) -> Iterator[Finding]:
        raise PermissionError(13, "Permission denied")

    found = examine(folder, checks=[("one", breaks), ("two", refused), *CHECKS])
    assert found[0].line() == (
        "warn  one: a defect of this check (KeyError): it cannot be examined: 'vbt_…' -> look at it by hand"
    )
    assert "Permission denied" in found[1].line()
    assert len(found) > 10


@POSIX
def test_the_command(folder: Path, cli: Cli) -> None:
    fine = cli("--data", folder, "doctor")
    assert (fine.returncode, fine.stderr) == (0, "")
    assert all(line[:6] in ("ok    ", "warn  ") for line in fine.stdout.splitlines())
    (folder / "secret").write_text("x")
    ill = cli("doctor", "--data", folder, "--json")
    assert ill.returncode == 1
    answer = json.loads(ill.stdout)
    assert answer["success"] is False
    assert {"level": "bad", "what": "secret"}.items() <= next(
        finding for finding in answer["findings"] if finding["what"] == "secret"
    ).items()
