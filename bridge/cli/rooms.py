"""``vmix-bridge rooms``: the short routes from a terminal."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from bridge.cli.client import Client, room_path
from bridge.cli.options import OnData
from bridge.cli.output import is_terminal, json_option, show, table
from bridge.cli.words import say_notes

F = TypeVar("F", bound=Callable[..., Any])
WARNINGS = {
    "id_opens_microphones": "whoever knows the id of this room may speak in it now",
    "people_over_max": "more people are inside than max; nobody is put out for that",
    "recording_unavailable": "the room asks for a recording, and this bridge has nothing to record with",
    "auto_create_on": "LiveKit has room.auto_create on: a stop can be undone for a second by whoever holds a token",
}
"""The consequences of a press, in words."""
COLUMNS = ("slug", "state", "people", "max", "name")


def policy_options(command: F) -> F:
    """The policy, in the words of the short routes."""
    for option in reversed(
        (
            click.option("--name", help="The name people read, 1 to 200 characters."),
            click.option("--max", type=int, help="How many people may be inside."),
            click.option("--media", type=click.Choice(["av", "video", "audio"]), help="What speakers may send."),
            click.option("--webinar/--no-webinar", default=None, help="Whether guests may watch."),
            click.option("--chat/--no-chat", default=None, help="Whether there is a chat."),
            click.option("--screen/--no-screen", default=None, help="Whether speakers may share their screen."),
            click.option("--record/--no-record", default=None, help="Whether the room is to be recorded."),
            click.option("--mode", type=click.Choice(["grid", "chat", "speaker"]), help="Layout of a recording."),
            click.option("--seats", help="Reserved places by name, separated by commas, as in host,guest1."),
            click.option("--lobby/--no-lobby", default=None, help="Whether people wait until they are admitted."),
        )
    ):
        command = option(command)
    return command


yes_option = click.option("--yes", "-y", is_flag=True, help="Do not ask first.")


@click.group("rooms", cls=OnData)
def command() -> None:
    """Make rooms, open and close them."""


@command.command("list")
@json_option
@click.pass_obj
def list_rooms(data: Any, as_json: bool) -> None:
    """Every room."""
    table(Client(data).get("/r"), COLUMNS, as_json)


@command.command("show")
@click.argument("room")
@json_option
@click.pass_obj
def show_room(data: Any, room: str, as_json: bool) -> None:
    """One room with its policy."""
    found = Client(data).get(room_path(room))
    if as_json:
        show(found, as_json=True)
    else:
        table([{"field": key, "value": value} for key, value in found.items()], ("field", "value"), as_json=False)


@command.command()
@click.argument("room")
@click.option(
    "--preset", type=click.Choice(["team", "webinar", "audio", "recorded"]), help="Values for what is left out."
)
@policy_options
@click.option("--start/--no-start", default=None, help="Whether it opens at once.  [default: start]")
@click.option("--strict", is_flag=True, help="Fail where the room is there already with another policy.")
@json_option
@click.pass_obj
def create(data: Any, /, room: str, as_json: bool, strict: bool, **params: Any) -> None:
    """Make a room; ROOM is its short name in URLs, as in main-stage."""
    _press(Client(data).get(room_path(room, "create"), **_words(params), strict=int(strict)), as_json)


@command.command("set")
@click.argument("room")
@policy_options
@json_option
@click.pass_obj
def set_policy(data: Any, /, room: str, as_json: bool, **params: Any) -> None:
    """Change a room's policy; it reaches the people inside."""
    _press(Client(data).get(room_path(room, "set"), **_words(params)), as_json)


@command.command()
@click.argument("room")
@json_option
@click.pass_obj
def start(data: Any, room: str, as_json: bool) -> None:
    """Open a room."""
    _press(Client(data).get(room_path(room, "start")), as_json)


@command.command()
@click.argument("room")
@click.option("--if-empty", is_flag=True, help="Only while nobody is inside.")
@yes_option
@json_option
@click.pass_obj
def stop(data: Any, room: str, as_json: bool, if_empty: bool, yes: bool) -> None:
    """Close a room and put everybody out; with people inside, a terminal is asked first."""
    client = Client(data)
    if not (yes or if_empty) and is_terminal(sys.stdin):
        found = client.get(room_path(room))
        if found["people"] != 0:
            _confirm(found, "stop")
    _press(client.get(room_path(room, "stop"), **{"if": "empty" if if_empty else None}), as_json)


@command.command()
@click.argument("room")
@yes_option
@json_option
@click.pass_obj
def remove(data: Any, room: str, as_json: bool, yes: bool) -> None:
    """Forget a room; its call ends. A terminal is asked first."""
    client = Client(data)
    found = client.get(room_path(room))
    if not yes and is_terminal(sys.stdin):
        _confirm(found, "remove")
    answer = client.delete("/api/conferences/remove", id=found["id"])
    show(answer, as_json, f"{found['slug']} is removed")


def _confirm(room: dict[str, Any], verb: str) -> None:
    """Go on if the person at the terminal says so. Raises ``Abort``."""
    slug, people = room["slug"], room["people"]
    match people:
        case 0:
            question = f"{verb.capitalize()} {slug}?"
        case None:
            question = f"LiveKit cannot be asked who is inside {slug}: {verb} it?"
        case 1:
            question = f"1 person is inside {slug}: {verb} it?"
        case _:
            question = f"{people} people are inside {slug}: {verb} it?"
    click.confirm(question, abort=True, err=True)


def _words(params: dict[str, Any]) -> dict[str, object]:
    return {key: int(value) if isinstance(value, bool) else value for key, value in params.items() if value is not None}


def _press(room: dict[str, Any], as_json: bool) -> None:
    changed = room["changed"]
    differs = f"; it differs in {room['differs']}" if "differs" in room else ""
    show(room, as_json, f"{room['slug']} is {room['state']}" + ("" if changed else " (as before)") + differs)
    say_notes(WARNINGS.get(warning, warning) for warning in room.get("warning", "").split(",") if warning)
