"""``vmix-bridge autostart``: the bridge after a reboot."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.cli.options import data_folder, data_option, folder_options
from bridge.cli.output import json_option, show
from bridge.cli.words import Refused, say_notes

if TYPE_CHECKING:
    from bridge.ops.autostart.switch import State


@click.group("autostart")
def command() -> None:
    """Start the bridge when you log in."""


@command.command("on")
@folder_options
@json_option
@click.pass_obj
def on(data: Path | None, /, config: Path | None, as_json: bool) -> None:
    """Start it at every log-on, and now unless it runs."""
    from bridge.ops.autostart.switch import turn_on

    _show(lambda: turn_on(data_folder(data), config), as_json)


@command.command("off")
@data_option()
@json_option
@click.pass_obj
def off(data: Path | None, /, as_json: bool) -> None:
    """Start it no more; a bridge that runs goes on."""
    from bridge.ops.autostart.switch import turn_off

    _show(lambda: turn_off(data_folder(data)), as_json)


@command.command("status")
@folder_options
@json_option
@click.pass_obj
def status(data: Path | None, /, config: Path | None, as_json: bool) -> None:
    """Whether it is on, and what it runs or would run."""
    from bridge.ops.autostart.switch import state

    _show(lambda: state(data_folder(data), config), as_json)


def _show(ask: "Callable[[], State]", as_json: bool) -> None:
    from bridge.ops.errors import OpsError

    try:
        state = ask()
    except OpsError as error:
        raise Refused(str(error)) from None
    runs = f": {state.runs}" if state.runs else ""
    show({"on": state.on, "runs": state.runs, "notes": state.notes}, as_json, ("on" if state.on else "off") + runs)
    say_notes(state.notes)
