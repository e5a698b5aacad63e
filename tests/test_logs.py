"""The log: readable or JSON, rotated, the owner's only, without a secret, and never in the way."""

import json
import logging
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bridge import logs
from bridge.access.keys import Keys
from bridge.logs import redact, set_up
from bridge.store.database import Database
from bridge.store.generations import Generations
from bridge.store.users import Users

SECRETS = [
    "vbt_4J2-xWq_8sKf0aZbYcXdWeVfUgThSiRjQkPlOmNn",
    "rk_main-stage_mfrggzdfmztwq2lknnwg23tp",
    "sk_mfrggzdfmztwq2lknnwg23tpobyxe43u",
    "vk_main-stage_mfrggzdfmztwq2lknnwg23tp",
    "vk_mfrggzdfmztwq2lknnwg23tpobyxe43u",
    "cs_4J2-xWq_8sKf0aZbYcXdWeVfUgThSiRjQkPlOmNn",
    "ct_4J2-xWq_8sKf0aZbYcXdWeVfUgThSiRjQkPlOmNn",
    "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJBUEkifQ.Kz0_-abcdefgh",
]
log = logging.getLogger("bridge.test")


def written(data: Path) -> list[str]:
    return (data / "logs" / "bridge.log").read_text("utf-8").splitlines()


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "see {}.",
        "'{}'",
        "http://h/r/a/start?key={}&x=1",
        "x-access-token: {}",
        "Authorization: Bearer {}",
        "={},",
    ],
)
def test_what_looks_like_a_secret_is_redacted(secret: str, text: str) -> None:
    redacted = redact(text.format(secret))
    assert secret[8:] not in redacted
    assert "…" in redacted


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("GET /rtc?access_token=abc&auto=1", "GET /rtc?access_token=…&auto=1"),
        ("{'X-Bridge-Key': 'abc', 'Host': 'h'}", "{'X-Bridge-Key': …', 'Host': 'h'}"),
        ("api_secret = 'abc' cannot be used", "api_secret = …' cannot be used"),
        ("GET /j/abcdefgh2345 and /scene/abcdefgh2345", "GET /j/… and /scene/…"),
        ("token%3Dabc", "token%3D…"),
    ],
)
def test_what_stands_where_secrets_stand_is_redacted(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "GET /r/{room}/start room=main-stage 200 1.2 ms",
        "listen = '127.0.0.1:8790' cannot be used; give another with --listen HOST:PORT",
        "the key is not valid here: see the right one with: vmix-bridge keys show",
        "token is gone: the first user has a new API token there",
        "task_key and risk_assessment of room tasks-2026",
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert redact(text) == text


def test_a_line_is_readable_and_goes_to_both(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with set_up(tmp_path):
        log.info("room %s is open, Übertragung läuft", "main")
        log.debug("not this")
        logging.getLogger("aiohttp.access").info("nor this")
    (line,) = written(tmp_path)
    assert capfd.readouterr().err == line + "\n"
    assert line.endswith(" INFO    bridge.test: room main is open, Übertragung läuft")
    time.strptime(line[:19], "%Y-%m-%d %H:%M:%S")


def test_json_is_an_object_a_line(tmp_path: Path) -> None:
    with set_up(tmp_path, json=True):
        log.warning('a "quoted"\nthing')
        try:
            int("x")
        except ValueError:
            log.exception("no number")
    first, second = map(json.loads, written(tmp_path))
    assert first == {
        "time": first["time"],
        "level": "warning",
        "logger": "bridge.test",
        "message": 'a "quoted"\\nthing',
    }
    assert first["time"].endswith("Z")
    assert second["error"].startswith("ValueError at tests/test_logs.py:")


@pytest.mark.parametrize("as_json", [False, True])
def test_no_secret_is_in_any_line(tmp_path: Path, capfd: pytest.CaptureFixture[str], as_json: bool) -> None:
    own = "correct horse battery staple"
    with set_up(tmp_path, json=as_json, secrets=[own]):
        for secret in [*SECRETS, own]:
            log.info("in the message %s" % secret)  # noqa: UP031 - as careless code does it
            log.info("in the args %s %r", secret, {"key": secret})
            log.warning("an exception as argument: %s", ValueError(secret))
            try:
                raise RuntimeError(f"inside {secret}")
            except RuntimeError:
                log.exception("it failed")
    everything = "\n".join(written(tmp_path)) + capfd.readouterr().err
    for secret in [*SECRETS, own]:
        assert secret not in everything
    assert everything.count("RuntimeError at tests/test_logs.py:") == 2 * len([*SECRETS, own])
    assert "Traceback" not in everything


def test_the_keys_of_this_bridge_look_like_secrets(tmp_path: Path) -> None:
    with Database(tmp_path / "store.json") as database:
        keys = Keys(b"x" * 32, Users(database), Generations(database))
        assert redact(keys.key("a" * 24, "main-stage")) == "rk_…"
        assert redact(keys.key("a" * 24, "*")) == "sk_…"
        assert redact(keys.key("a" * 24, "main-stage", view=True)) == "vk_…"
        assert redact(keys.key("a" * 24, "*", view=True)) == "vk_…"


def test_an_exception_is_told_by_type_and_place_of_ours(tmp_path: Path) -> None:
    from bridge.setting_values import split_listen

    with set_up(tmp_path):
        try:
            split_listen("nonsense")
        except ValueError:
            log.exception("bad address")
    (line,) = written(tmp_path)
    assert "bad address [ValueError at bridge/setting_values.py:" in line
    assert "HOST:PORT" not in line


def test_a_line_cannot_be_forged(tmp_path: Path) -> None:
    with set_up(tmp_path):
        log.info("room=%s", "a\n2026-01-01 00:00:00 INFO bridge: forged\r\x1b[2J\u2028b")
    assert len(written(tmp_path)) == 1
    assert "\x1b" not in written(tmp_path)[0]


def test_a_record_that_cannot_be_shown_is_no_harm(tmp_path: Path) -> None:
    class Silent:
        def __str__(self) -> str:
            raise RuntimeError("no words")

    with set_up(tmp_path):
        log.info("%s", Silent())
        log.info("%d of %d", "one")
        log.info("lone surrogate \udc80")
    assert len(written(tmp_path)) == 3


def test_it_rotates_and_keeps_a_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "BYTES", 2000)
    with set_up(tmp_path):
        for number in range(300):
            log.info("line %d %s", number, "x" * 40)
    files = sorted((tmp_path / "logs").iterdir())
    assert [file.name for file in files] == ["bridge.log", *(f"bridge.log.{n}" for n in range(1, 5))]
    assert all(file.stat().st_size <= 2000 for file in files)
    assert "line 299 " in written(tmp_path)[-1]


def test_a_file_that_cannot_be_moved_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "BYTES", 2000)
    rename, refused = os.rename, 0

    def held(source: str, target: str) -> None:
        nonlocal refused
        refused += 1
        if refused < 3:
            raise PermissionError(13, "used by another process")
        rename(source, target)

    monkeypatch.setattr(os, "rename", held)
    with set_up(tmp_path):
        for number in range(80):
            log.info("line %d %s", number, "x" * 40)
    lines = [line for file in (tmp_path / "logs").iterdir() for line in file.read_text().splitlines()]
    assert {int(line.split("line ")[1].split()[0]) for line in lines} == set(range(80))
    assert refused > 2


def test_a_slow_disk_never_holds_the_caller_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "WAITING_LINES", 50)
    gate = threading.Event()
    emit = logs._File.emit
    waited_in_vain: list[logging.LogRecord] = []

    def slow(self: logs._File, record: logging.LogRecord) -> None:
        if not gate.wait(60):
            waited_in_vain.append(record)
        emit(self, record)

    monkeypatch.setattr(logs._File, "emit", slow)
    with set_up(tmp_path):
        for number in range(500):
            log.info("line %d", number)
        gate.set()
        assert not waited_in_vain
        while "line 49" not in "".join(written(tmp_path)):
            time.sleep(0.01)
        log.info("after")
    assert any("lines are missing here: the disk was too slow" in line for line in written(tmp_path))
    assert written(tmp_path)[-1].endswith("after")


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_it_is_the_owners_only(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir(mode=0o700)
    (tmp_path / "logs" / "bridge.log").touch(mode=0o644)
    with set_up(tmp_path):
        log.info("hello")
    assert stat.S_IMODE((tmp_path / "logs" / "bridge.log").stat().st_mode) == 0o600
    with set_up(tmp_path / "new"):
        log.info("hello")
    for made in (tmp_path / "new", tmp_path / "new" / "logs"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_without_a_folder_it_goes_on(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").touch()
    with set_up(tmp_path / "data"):
        log.info("still here")
    said = capfd.readouterr().err
    assert "no log file: " in said
    assert "still here" in said


def test_logging_is_as_before_afterwards(tmp_path: Path) -> None:
    before = logging.getLogger().handlers[:]
    with set_up(tmp_path):
        assert logging.getLogger().handlers != before
    assert logging.getLogger().handlers == before


def test_without_stderr_the_file_is_written(tmp_path: Path) -> None:
    program = (
        "import sys, logging; sys.stderr = None\nfrom pathlib import Path\nfrom bridge.logs import set_up\n"
        "with set_up(Path(sys.argv[1])): logging.getLogger('bridge').info('no window')"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, timeout=30)
    assert written(tmp_path)[0].endswith("no window")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit for files")
def test_a_full_disk_is_told_once(tmp_path: Path) -> None:
    program = """
import logging, resource, sys
from pathlib import Path
from bridge.logs import set_up
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
with set_up(Path(sys.argv[1])):
    logging.getLogger("bridge").info("one")
    logging.getLogger("bridge").info("two")
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    said = subprocess.run(command, check=True, timeout=30, capture_output=True, text=True).stderr
    assert said.count("cannot be written: File too large") == 1
    assert "two" in said


LINKS = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets administrators alone make symlinks")


@LINKS
@pytest.mark.parametrize("there", [True, False])
def test_a_symlink_in_its_place_is_not_followed(tmp_path: Path, capfd: pytest.CaptureFixture[str], there: bool) -> None:
    target = tmp_path / "elsewhere"
    if there:
        target.write_text("somebody's\n")
        target.chmod(0o644)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "bridge.log").symlink_to(target)
    with set_up(tmp_path):
        log.info("still here")
    said = capfd.readouterr().err
    assert f"no log file: {tmp_path / 'logs' / 'bridge.log'} is a symlink" in said
    assert "still here" in said
    assert target.exists() is there
    if there:
        assert (target.read_text(), stat.S_IMODE(target.stat().st_mode)) == ("somebody's\n", 0o644)


@LINKS
def test_the_folder_may_be_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "big disk").mkdir(mode=0o755)
    (tmp_path / "big disk").chmod(0o755)
    (tmp_path / "logs").symlink_to(tmp_path / "big disk")
    with set_up(tmp_path):
        log.info("hello")
    assert written(tmp_path)[0].endswith("hello")
    assert stat.S_IMODE((tmp_path / "big disk").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "big disk" / "bridge.log").stat().st_mode) == 0o600
