"""``vmix-bridge scenes`` and ``take``: what vMix takes in as inputs, and what a scene shows."""

from typing import Any

import click

from bridge.cli.client import Client, room_path
from bridge.cli.options import data_option
from bridge.cli.output import json_option, show, table

COLUMNS = ("name", "kind", "shows", "pages", "silent", "sound")


@click.command()
@data_option()
@click.argument("room")
@json_option
@click.pass_obj
def scenes(data: Any, room: str, as_json: bool) -> None:
    """The scenes of ROOM with their addresses, and how many pages show each."""
    rows = Client(data).get(room_path(room, "scenes"))
    table(rows, COLUMNS, as_json)
    if not as_json:
        for row in rows:
            click.echo(f"{row['name']} {row['url']}")


@click.command()
@data_option()
@click.argument("room")
@click.argument("scene")
@click.argument("seat", default="")
@json_option
@click.pass_obj
def take(data: Any, room: str, scene: str, seat: str, as_json: bool) -> None:
    """Show SEAT, or its screen as in guest1.screen, in SCENE of ROOM; without SEAT the slate."""
    answer = Client(data).get(room_path(room, "take"), scene=scene, seat=seat)
    before = "" if answer["changed"] else " (as before)"
    show(answer, as_json, f"{scene} of {answer['slug']} shows {seat or 'the slate'}{before}")
