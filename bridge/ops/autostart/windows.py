"""A scheduled task of Windows, at this user's log-on and without a window."""

import getpass
import os
import re
import subprocess
import tempfile
import xml.etree.ElementTree as Xml
from pathlib import Path

from bridge.ops.autostart.command import DESCRIPTION, NAME, Command
from bridge.ops.autostart.tool import ToolFailed, run
from bridge.ops.errors import OpsError

NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
RESTARTS, RESTART_EVERY = "255", "PT1M"  # the most and the soonest that the scheduler knows
_VARIABLE = re.compile(r"%[^%]+%|\$\(")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def task(command: Command, user: str) -> bytes:
    """The task in the scheduler's XML. Raises ``OpsError`` for a path that it would change."""
    for text in (*command.arguments, command.folder):
        if _VARIABLE.search(text):
            raise OpsError(f"Windows would replace a part of {text}", "use a folder without % and $( in its name")
    Xml.register_namespace("", NAMESPACE)
    root = _element("Task", version="1.2")
    _add(root, "RegistrationInfo", {"Description": DESCRIPTION})
    _add(root, "Triggers", {"LogonTrigger": {"Enabled": "true", "UserId": user}})
    principals = Xml.SubElement(root, _name("Principals"))
    principal = {"UserId": user, "LogonType": "InteractiveToken", "RunLevel": "LeastPrivilege"}
    _add(principals, "Principal", principal, id="Author")
    _add(root, "Settings", _SETTINGS)
    actions = Xml.SubElement(root, _name("Actions"), Context="Author")
    program, *arguments = command.arguments
    exec_ = {"Command": program, "Arguments": subprocess.list2cmdline(arguments), "WorkingDirectory": command.folder}
    _add(actions, "Exec", exec_)
    return ('<?xml version="1.0" encoding="UTF-16"?>\n' + Xml.tostring(root, "unicode")).encode("utf-16")


_SETTINGS: dict[str, object] = {
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "AllowHardTerminate": "true",
    "StartWhenAvailable": "true",
    "IdleSettings": {"StopOnIdleEnd": "false", "RestartOnIdle": "false"},
    "AllowStartOnDemand": "true",
    "Enabled": "true",
    "Hidden": "false",
    "ExecutionTimeLimit": "PT0S",  # no limit
    "Priority": "4",  # normal; left out it is below normal
    "RestartOnFailure": {"Interval": RESTART_EVERY, "Count": RESTARTS},
}


def turn_on(command: Command, *, start: bool) -> list[str]:
    """Make the task; answers what the operator should know. Raises ``OpsError``, all as it was then."""
    content = task(command, _user())
    handle, name = tempfile.mkstemp(suffix=".xml")
    file = Path(name)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        hint = "a company's policy may forbid tasks; then put a shortcut into the Startup folder instead"
        run("schtasks", "/Create", "/TN", NAME, "/XML", name, "/F", hint=hint)
    finally:
        file.unlink(missing_ok=True)
    if start:
        try:
            run("schtasks", "/Run", "/TN", NAME)
        except ToolFailed as error:
            return [f"it was not started now ({error.message}); it starts at the next log-on"]
    return []


def turn_off() -> bool:
    """Remove the task; a bridge that runs goes on. False: there was none. Raises ``OpsError``."""
    try:
        run("schtasks", "/Query", "/TN", NAME)
    except ToolFailed as error:
        if not error.said:
            raise
        return False
    run("schtasks", "/Delete", "/TN", NAME, "/F")
    return True


def state() -> tuple[bool, str]:
    """Whether it is on, and the command line in the task."""
    try:
        kept = run("schtasks", "/Query", "/TN", NAME, "/XML")
    except ToolFailed as error:
        if not error.said:
            raise
        return False, ""
    try:
        root = Xml.fromstring(_DECLARATION.sub("", kept))  # noqa: S314 - the scheduler's own answer
    except Xml.ParseError:
        return True, ""
    action = f"{_name('Actions')}/{_name('Exec')}/"
    program, arguments = (root.findtext(action + _name(part), "") for part in ("Command", "Arguments"))
    return True, f"{subprocess.list2cmdline([program])} {arguments}".strip()


def _user() -> str:
    domain = os.environ.get("USERDOMAIN", "")
    return f"{domain}\\{getpass.getuser()}" if domain else getpass.getuser()


def _element(tag: str, **attributes: str) -> Xml.Element:
    return Xml.Element(_name(tag), attributes)


def _add(parent: Xml.Element, tag: str, content: object, **attributes: str) -> None:
    child = Xml.SubElement(parent, _name(tag), attributes)
    if isinstance(content, dict):
        for name, inner in content.items():
            _add(child, name, inner)
    else:
        child.text = str(content)


def _name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"
