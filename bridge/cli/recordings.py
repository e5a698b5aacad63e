"""``vmix-bridge recordings``: what was recorded, to be seen, played and erased."""

import webbrowser
from typing import Any

import click

from bridge.cli.client import Client, room_path
from bridge.cli.options import OnData
from bridge.cli.output import json_option, show, table
from bridge.cli.recordings_test import command as test
from bridge.cli.words import say_notes

COLUMNS = ("id", "slug", "started", "seconds", "bytes", "state", "files", "reason")


@click.group("recordings", cls=OnData)
def command() -> None:
    """What was recorded."""


command.add_command(test)


@command.command("list")
@click.argument("room", required=False)
@json_option
@click.pass_obj
def list_recordings(data: Any, room: str | None, as_json: bool) -> None:
    """Every recording, or those of ROOM, which may be gone already; newest first."""
    client = Client(data)
    rows = client.post("/api/recordings/getAll") if room is None else client.get(room_path(room, "recordings"))
    table(rows, COLUMNS, as_json)


@command.command("show")
@click.argument("recording", metavar="ID")
@json_option
@click.pass_obj
def show_recording(data: Any, recording: str, as_json: bool) -> None:
    """All that is known of the recording ID."""
    row = Client(data).post("/api/recordings/getById", id=recording)
    show(row, as_json, "\n".join(f"{field}: {value}" for field, value in row.items()))


@command.command("remove")
@click.argument("recording", metavar="ID")
@json_option
@click.pass_obj
def remove_recording(data: Any, recording: str, as_json: bool) -> None:
    """Erase the recording ID and its files. It comes back from nowhere."""
    answer = Client(data).post("/api/recordings/remove", id=recording)
    show(answer, as_json, f"{recording} and its files are erased")


@command.command("open")
@click.argument("recording", metavar="ID")
@click.option("--no-open", is_flag=True, help="Print the address and open nothing.")
@json_option
@click.pass_obj
def open_recording(data: Any, recording: str, no_open: bool, as_json: bool) -> None:
    """Play the recording ID in a browser of this machine. Whoever has the address can, for ten minutes."""
    client = Client(data)
    ticket = client.post("/api/recordings/ticket", id=recording)
    if not ticket["files"]:
        say_notes(["none of its files can be read on this machine"])
    url = client.address() + ticket["path"]
    opened = not no_open and webbrowser.open(url)
    show({"url": url, "opened": opened}, as_json, url)
    if not no_open and not opened:
        say_notes(["no browser was found here: open that address in one"])
