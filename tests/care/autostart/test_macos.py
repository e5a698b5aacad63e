"""The launch agent: a property list that reads back, in place or not at all."""

import plistlib
import shlex
import sys

import pytest

from bridge.care.autostart import macos
from bridge.care.autostart.command import Command
from bridge.care.errors import CareError
from tests.care.autostart.conftest import AWKWARD, Tool

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no user number on Windows")


def test_the_agent(command: Command) -> None:
    assert plistlib.loads(macos.agent(command)) == {
        "Label": "io.github.vmix-bridge",
        "ProgramArguments": list(command.arguments),
        "WorkingDirectory": AWKWARD,
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "AbandonProcessGroup": True,
        "ProcessType": "Interactive",
    }


def test_on_status_off(command: Command, tool: Tool) -> None:
    calls = tool("launchctl")
    macos.turn_on(command, start=True)
    (call,) = calls()
    assert call.startswith("bootstrap gui/")
    assert call.endswith("/Library/LaunchAgents/io.github.vmix-bridge.plist")
    on, runs = macos.state()
    assert on
    assert shlex.split(runs) == list(command.arguments)
    assert macos.turn_off()
    assert not macos.turn_off()
    assert macos.state() == (False, "")


def test_a_bridge_that_runs_is_not_started_again(command: Command, tool: Tool) -> None:
    calls = tool("launchctl")
    macos.turn_on(command, start=False)
    assert calls() == []
    assert macos.agent_file().exists()


def test_a_failure_leaves_all_as_it_was(command: Command, tool: Tool) -> None:
    tool("launchctl", fails="bootstrap")
    with pytest.raises(CareError, match="launchctl says: it says no: bootstrap"):
        macos.turn_on(command, start=True)
    assert not macos.agent_file().exists()
    macos.turn_on(command, start=False)
    before = macos.agent_file().read_bytes()
    with pytest.raises(CareError):
        macos.turn_on(Command(("/other", "up"), "/"), start=True)
    assert macos.agent_file().read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"<plist>", b"bplist00junk", plistlib.dumps({"Label": "x"})])
def test_a_file_that_is_no_agent(content: bytes) -> None:
    macos.agent_file().parent.mkdir(parents=True)
    macos.agent_file().write_bytes(content)
    with pytest.raises(CareError, match="is no launch agent of a bridge"):
        macos.state()
