"""The code of the pages is in order: types, format and lint, and its own tests."""

import json
import subprocess

import pytest

from bridge.rooms.model import PRESETS
from bridge.web.pages import FOLDER
from bridge.web.wire.spelling import policy_fields


@pytest.mark.parametrize(
    "command",
    [("npx", "tsc"), ("npx", "biome", "check", "--error-on-warnings", "."), ("node", "--test")],
    ids=lambda command: command[-1] if command[0] == "node" else command[1],
)
def test_is_clean(command: tuple[str, ...], node_path: str) -> None:
    result = subprocess.run(
        ["env", f"PATH={node_path}", *command], cwd=FOLDER, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_lock_names_no_address() -> None:
    lock = (FOLDER / "package-lock.json").read_text("utf-8")
    assert '"integrity"' in lock
    assert '"resolved"' not in lock


def test_the_presets_of_the_console_are_those_of_the_bridge(node_path: str) -> None:
    script = "const { PRESETS } = await import('./console/policy.js'); console.log(JSON.stringify(PRESETS));"
    ran = subprocess.run(
        ["env", f"PATH={node_path}", "node", "--input-type=module", "-e", script],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=True,
    )
    shown = {name: preset["policy"] for name, preset in json.loads(ran.stdout).items()}
    assert shown == {name: policy_fields(policy) | {"name": "", "seats": ""} for name, policy in PRESETS.items()}
