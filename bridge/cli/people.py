"""``vmix-bridge people``: who is in a room, seat by seat."""

from typing import Any

import click

from bridge.cli.client import Client, room_path
from bridge.cli.options import data_option
from bridge.cli.output import json_option, table

COLUMNS = ("who", "state", "role", "mic", "camera", "screen", "new_browser", "name")


@click.command("people")
@data_option()
@click.argument("room")
@json_option
@click.pass_obj
def command(data: Any, room: str, as_json: bool) -> None:
    """Who is in ROOM: its seats first, then everybody else, then who waits."""
    table(Client(data).get(room_path(room, "people")), COLUMNS, as_json)
