"""``vmix-bridge companion``: a page to import into Bitfocus Companion, from the service or from flags alone."""

from pathlib import Path

import click

from bridge.cli.client import Client, room_path
from bridge.cli.options import OnData
from bridge.cli.words import Refused
from bridge.companion import RoomCard, file_name, page, polling

URL = "http://127.0.0.1:8790"


@click.group("companion", cls=OnData)
def command() -> None:
    """A page of Companion that presses rooms and shows how they are."""


@command.command()
@click.argument("room", required=False)
@click.option(
    "--polling", "polls", is_flag=True, help="Not the page, but the trigger that asks where nothing is pushed."
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="The folder to put it into."
)
@click.option("--url", help=f"Where Companion reaches the bridge.  [default: as the service says; {URL} with --key]")
@click.option("--key", help="The room's key: made here, without the service, from this and what follows.")
@click.option("--name", help="With --key: the name people read.")
@click.option("--seats", help="With --key: reserved places by name, separated by commas, as in host,guest1.")
@click.pass_obj
def write(
    data: Path | None,
    /,
    room: str | None,
    polls: bool,
    out: Path,
    url: str | None,
    key: str | None,
    name: str | None,
    seats: str | None,
) -> None:
    """Write the page of ROOM, or one of all rooms. It holds their keys."""
    if key is None and (name is not None or seats is not None):
        raise click.UsageError("--name and --seats need --key: without it the service knows the room")
    if key is not None:
        card = _card(room, url or URL, key, name, seats)
        _write(out / file_name(card.slug, polls=polls), polling([card]) if polls else page([card], card.name))
        return
    client, asked = Client(data), {"url": url, "polling": "1" if polls else None}
    if room is None:
        _write(out / file_name(polls=polls), client.download("/companion.companionconfig", **asked))
        return
    slug = client.get(room_path(room))["slug"]
    _write(out / file_name(slug, polls=polls), client.download(room_path(slug, "companion.companionconfig"), **asked))


def _card(room: str | None, url: str, key: str, name: str | None, seats: str | None) -> RoomCard:
    """Raises ``UsageError``."""
    if room is None:
        raise click.UsageError("with --key name the room")
    try:
        return RoomCard(name or room, room, url, key, tuple(seats.split(",")) if seats else ())
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _write(path: Path, content: bytes) -> None:
    """Readable by its owner only: it holds keys."""
    from bridge.files import write_private

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(path, content.decode(), durable=False)
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}; name another folder with --out") from None
    click.echo(path)
