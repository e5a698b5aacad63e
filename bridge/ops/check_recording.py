"""What records rooms on this machine, and where the files go."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from bridge.folder import recordings_folder
from bridge.ops.finding import Case, Finding, bad, ok, warn
from bridge.recorders.browser.files import LEAST_FREE
from bridge.recorders.browser.find import LEAST, NoBrowser, browser, ffmpeg, major, version
from bridge.recorders.choose import kind

WHAT = "recording"


def recorder(case: Case) -> Iterator[Finding]:
    """The browser, where one is to record."""
    if case.loaded is None:
        return
    settings = case.loaded.settings
    if settings.recording.by == "off":
        yield ok(WHAT, 'off, by = "off" under [recording]')
    if kind(settings, case.kind or "local")[0] != "browser":
        return
    try:
        program = browser(settings.recording.browser)
    except NoBrowser as problem:
        said, _, todo = str(problem).partition(": ")
        asked = settings.recording.by == "browser" or settings.recording.browser
        yield (bad if asked else warn)(WHAT, f"no room is recorded: {said}", todo)
        return
    yield _judged(program, version(program))
    found = ffmpeg()
    lacks = "not on PATH; without it players cannot jump in what was recorded, and it plays all the same"
    yield ok("ffmpeg", found or lacks, "" if found else "install ffmpeg, where somebody edits or replays recordings")


def disk(case: Case) -> Iterator[Finding]:
    """There is room for recordings."""
    if case.loaded is None or case.loaded.settings.recording.by == "off":
        return
    folder = recordings_folder(case.data, case.loaded.settings.recording.folder).absolute()
    there = next((path for path in (folder, *folder.parents) if path.is_dir()), None)
    if there is None:
        yield bad("recordings", f"{folder} is on no disk of this machine", "mend [recording] folder")
        return
    free = shutil.disk_usage(there).free
    if free < 2 * LEAST_FREE:
        yield warn(
            "recordings", f"{free // 2**20} MB are left at {folder}", "make room there; an hour takes up to 2 GB"
        )
    else:
        yield ok("recordings", f"{free / 2**30:.0f} GB are left at {folder}")


def _judged(program: Path, said: str) -> Finding:
    if not said:
        return bad(WHAT, f"{program} does not run", "install it again, or name another in [recording] browser")
    if major(said) < LEAST:
        return bad(WHAT, f"{program} is version {said}, and too old", f"use {LEAST} or later")
    return ok(WHAT, f"by {program} {said}")
