"""``vmix-bridge keys``: room and studio keys."""

from typing import Any

import click

from bridge.cli.client import Client
from bridge.cli.output import json_option, show

STUDIO = "*"


@click.group("keys")
def command() -> None:
    """Keys for buttons: of one room, or the studio key for every room."""


def _of_room(verb: str, talk: str, help: str) -> None:
    @command.command(verb, help=help)
    @click.argument("room", required=False)
    @json_option
    @click.pass_obj
    def run(data: Any, room: str | None, as_json: bool) -> None:
        answer = Client(data).post(f"/api/keys/{verb}", slug=room or STUDIO)
        show(answer, as_json, answer["key"])
        if talk:
            click.echo(talk.format(room=f" {answer['slug']}" if room else ""), err=True)
        if room and not answer["exists"]:
            click.echo(f"There is no room {answer['slug']} yet: the key opens it once it is made.", err=True)


_of_room("show", "", "The key of ROOM; without ROOM the studio key.")
_of_room(
    "rotate",
    "The key before this one stays valid until: vmix-bridge keys retire{room}",
    "Make a new key; the one before stays valid until it is retired.",
)
_of_room("retire", "Only this key is valid from now on.", "Make every key but the newest one wrong.")
