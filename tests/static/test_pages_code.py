"""The code of the pages is in order: types, format and lint, and its own tests."""

import subprocess

import pytest

from bridge.web.pages import FOLDER


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
