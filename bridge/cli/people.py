"""``vmix-bridge people``: who is in a room, seat by seat, and the studio's hand on them."""

from typing import Any

import click

from bridge.cli.client import Client, room_path
from bridge.cli.options import OnData
from bridge.cli.output import json_option, show, table

COLUMNS = ("who", "state", "role", "mic", "camera", "screen", "blocked", "new_browser", "name")
LIST = "list"
DONE = {
    "mute": "is muted",
    "unmute": "is asked to speak",
    "block": "may not send that any more",
    "allow": "may send that again",
    "promote": "may speak",
    "demote": "only watches",
    "say": "is told",
    "remove": "is put out, and stays out",
    "admit": "may come in",
    "refuse": "is not let in",
}
WHAT = ("mute", "block", "allow")


class _People(OnData):
    """``people ROOM`` is ``people list ROOM``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = args[0] in self.commands or args[0].startswith("-")
        return super().resolve_command(ctx, args if known else [LIST, *args])


@click.group("people", cls=_People)
def command() -> None:
    """Who is in a room; mute, block, promote them and their opposites, say something to them, let them in or not."""


@command.command(LIST)
@click.argument("room")
@json_option
@click.pass_obj
def list_people(data: Any, room: str, as_json: bool) -> None:
    """Who is in ROOM: its seats first, then everybody else, then who waits."""
    table(Client(data).get(room_path(room, "people")), COLUMNS, as_json)


def _hand(name: str, done: str) -> click.Command:
    """The press of that name. WHO is a seat, an identity as ``people`` prints it, or a word for several."""

    def press(data: Any, /, room: str, who: str, as_json: bool, **rest: Any) -> None:
        answer = Client(data).get(room_path(room, name), who=who, **rest)
        show(answer, as_json, f"{who} {done}" + ("" if answer["changed"] else " (as before)"))

    press.__doc__ = f"WHO of ROOM {done}. WHO: a seat, an identity, all, speakers, viewers, seats or next."
    made = click.pass_obj(press)
    made = json_option(made)
    if name in WHAT:
        made = click.option("--what", type=click.Choice(["mic", "camera", "screen", "all"]), default="mic")(made)
    if name == "say":
        made = click.argument("text")(made)
    made = click.argument("room")(click.argument("who")(made))
    return click.command(name)(made)


for _name, _done in DONE.items():
    command.add_command(_hand(_name, _done))
