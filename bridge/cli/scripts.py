"""``vmix-bridge scripts``: VB.NET for vMix's Scripting tab, from the service or from flags alone."""

from collections.abc import Mapping
from pathlib import Path

import click

from bridge.cli.client import Client, room_path
from vmix_scripts import SCRIPTS, RoomCard, decode, judge, render, render_set

WRITES = {"new": "wrote", "outdated": "renewed", "unchanged": "unchanged", "edited": "kept, a person edited it"}


@click.group("scripts")
def command() -> None:
    """Scripts that create, start, stop, set and watch a room from vMix."""


@command.command("list")
def list_scripts() -> None:
    """What there is."""
    for script in SCRIPTS:
        click.echo(f"{script.name:8} {script.summary}")


@command.command()
@click.argument("room")
@click.argument("name", type=click.Choice([script.name for script in SCRIPTS]))
@click.option("--url", help="Where vMix reaches the bridge.  [default: as the service says]")
@click.option("--key", help="The room's key: the script is made here, without the service.")
@click.option("--name", "title", help="The room's name, with --key.  [default: ROOM]")
@click.pass_obj
def show(data: Path | None, room: str, name: str, url: str | None, key: str | None, title: str | None) -> None:
    """Print script NAME of ROOM."""
    if key:
        text = render(name, _card(room, title or room, url, key))
    else:
        text = decode(Client(data).download(f"{room_path(room)}/scripts/{name}.vb", url=url))
    click.echo(text.replace("\r\n", "\n"), nl=False)


@command.command()
@click.argument("rooms", nargs=-1, metavar="ROOM...")
@click.option("--all", "every", is_flag=True, help="The scripts of every room.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Where to put the folders."
)
@click.option("--force", is_flag=True, help="Overwrite files that a person edited, too.")
@click.option("--url", help="Where vMix reaches the bridge.  [default: as the service says]")
@click.option("--key", help="The room's key: the scripts are made here, without the service.")
@click.option("--name", "title", help="The room's name, with --key.  [default: ROOM]")
@click.pass_obj
def write(
    data: Path | None,
    rooms: tuple[str, ...],
    every: bool,
    out: Path,
    force: bool,
    url: str | None,
    key: str | None,
    title: str | None,
) -> None:
    """Write all scripts of each ROOM into a folder of its name."""
    if bool(rooms) is every or (key and len(rooms) != 1):
        raise click.UsageError("name the rooms, or give --all; with --key exactly one room")
    client = Client(data)
    for room in [found["slug"] for found in client.get("/r")] if every else rooms:
        files = render_set(_card(room, title or room, url, key)) if key else _fetch(client, room, url)
        _write(out / _slug(files), files, force)


def _fetch(client: Client, room: str, url: str | None) -> dict[str, bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(client.download(f"{room_path(room)}/scripts.zip", url=url))) as archive:
        return {Path(name).name: archive.read(name) for name in archive.namelist()}


def _slug(files: Mapping[str, bytes]) -> str:
    """The folder is called like the room: the files are ``<slug>-<script>.vb``."""
    return next(name for name in files if name.endswith("-start.vb")).removesuffix("-start.vb")


def _write(folder: Path, files: Mapping[str, bytes], force: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        verdict = judge(path.read_bytes() if path.exists() else None, decode(content))
        done = WRITES[verdict]
        if verdict in ("new", "outdated") or (verdict == "edited" and force):
            path.write_bytes(content)
            done = "overwrote, a person had edited it" if verdict == "edited" else done
        click.echo(f"{path}: {done}")


def _card(room: str, title: str, url: str | None, key: str) -> RoomCard:
    from datetime import date

    from bridge.version import VERSION

    try:
        return RoomCard(
            name=title,
            slug=room,
            url=url or "http://127.0.0.1:8790",
            key=key,
            version=VERSION,
            date=date.today().isoformat(),
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None
