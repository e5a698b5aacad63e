"""The browser that records one part: started apart with a profile of its own, found again by its note, ended whole."""

import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from bridge.files import private_folder, read_json, write_private
from bridge.recorders.browser.job import ends_with_us

log = logging.getLogger(__name__)

NOTE = "browser.json"
START = "start.html"
PROFILE = "profile"
KILL_SECONDS = 3.0
CLOCK_SLACK = 3.0  # the system's idea of when a process began moves a little when the clock is set
WIDTH, HEIGHT = 1280, 720
FLAGS = (
    "--headless=new",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-breakpad",
    "--password-store=basic",
    "--use-mock-keychain",
    # nobody is there to click
    "--autoplay-policy=no-user-gesture-required",
    "--auto-accept-this-tab-capture",
    "--disable-features=GetDisplayMediaRequiresUserActivation",
    # its page is never in front
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    # the page makes its window fit; it may be larger than the picture by what the browser draws around it
    "--force-device-scale-factor=1",
    "--screen-info={1920x1200}",
    f"--window-size={WIDTH},{HEIGHT + 120}",
)

if sys.platform == "win32":
    CREATION = (
        subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    )
else:
    CREATION = 0


class BrowserProcess:
    """Everything about it lies in ``folder``, which is gone when it has ended. The address it opens holds a key, which
    is why it stands in a file of its owner and not in the command, which everybody on the machine can read.
    """

    def __init__(self, folder: Path, child: asyncio.subprocess.Process) -> None:
        self._folder, self._child = folder, child
        self.pid = child.pid

    @classmethod
    async def start(cls, program: Path, folder: Path, address: str, flags: Iterable[str] = ()) -> "BrowserProcess":
        """Raises ``OSError``."""
        await asyncio.to_thread(_prepare, folder, address)
        command = _command(program, folder, flags)
        nothing = asyncio.subprocess.DEVNULL
        child = await asyncio.create_subprocess_exec(
            *command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True, creationflags=CREATION
        )
        ends_with_us(child.pid)
        await asyncio.to_thread(_note, folder, child.pid)
        return cls(folder, child)

    def alive(self) -> bool:
        return self._child.returncode is None

    async def ended(self) -> None:
        await self._child.wait()

    async def end(self) -> None:
        await asyncio.to_thread(_kill, self.pid)
        await self._child.wait()
        await asyncio.to_thread(_remove, self._folder)


def end_orphans(top: Path, but: Iterable[str] = ()) -> None:
    """End every browser that a bridge of before left in a folder of ``top``, but those. It blocks."""
    folders = [folder for folder in top.iterdir() if folder.is_dir()] if top.is_dir() else []
    for folder in folders:
        if folder.name in but:
            continue
        note = read_json(folder / NOTE)
        if _is_ours(note, folder):
            log.warning("a browser that recorded for a bridge of before (process %d) is ended", note["pid"])
            _kill(note["pid"])
        _remove(folder)


def _command(program: Path, folder: Path, flags: Iterable[str]) -> list[str]:
    """On Linux it goes when the bridge does, however that ends, and gives way to what else needs the processor."""
    before: list[str] = []
    if sys.platform == "linux":
        before = ["nice", "-n", "2"] if shutil.which("nice") else []
        before += ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [
        *before,
        str(program),
        *FLAGS,
        *(["--no-sandbox"] if root else []),  # as root there is none
        f"--user-data-dir={folder / PROFILE}",
        *flags,
        f"--app={(folder / START).as_uri()}",
    ]


def _prepare(folder: Path, address: str) -> None:
    _remove(folder)
    private_folder(folder)
    page = f"<!doctype html><title>Recording</title><script>location.replace({json.dumps(address)})</script>\n"
    write_private(folder / START, page, durable=False)


def _note(folder: Path, pid: int) -> None:
    try:
        created = psutil.Process(pid).create_time()
    except psutil.Error:  # it has ended already, which is noticed elsewhere
        return
    write_private(folder / NOTE, json.dumps({"pid": pid, "created": created}))


def _is_ours(note: dict[str, object], folder: Path) -> bool:
    pid, created = note.get("pid"), note.get("created")
    if not isinstance(pid, int) or not isinstance(created, float):
        return False
    try:
        process = psutil.Process(pid)
        words = " ".join(process.cmdline())
        return abs(process.create_time() - created) < CLOCK_SLACK and str(folder / PROFILE) in words
    except psutil.Error:
        return False


def _kill(pid: int) -> None:
    """With everything that it started."""
    try:
        browser = psutil.Process(pid)
        family = [browser, *browser.children(recursive=True)]
        waited_for = family[browser.ppid() == os.getpid() :]  # for a child of ours asyncio waits
    except psutil.Error:
        return
    for one in family:
        try:
            one.kill()
        except psutil.Error:
            continue
    psutil.wait_procs(waited_for, KILL_SECONDS)


def _remove(folder: Path) -> None:
    """Windows lets go of the files of a process a moment after its end."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)
