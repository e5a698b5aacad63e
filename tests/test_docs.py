"""README, config.toml, --help, routes and error keys say the same."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from bridge.cli import main
from bridge.errors import BridgeError
from bridge.rooms.model import PRESETS
from bridge.settings import Settings, known_keys
from tests.bridges import Bridge

HOUSE = Path(__file__).parent.parent
README = (HOUSE / "README.md").read_text("utf-8")
CONFIG = (HOUSE / "config.toml").read_text("utf-8")


def uncommented() -> dict[str, Any]:
    """``config.toml`` with every default switched on."""
    return tomllib.loads(re.sub(r"^#(\w+ = )", r"\1", CONFIG, flags=re.MULTILINE))


def test_the_reference_changes_nothing_as_it_stands() -> None:
    assert Settings(**tomllib.loads(CONFIG)) == Settings()


def flat(values: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from flat(value, f"{above}{key}.")
        else:
            yield above + key, value


def test_the_reference_lists_every_setting_with_its_default() -> None:
    assert dict(flat(uncommented())) == {key: default for key, default, _ in known_keys()}


def test_every_piece_of_settings_in_the_readme_can_be_used() -> None:
    pieces = re.findall(r"```toml\n(.+?)```", README, re.DOTALL)
    assert len(pieces) >= 3
    for piece in pieces:
        Settings(**tomllib.loads(piece))


def test_every_setting_of_the_reference_says_why() -> None:
    lines = CONFIG.splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#\w+ = ", line):
            above = lines[number - 1]
            assert above.startswith(("# ", "#", "[")), line


def test_the_readme_names_every_error_under_its_status() -> None:
    rows = dict(re.findall(r"^\| (\d{3}) \| (.+) \|$", README, re.MULTILINE))
    errors = {cls for cls in _subclasses(BridgeError)}
    by_status: dict[str, set[str]] = {}
    for error in errors:
        by_status.setdefault(str(error.status), set()).add(error.key)
    assert {status: set(re.findall(r"`(\w+)`", keys)) for status, keys in rows.items()} == by_status


def test_the_readme_names_every_preset_with_its_values() -> None:
    for name, policy in PRESETS.items():
        words = [policy.media, str(policy.max), policy.webinar, policy.chat, policy.screen, policy.record, policy.mode]
        row = " | ".join({True: "yes", False: "no"}.get(word, word) for word in words)  # type: ignore[call-overload]
        assert f"| `{name}` | {row} |" in README


async def test_the_readme_names_every_route(bridge: Bridge) -> None:
    routes = {
        (resource.canonical.removesuffix("{ending}"))
        for resource in bridge.running.app.router.resources()
        if not resource.canonical.startswith("/rtc") and resource.canonical != "/{path}"
    }
    missing = {route for route in routes if f"`{route}`" not in README and f" {route}`" not in README}
    assert not missing


def test_the_readme_names_every_command() -> None:
    context = click.Context(main)
    listed = re.search(r"```text\n(vmix-bridge up .*?)```", README, re.DOTALL)
    assert listed
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command
        assert f"vmix-bridge {name}" in listed[1]
        if isinstance(command, click.Group):
            line = next(line for line in listed[1].splitlines() if line.startswith(f"vmix-bridge {name} "))
            assert set(command.commands) == set(re.findall(r"\w+", line.split(name, 1)[1])), name


def test_the_readme_names_every_option_of_up() -> None:
    listed = re.search(r"`up` takes (.*?)\. ", README, re.DOTALL)
    assert listed
    up = main.get_command(click.Context(main), "up")
    assert up
    options = {option for param in up.params for option in param.opts}
    assert set(re.findall(r"--[\w-]+", listed[1])) == options


@pytest.mark.parametrize("part", ["run", "test"])
def test_a_setup_command_is_one_line_that_can_be_pasted(part: str) -> None:
    found = re.search(rf"<!-- {part} -->\n```sh\n(.+)\n```", README)
    assert found
    assert found[1].startswith("python3 -m venv .venv && ")


def _subclasses(cls: type[BridgeError]) -> set[type[BridgeError]]:
    return {cls} | {
        inner for sub in cls.__subclasses__() if sub.__module__ == "bridge.errors" for inner in _subclasses(sub)
    }
