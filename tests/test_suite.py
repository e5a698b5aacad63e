"""The tests' own ground: who runs where, whose port is whose, and that a secret fails a test in any process."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from tests import needs
from tests.ports import BELOW, BLOCK

pytestmark = pytest.mark.xdist_group("suite")  # one run of pytest inside a test is enough

HOUSE = Path(__file__).parent.parent

TESTS = """
import logging, sys
import pytest
from tests.bridges import bridge_on

@pytest.fixture
def compiler(): ...

@pytest.fixture
def livekit_binary(): ...

@pytest.fixture
def server(livekit_binary): ...

@pytest.mark.parametrize("n", range(4))
def test_script(n, compiler): ...

@pytest.mark.parametrize("put", [print, logging.getLogger().error, lambda text: print(text, file=sys.stderr)])
async def test_secret(tmp_path, put):
    async with bridge_on(tmp_path / "data") as bridge:
        put(f"here it is: {bridge.token}")

@pytest.mark.parametrize("n", range(4))
def test_call(n, server): ...
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a pytest of its own, with our options and hooks, says of these tests."""
    folder = tmp_path_factory.mktemp("suite")
    (folder / "test_it.py").write_text(TESTS)
    options = ("-c", str(HOUSE / "pyproject.toml"), "-p", "tests.conftest", "--verbose")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment["PYTHONPATH"] = str(HOUSE)
    command = [sys.executable, "-m", "pytest", *options, "test_it.py"]
    return subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=False).stdout


def test_media_comes_first_in_one_worker_and_the_compiler_last(said: str) -> None:
    ran = re.findall(r"\[(gw\d)\] .* (?:PASSED|FAILED) \S+::test_(\w+)\[", said)
    assert len({worker for worker, kind in ran if kind == "call"}) == 1, said
    for name in ("gw0", "gw1"):
        kinds = [kind for worker, kind in ran if worker == name]
        assert kinds == sorted(kinds, key=("call", "secret", "script").index)


def test_a_secret_in_what_a_test_put_out_fails_it_in_a_worker_too(said: str) -> None:
    assert "3 failed, 8 passed" in said, said
    assert said.count("a secret stands in the captured output or log") >= 3


def test_no_client_and_no_other_process_is_given_a_port_of_ours() -> None:
    with some_ports() as ours, some_ports() as theirs:
        assert len(ours) == len(theirs) == 200
        assert not ours & theirs
        assert max(ours | theirs) + BLOCK <= BELOW


@contextmanager
def some_ports() -> Iterator[set[int]]:
    """Ports of a process that lives for the length of the block."""
    code = "from tests.ports import free_port; print(*(free_port() for _ in range(200)), flush=True); input()"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield {int(port) for port in process.stdout.readline().split()}
        process.communicate("\n")


def test_what_is_being_made_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "CACHE", tmp_path / "cache")
    with needs.alone("server"), pytest.raises(Timeout):
        FileLock(needs.CACHE / "server.lock").acquire(blocking=False)
    FileLock(needs.CACHE / "server.lock").acquire(blocking=False)


def test_what_ci_makes_beforehand_needs_nothing_from_pip() -> None:
    command = re.search(r"for maker in (.+?);", (HOUSE / ".ci" / "run").read_text())
    assert command
    for maker in command[1].split():
        subprocess.run([sys.executable, "-S", "-c", f"import {maker}"], cwd=HOUSE, check=True)
