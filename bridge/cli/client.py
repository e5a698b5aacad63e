"""HTTP to the running service: where it is and whose token to send lie in the data folder."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import click

from bridge.cli.options import data_folder
from bridge.cli.words import Refused
from bridge.folder import NOTE, TOKEN

SECONDS = 10.0
HINTS = {
    "room_not_found": "see the rooms with: vmix-bridge rooms list; make one with: vmix-bridge rooms create ROOM",
    "name_taken": "choose another name, or leave out --strict; change a room with: vmix-bridge rooms set ROOM",
    "room_stopped": "open it first: vmix-bridge rooms start ROOM",
    "not_empty": "wait until everybody has left, or leave out --if-empty",
    "still_recording": "stop it first: /r/ROOM/record/stop",
    "key_wrong": "the API token in the data folder is not this bridge's: name its folder with --data",
}
"""What to do from here, where the bridge itself speaks of routes."""


class NotThere(Refused):
    """The service is not running (exit code 3)."""

    exit_code = 3


class Client:
    """Calls the service of one data folder as its first user."""

    def __init__(self, data: Path | None) -> None:
        self._data = data_folder(data)

    def get(self, path: str, **query: object) -> Any:
        """A short route as JSON; None values are left out. Raises ``Refused`` with the bridge's own words."""
        return self._call("GET", _asked(f"{path}.json", query))

    def download(self, path: str, **query: object) -> bytes:
        """A file from a short route. Raises as ``get`` does."""
        status, body = self._send("GET", _asked(path, query | {"format": "json"}), None)
        if status >= 400:
            _answer(status, body)
        return body

    def post(self, path: str, **body: object) -> Any:
        return self._call("POST", path, body)

    def delete(self, path: str, **body: object) -> Any:
        return self._call("DELETE", path, body)

    def _call(self, method: str, path: str, body: dict[str, object] | None = None) -> Any:
        return _answer(*self._send(method, path, body))

    def _send(self, method: str, path: str, body: dict[str, object] | None) -> tuple[int, bytes]:
        import http.client

        url = urlsplit(self.address())
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=SECONDS)
        headers = {"x-access-token": self._token(), "Content-Type": "application/json", "Accept": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body).encode(), headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            raise self._not_there() from None
        finally:
            connection.close()

    def address(self) -> str:
        """Of the service as this machine reaches it. Raises ``NotThere``."""
        try:
            note = json.loads((self._data / NOTE).read_text("utf-8"))
            address = str(note["address"]) if _runs(int(note["pid"])) else ""
        except (OSError, ValueError, KeyError, TypeError):
            address = ""
        if not address:
            raise self._not_there()
        return address

    def _token(self) -> str:
        try:
            return (self._data / TOKEN).read_text("ascii").strip()
        except (OSError, ValueError):
            raise Refused(f"no API token can be read in {self._data}; try again as its owner") from None

    def _not_there(self) -> NotThere:
        return NotThere(f"no bridge runs on {self._data}; start it with: vmix-bridge up")


def _runs(pid: int) -> bool:
    """Whether the noted service runs: after a crash its port may be another program's, which gets no token."""
    if sys.platform == "win32":
        import psutil

        return psutil.pid_exists(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def room_path(room: str, verb: str = "") -> str:
    """The short route of a room, however it is spelled. Raises ``UsageError`` for none."""
    if not room.strip():
        raise click.UsageError("ROOM is empty")
    return f"/r/{quote(room, safe='')}" + (f"/{verb}" if verb else "")


def _asked(path: str, query: Mapping[str, object]) -> str:
    given = {key: value for key, value in query.items() if value is not None}
    return path + (f"?{urlencode(given)}" if given else "")


def _answer(status: int, text: bytes) -> Any:
    try:
        answer = json.loads(text)
    except ValueError:
        raise Refused(f"the bridge answered with status {status} and no JSON") from None
    if status >= 400:
        hint = HINTS.get(answer.get("error"), answer.get("hint"))
        raise Refused(f"{answer.get('error')}: {answer.get('message')}: {hint}")
    return answer
