"""``vmix-bridge program``: the page that sends the show back to the people inside."""

from typing import Any
from urllib.parse import urlsplit

import click

from bridge.cli.browser import open_page as show_page
from bridge.cli.client import Client, room_path
from bridge.cli.options import OnData
from bridge.cli.output import json_option, show
from bridge.cli.words import say_notes


@click.group("program", cls=OnData)
def command() -> None:
    """Send the show back to the people inside."""


@command.command("open")
@click.argument("room")
@click.option("--no-open", is_flag=True, help="Print the address and open nothing.")
@json_option
@click.pass_obj
def open_page(data: Any, room: str, no_open: bool, as_json: bool) -> None:
    """Open the page that sends vMix's picture and a bus of its sound to ROOM. Run it on the vMix PC.

    The address is one of this machine alone: browsers give cameras to no other one without https.
    """
    client = Client(data)
    (link,) = (row for row in client.get(room_path(room, "links")) if row["role"] == "program")
    url = client.address() + urlsplit(link["url"]).path
    opened = not no_open and show_page(url)
    show({"url": url, "opened": opened}, as_json, url)
    if not no_open and not opened:
        say_notes(["no browser was found here: open that address in Chrome or Edge"])
