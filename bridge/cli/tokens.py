"""``vmix-bridge tokens``: API tokens, one user each."""

from typing import Any

import click

from bridge.cli.client import Client
from bridge.cli.options import OnData
from bridge.cli.output import json_option, show, table
from bridge.cli.words import say


@click.group("tokens", cls=OnData)
def command() -> None:
    """API tokens; each stands for a user with rooms of its own."""


@command.command()
@click.argument("name")
@json_option
@click.pass_obj
def create(data: Any, name: str, as_json: bool) -> None:
    """Make a user called NAME and print the API token, this once."""
    answer = Client(data).post("/api/tokens/create", name=name)
    show(answer, as_json, answer["token"])
    say(f"{name} is user {answer['user_id']}. Keep the token: it is not shown again.")


@command.command("list")
@json_option
@click.pass_obj
def list_tokens(data: Any, as_json: bool) -> None:
    """Every user; the tokens themselves are stored nowhere."""
    table(Client(data).post("/api/tokens/list"), ("user_id", "name", "first", "created"), as_json)


@command.command()
@click.argument("user_id")
@json_option
@click.pass_obj
def revoke(data: Any, user_id: str, as_json: bool) -> None:
    """Make the token and keys of USER_ID wrong; the rooms are stopped and become yours, with other keys and links."""
    answer = Client(data).post("/api/tokens/revoke", user_id=user_id)
    rooms = answer["rooms"]
    moved = f"; stopped and yours now, with other keys and links: {', '.join(rooms)}" if rooms else ""
    show(answer, as_json, f"{user_id} is revoked{moved}")
