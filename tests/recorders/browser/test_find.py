"""Which browser records."""

import os
from pathlib import Path

import pytest

from bridge.recorders.browser.find import NoBrowser, browser, major, version

if os.name != "posix":
    pytest.skip("programs are made of scripts here", allow_module_level=True)


def program(path: Path, says: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_the_configured_browser_is_taken_before_those_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin" / "google-chrome", "Google Chrome 140.0.1.2")
    own = program(tmp_path / "own" / "thorium", "Thorium 133.0.6943.53")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert browser(str(own)) == own
    assert browser() == tmp_path / "bin" / "google-chrome"


@pytest.mark.parametrize("name", ["no/such/browser", "."])
def test_a_configured_path_without_a_program_is_said(name: str, tmp_path: Path) -> None:
    with pytest.raises(NoBrowser) as problem:
        browser(str(tmp_path / name))
    assert "[recording] browser names" in str(problem.value)


def test_a_machine_without_a_browser_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoBrowser) as problem:
        browser()
    assert "install one" in str(problem.value)


@pytest.mark.parametrize(
    ("says", "number"),
    [("Chromium 142.0.7444.59 built on Debian", 142), ("Google Chrome 99.0.4844.51", 99), ("I do not run", 0)],
)
def test_the_version_is_the_one_that_the_browser_says(says: str, number: int, tmp_path: Path) -> None:
    assert major(version(program(tmp_path / "chrome", says))) == number


def test_what_does_not_run_has_no_version(tmp_path: Path) -> None:
    assert version(tmp_path / "gone") == ""
