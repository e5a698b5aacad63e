"""The browser of this machine that can record: Chrome, Edge or Chromium, or the one that the settings name."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = (
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
    "chromium",
    "chromium-browser",  # on Ubuntu a snap, which reads no hidden folder
)
WINDOWS = (
    ("chrome.exe", "Google/Chrome/Application"),
    ("msedge.exe", "Microsoft/Edge/Application"),
    ("chrome.exe", "Chromium/Application"),
)
ROOTS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
APP_PATHS = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths"
LEAST = 109
"""Chrome's version that lets a page keep its sound from the speakers while it records it."""
VERSION_SECONDS = 10
_VERSION = re.compile(r"\b(\d{2,4})(?:\.\d+){2,3}\b")


class NoBrowser(Exception):
    """None can record here; the text says why in a sentence, and what to do."""


def browser(configured: str = "") -> Path:
    """The program to run. A configured path that holds none is an error: whoever names one wants that one.

    Raises ``NoBrowser``.
    """
    if configured:
        found = shutil.which(str(Path(configured).expanduser()))
        if found is None:
            raise NoBrowser(f"[recording] browser names {configured}: there is no program; mend it, or leave it out")
        return Path(found)
    for path in _candidates():
        if path.is_file():
            return path
    kinds = "Chrome nor Edge" if sys.platform == "win32" else "Chrome, Edge nor Chromium"
    raise NoBrowser(f"there is neither {kinds} on this machine: install one, or name one in [recording] browser")


def version(program: Path) -> str:
    """As it says itself; empty where it does not run. It takes a moment."""
    if sys.platform == "win32":  # asked for its version it opens a window; its folder is named after it
        folders = (folder.name for folder in program.parent.iterdir() if folder.is_dir())
        return max((name for name in folders if _VERSION.fullmatch(name)), key=major, default="")
    try:
        said = subprocess.run(  # noqa: S603 - the browser that was found or configured, no shell
            [program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=VERSION_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    match = _VERSION.search(said.stdout)
    return match[0] if match and said.returncode == 0 else ""


def major(version: str) -> int:
    """The number in front."""
    match = _VERSION.search(version)
    return int(match[1]) if match else 0


def ffmpeg() -> str:
    """The one on PATH; empty where there is none."""
    return shutil.which("ffmpeg") or ""


def _candidates() -> Iterator[Path]:
    if sys.platform == "win32":
        yield from _of_windows()
    for name in NAMES:
        found = shutil.which(name)
        if found:
            yield Path(found)


def _of_windows() -> Iterator[Path]:
    for name in dict.fromkeys(name for name, _ in WINDOWS):
        yield from _registered(name)
    for name, folder in WINDOWS:
        for root in ROOTS:
            if os.environ.get(root):
                yield Path(os.environ[root]) / folder / name


if sys.platform == "win32":
    import winreg

    def _registered(name: str) -> Iterator[Path]:
        """Where its installer said that it lies, for this user and for all."""
        for hive in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
            try:
                yield Path(winreg.QueryValue(hive, rf"{APP_PATHS}\{name}").strip('"'))
            except OSError:
                continue

else:

    def _registered(name: str) -> Iterator[Path]:
        return iter(())
