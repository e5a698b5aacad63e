"""``vmix-bridge links``: where people join, as text, as QR codes, and renewed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bridge.cli.client import Client, room_path
from bridge.cli.options import data_option
from bridge.cli.output import json_option, show
from bridge.cli.words import say, say_notes


@click.command("links")
@data_option()
@click.argument("room")
@click.option("--renew", metavar="NAME", help="Another link for a seat, speaker, guest, scene or program; or all.")
@click.option("--qr", is_flag=True, help="Draw the join links as QR codes here.")
@click.option("--svg", type=click.Path(file_okay=False, path_type=Path), help="Write them as SVG files to this folder.")
@json_option
@click.pass_obj
def command(data: Any, room: str, renew: str | None, qr: bool, svg: Path | None, as_json: bool) -> None:
    """The links of ROOM: for speakers, guests, scenes, the program, and of each seat. Whoever has one comes in."""
    client = Client(data)
    if renew:
        room_id = client.get(room_path(room))["id"]
        rows = client.post("/api/conferences/links/renew", id=room_id, name=renew)
        say_notes(["the links before open nothing any more; whoever is inside stays"])
    else:
        rows = client.get(room_path(room, "links"))
    joins = [row for row in rows if row["role"] not in ("scene", "program")]
    if svg is not None:
        _write(svg, joins)
    if qr:
        _draw(joins)
    elif as_json:
        show(rows, as_json=True)
    else:
        _list(rows)


def _list(rows: Sequence[dict[str, str]]) -> None:
    """A line each, as wide as it is: a link that was cut leads nowhere."""
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        click.echo(f"{row['name']:{width}}  {row['role']:7}  {row['url']}")
    if here := [row["name"] for row in rows if row["note"]]:
        say_notes([f"{', '.join(dict.fromkeys(here))}: these links work on this machine only"])


def _draw(rows: Sequence[dict[str, str]]) -> None:
    import segno

    for row in rows:
        click.echo(f"{row['name']}  {row['url']}")
        segno.make(row["url"]).terminal(compact=True)


def _write(folder: Path, rows: Sequence[dict[str, str]]) -> None:
    import segno

    folder.mkdir(parents=True, exist_ok=True)
    for row in rows:
        file = folder / f"{row['name']}.svg"
        segno.make(row["url"]).save(str(file), scale=8)
        say(f"wrote {file}")
