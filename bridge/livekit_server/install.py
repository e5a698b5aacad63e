"""``livekit-server`` of the pinned version in the data folder: downloaded, else built, else words on how to do it."""

import asyncio
import json
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bridge.files import private_folder, read_json, replace, write_private
from bridge.folder import LIVEKIT
from bridge.livekit_server.build import NO_WINDOW, build
from bridge.livekit_server.release import (
    BINARY,
    RELEASES,
    VERSION,
    InstallFailed,
    Progress,
    Report,
    Unavailable,
    asset,
    asset_url,
    download,
)

NOTE = "install.json"
WORKSPACE = ".install-"


def home(data: Path) -> Path:
    """The folder of everything that belongs to the server on this machine."""
    return data / LIVEKIT


def find(data: Path, configured: str = "") -> Path | None:
    """The livekit-server to run: the configured one, else the installed one, else the one on PATH, else None.

    A configured path that holds nothing is None as well: whoever names a program wants that one.
    """
    if configured:
        path = Path(configured).expanduser()
        return path if path.is_file() else None
    installed = home(data) / BINARY
    if installed.is_file():
        return installed
    on_path = shutil.which("livekit-server")
    return Path(on_path) if on_path else None


async def install(data: Path, *, base_url: str = RELEASES, report: Report = lambda _: None) -> Path:
    """Put the pinned livekit-server into the data folder and return its path; the right one is kept if it is there.

    ``report`` hears what is being done, often, and must be quick. A failure or an abort leaves what was there before.
    Raises ``InstallFailed``, whose hint says what to do by hand.
    """
    target = home(data) / BINARY
    try:
        await asyncio.to_thread(private_folder, target.parent)
        async with _alone(target.parent, report):
            if not await asyncio.to_thread(_is_right, target):
                await _install(target, base_url, report)
    except OSError as error:
        raise InstallFailed(
            f"{target} cannot be written: {error.strerror or error}", by_hand(target, base_url)
        ) from None
    report(Progress("done", 1, 1))
    return target


def by_hand(target: Path, base_url: str = RELEASES) -> str:
    """What an operator does where nothing else works."""
    name = asset()
    if name is None:
        return (
            f"put a livekit-server {VERSION} at {target} or anywhere on PATH (on macOS: brew install livekit);"
            f" or install Go from https://go.dev/dl and try again"
        )
    return (
        f"download {asset_url(base_url, name)} on any computer and put the {target.name} inside it at {target};"
        f" or install Go from https://go.dev/dl and try again"
    )


async def _install(target: Path, base_url: str, report: Report) -> None:
    for leftover in target.parent.glob(f"{WORKSPACE}*"):
        await asyncio.to_thread(shutil.rmtree, leftover, ignore_errors=True)
    for replaced in target.parent.glob(f"{target.name}.old-*"):
        _remove_if_idle(replaced)
    with tempfile.TemporaryDirectory(prefix=WORKSPACE, dir=target.parent, ignore_cleanup_errors=True) as work:
        made = await _obtain(Path(work), target, base_url, report)
        version = await asyncio.to_thread(_version, made)
        if version != VERSION:
            raise InstallFailed(
                f"the new livekit-server does not run here: it says version {version or 'nothing'}",
                by_hand(target, base_url),
            )
        await asyncio.to_thread(replace, made, target)
    await asyncio.to_thread(_remember, target)


async def _obtain(work: Path, target: Path, base_url: str, report: Report) -> Path:
    try:
        return await download(work, base_url, report)
    except InstallFailed as error:
        raise InstallFailed(error.message, by_hand(target, base_url)) from None
    except Unavailable as error:
        no_download = error
        report(Progress(f"no download: {error}"))
    try:
        return await build(work, report)
    except Unavailable as no_build:
        raise InstallFailed(
            f"livekit-server {VERSION} cannot be had here: {no_download}; {no_build}", by_hand(target, base_url)
        ) from None


@asynccontextmanager
async def _alone(folder: Path, report: Report) -> AsyncIterator[None]:
    """Hold the folder's installation lock; whoever comes second waits and then finds the work done."""
    lock = FileLock(folder / "install.lock", thread_local=False)
    while True:
        try:
            lock.acquire(blocking=False)
            break
        except Timeout:
            report(Progress("waiting for another installation"))
            await asyncio.sleep(0.5)
    try:
        yield
    finally:
        lock.release()


def _is_right(binary: Path) -> bool:
    """Whether the program is the pinned version; it is asked once and remembered until the file changes."""
    if not binary.is_file():
        return False
    if read_json(binary.with_name(NOTE)) == _identity(binary):
        return True
    if _version(binary) != VERSION:
        return False
    _remember(binary)
    return True


def _remember(binary: Path) -> None:
    write_private(binary.with_name(NOTE), json.dumps(_identity(binary)))


def _identity(binary: Path) -> dict[str, object]:
    stat = binary.stat()
    return {"version": VERSION, "size": stat.st_size, "modified": stat.st_mtime_ns}


def _version(binary: Path) -> str:
    """What the program says its version is; empty when it does not run."""
    try:
        answer = subprocess.run(  # noqa: S603 - our own file, no shell
            [binary, "--version"],
            capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL, creationflags=NO_WINDOW, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    words = answer.stdout.split()
    return words[-1] if words[:2] == ["livekit-server", "version"] else ""


def _remove_if_idle(path: Path) -> None:
    try:
        path.unlink()
    except OSError:
        return  # Windows keeps a file that runs; a later installation removes it
