"""``vmix-bridge console``: the operator's page in the browser."""

from typing import Any

import click

from bridge.cli.browser import open_page
from bridge.cli.client import Client
from bridge.cli.options import data_option
from bridge.cli.output import json_option, show
from bridge.cli.words import say_notes


@click.command("console")
@data_option()
@click.option("--no-open", is_flag=True, help="Print the address and open nothing.")
@json_option
@click.pass_obj
def command(data: Any, no_open: bool, as_json: bool) -> None:
    """Open the page from which a show is run.

    The address opens it once, within a minute, and is worth nothing afterwards.
    """
    url = Client(data).post("/console/ticket")["url"]
    opened = not no_open and open_page(url)
    show({"url": url, "opened": opened}, as_json, url)
    if not opened:
        found = "" if no_open else "no browser was found here; "
        say_notes([f"{found}this address opens the console once, within a minute"])
