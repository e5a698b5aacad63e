"""``vmix-bridge keys``: room, studio and view keys."""

from typing import Any

import click

from bridge.cli.client import Client
from bridge.cli.options import OnData
from bridge.cli.output import json_option, show
from bridge.cli.words import say

STUDIO = "*"


@click.group("keys", cls=OnData)
def command() -> None:
    """Keys for buttons, of one room or for every room; with --view keys that read and press nothing."""


def _of_room(verb: str, talk: str, help: str) -> None:
    @command.command(verb, help=help)
    @click.argument("room", required=False)
    @click.option("--view", is_flag=True, help="The key for data sources and multiviews, which presses nothing.")
    @json_option
    @click.pass_obj
    def run(data: Any, room: str | None, view: bool, as_json: bool) -> None:
        answer = Client(data).post(f"/api/keys/{verb}", slug=room or STUDIO, view=view)
        show(answer, as_json, answer["key"])
        if talk:
            say(talk.format(words=(f" {answer['slug']}" if room else "") + (" --view" if view else "")))
        if room and not answer["exists"]:
            say(f"There is no room {answer['slug']} yet: the key opens it once it is made.")


_of_room("show", "", "The key of ROOM; without ROOM the studio key.")
_of_room(
    "rotate",
    "The key before this one stays valid until: vmix-bridge keys retire{words}",
    "Make a new key; the one before stays valid until it is retired.",
)
_of_room("retire", "Only this key is valid from now on.", "Make every key but the newest one wrong.")
