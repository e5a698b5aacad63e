"""What doctor says of the recorder of this machine."""

import os
from pathlib import Path

import pytest

from bridge.ops.check_recording import disk, recorder
from bridge.ops.finding import Case, Finding
from bridge.settings import load

if os.name != "posix":
    pytest.skip("programs are made of scripts here", allow_module_level=True)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All that PATH has."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(path: Path, says: str) -> None:
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)


def examined(data: Path, **recording: object) -> list[Finding]:
    return [*recorder(case := Case(data, loaded=load(None, data, {"recording": recording}))), *disk(case)]


def test_the_browser_and_ffmpeg_are_named(path: Path, tmp_path: Path) -> None:
    program(path / "google-chrome", "Google Chrome 140.0.7339.80")
    program(path / "ffmpeg", "")
    lines = [finding.line() for finding in examined(tmp_path)]
    assert lines[0] == f"ok    recording: by {path / 'google-chrome'} 140.0.7339.80"
    assert lines[1] == f"ok    ffmpeg: {path / 'ffmpeg'}"
    assert f"left at {tmp_path / 'recordings'}" in lines[2]


def test_a_machine_without_a_browser_is_warned_and_one_that_wants_it_is_bad(path: Path, tmp_path: Path) -> None:
    assert examined(tmp_path)[0].level == "warn"
    assert examined(tmp_path, by="browser")[0].level == "bad"
    (named, *_) = examined(tmp_path, browser="/no/browser")
    assert named.line().startswith("bad   recording: no room is recorded: [recording] browser names /no/browser -> ")


@pytest.mark.parametrize(("says", "words"), [("Chromium 99.0.4844.51", "too old"), ("hello", "does not run")])
def test_a_browser_that_cannot_record_is_bad(path: Path, says: str, words: str, tmp_path: Path) -> None:
    program(path / "chromium", says)
    (found, *_) = examined(tmp_path)
    assert found.level == "bad"
    assert words in found.detail


def test_where_recording_is_off_no_browser_is_asked_for(path: Path, tmp_path: Path) -> None:
    assert [finding.line() for finding in examined(tmp_path, by="off")] == [
        'ok    recording: off, by = "off" under [recording]'
    ]
    assert not [
        found
        for found in examined(tmp_path, by="egress", egress={"filepath": "/out/{slug}/{time}"})
        if found.what == "recording"
    ]
