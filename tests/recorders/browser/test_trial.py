"""``recordings test``: a real browser tries how well this machine records."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge.cli.recordings_test import command
from tests.needs import had
from tests.pages.browser import chromium


def test_a_machine_that_records_says_how_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMIX_BRIDGE_RECORDING__BROWSER", had("browser", chromium))
    answer = CliRunner().invoke(command, ["--data", str(tmp_path), "--seconds", "3", "--json"])
    said = json.loads(answer.stdout)
    assert said["sound"] is True
    assert said["frames_per_second"] > 0
    assert said["seconds"] > 1
    assert said["cores"] > 0
    assert said["memory_mb"] > 50
    assert said["success"] is (answer.exit_code == 0)
    assert not list((tmp_path / "recordings").iterdir())


def test_a_machine_that_cannot_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMIX_BRIDGE_RECORDING__BROWSER", "/no/browser")
    answer = CliRunner().invoke(command, ["--data", str(tmp_path)])
    assert answer.exit_code == 1
    assert "[recording] browser names /no/browser: there is no program" in answer.output
