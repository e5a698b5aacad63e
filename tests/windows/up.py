"""``vmix-bridge up`` on the Windows PC, and what its operator does with it."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from tests.bridges import SECRETS
from tests.ports import free_port

from .pc import HANGS, PYTHON, Pc
from .said import Said


class Up:
    """A bridge that runs. ``data`` is its folder as Windows names it."""

    def __init__(self, pc: Pc, data: str, url: str, process: "subprocess.Popen[bytes]", said: Said) -> None:
        self.pc, self.data, self.url = pc, data, url
        self._process, self._said = process, said

    @property
    def folder(self) -> Path:
        """The data folder, seen from here."""
        return self.pc.file(self.data)

    @property
    def token(self) -> str:
        return (self.folder / "token").read_text().strip()

    @property
    def pid(self) -> int:
        """As Windows counts."""
        return int(json.loads((self.folder / "service.json").read_text())["pid"])

    def press(self, path: str, **params: str) -> str:
        """The line of a short route that does what it was told."""
        status, text = self.get(f"/r/{path}".rstrip("/"), **params)
        assert status == 200, text
        return text.strip()

    def get(self, path: str, **params: str) -> tuple[int, str]:
        """A path with the API token: status and text."""
        return self._ask(f"{quote(path)}?{urlencode(params)}", None, "GET")

    def api(self, path: str, body: Mapping[str, Any], *, method: str = "POST") -> tuple[int, Any]:
        """The Video calls API as the first user: status and JSON."""
        status, text = self._ask(f"/api/{path}", json.dumps(body).encode(), method)
        return status, json.loads(text)

    def cli(self, *words: str, **options: Any) -> str:
        """What a command prints that does what it was told; UTF-8, as on a PC that is set to it."""
        done = self.pc.run(PYTHON, "-X", "utf8", "-m", "bridge", *words, "--data", self.data, **options)
        assert done.code == 0, done
        return done.out.decode().replace("\r\n", "\n")

    def kill(self) -> None:
        """It dies as by the task manager."""
        self.pc.end(self.pid)
        self.ended()

    def ended(self) -> int:
        """Its exit code, once it has one."""
        code = self._process.wait(HANGS)
        self._said.finish()
        return code

    def until_up(self) -> None:
        ends = time.monotonic() + HANGS
        while True:
            assert self._process.poll() is None, self._said.text
            assert time.monotonic() < ends, self._said.text
            try:
                self.get("/health")
                break
            except OSError:
                time.sleep(0.05)
        SECRETS.update((self.token, (self.folder / "secret").read_text().strip()))

    def _ask(self, path: str, body: bytes | None, method: str) -> tuple[int, str]:
        token = self.folder / "token"
        headers = {"x-access-token": token.read_text().strip()} if token.exists() else {}
        request = urllib.request.Request(  # noqa: S310 - our own bridge
            self.url + path, body, {**headers, "Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=HANGS) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@contextmanager
def up(pc: Pc, data: str, *words: str, media: str = "rehearsal", **options: Any) -> Iterator[Up]:
    """A bridge on that folder for the length of the block; it is ended as by the task manager where it still runs."""
    port = free_port()
    command = [PYTHON, "-m", "bridge", "up", "--data", data, "--listen", f"127.0.0.1:{port}", "--media", media, *words]
    hears, says = os.pipe()
    with pc.start(*command, stdout=subprocess.DEVNULL, stderr=says, **options) as process:
        os.close(says)
        bridge = Up(pc, data, f"http://127.0.0.1:{port}", process, Said(process, hears))
        try:
            bridge.until_up()
            yield bridge
        finally:
            if process.poll() is None:
                bridge.kill()
