"""The scheduled task: XML as the scheduler reads it, no window, restarted, and what it would change is refused."""

import xml.etree.ElementTree as Xml
from pathlib import Path

import pytest

from bridge.ops.autostart import tool as tools
from bridge.ops.autostart import windows
from bridge.ops.autostart.command import Command
from bridge.ops.errors import OpsError
from tests.ops.autostart.conftest import Tool

DATA = "C:\\Users\\Jürgen Groß\\my shows & $x\\"
COMMAND = Command(
    ("C:\\Program Files\\py\\pythonw.exe", "-P", "-m", "bridge", "up", "--data", DATA, "--config", 'D:\\50% "a".toml'),
    DATA,
)


def find(task: bytes, path: str) -> str | None:
    """A value of the task, as an XML parser sees it."""
    spaced = "/".join(f"{{{windows.NAMESPACE}}}{part}" for part in path.split("/"))
    return Xml.fromstring(task).findtext(spaced)  # noqa: S314 - our own


def test_the_task() -> None:
    task = windows.task(COMMAND, "STUDIO\\Jürgen")
    assert task.startswith(b"\xff\xfe")
    assert find(task, "Actions/Exec/Command") == "C:\\Program Files\\py\\pythonw.exe"
    assert find(task, "Actions/Exec/Arguments") == (
        '-P -m bridge up --data "C:\\Users\\Jürgen Groß\\my shows & $x\\\\" --config "D:\\50% \\"a\\".toml"'
    )
    assert find(task, "Actions/Exec/WorkingDirectory") == DATA
    assert find(task, "Triggers/LogonTrigger/UserId") == "STUDIO\\Jürgen"
    assert find(task, "Principals/Principal/LogonType") == "InteractiveToken"
    assert find(task, "Principals/Principal/RunLevel") == "LeastPrivilege"
    assert find(task, "Settings/RestartOnFailure/Interval") == "PT1M"
    assert find(task, "Settings/RestartOnFailure/Count") == "255"
    assert find(task, "Settings/ExecutionTimeLimit") == "PT0S"
    assert find(task, "Settings/DisallowStartIfOnBatteries") == "false"
    assert find(task, "Settings/MultipleInstancesPolicy") == "IgnoreNew"


def test_the_settings_are_in_the_order_of_the_schema() -> None:
    task = Xml.fromstring(windows.task(COMMAND, "me"))  # noqa: S314 - our own
    assert [part.tag.partition("}")[2] for part in task] == [
        "RegistrationInfo", "Triggers", "Principals", "Settings", "Actions",
    ]  # fmt: skip
    assert task.get("version") == "1.2"
    assert [part.get("id") for part in task.iter(f"{{{windows.NAMESPACE}}}Principal")] == ["Author"]
    assert [part.get("Context") for part in task.iter(f"{{{windows.NAMESPACE}}}Actions")] == ["Author"]


@pytest.mark.parametrize("folder", ["C:\\%TEMP%\\x", "C:\\$(Arg0)", "C:\\50% and 60%"])
def test_what_windows_would_replace_is_refused(folder: str) -> None:
    with pytest.raises(OpsError, match="Windows would replace a part of"):
        windows.task(Command(("pythonw.exe", "up", "--data", folder), "C:\\"), "me")


def test_on_status_off(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = tool("schtasks")
    kept: list[bytes] = []
    run = tools.run

    def seen(*command: str, **options: str) -> str:
        if "/XML" in command and "/Create" in command:
            kept.append(Path(command[5]).read_bytes())
        return run(*command, **options)

    monkeypatch.setattr(windows, "run", seen)
    windows.turn_on(COMMAND, start=True)
    create, start = calls()
    assert create.startswith("/Create /TN vmix-bridge /XML ")
    assert create.endswith(".xml /F")
    assert not Path(create.split()[4]).exists()
    assert start == "/Run /TN vmix-bridge"
    calls = tool("schtasks", says=kept[0].decode("utf-16"))
    on, runs = windows.state()
    assert on
    assert runs.startswith('"C:\\Program Files\\py\\pythonw.exe" -P -m bridge up --data "C:\\Users\\Jürgen')
    assert windows.turn_off()
    assert calls()[-1] == "/Delete /TN vmix-bridge /F"


def test_off_and_unreadable(tool: Tool) -> None:
    tool("schtasks", fails="Query")
    assert windows.state() == (False, "")
    assert not windows.turn_off()
    tool("schtasks", says="no xml")
    assert windows.state() == (True, "")


def test_a_refusal_in_words(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    tool("schtasks", fails="Create")
    with pytest.raises(OpsError, match=r"schtasks says: it says no: Create: .*Startup folder"):
        windows.turn_on(COMMAND, start=True)
    monkeypatch.setenv("PATH", "")
    for ask in (windows.state, windows.turn_off):
        with pytest.raises(OpsError, match="there is no schtasks"):
            ask()


def test_a_start_that_is_refused_is_a_word_only(tool: Tool) -> None:
    tool("schtasks", fails="Run")
    (note,) = windows.turn_on(COMMAND, start=True)
    assert "starts at the next log-on" in note
