"""``vmix-bridge scripts``: VB.NET for vMix's Scripting tab, from the service or from flags alone."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from bridge.cli.client import Client, room_path
from bridge.cli.options import OnData
from bridge.cli.output import is_terminal
from bridge.cli.rooms import policy_options
from bridge.cli.words import Refused
from vmix_scripts import SCRIPTS, RoomCard, decode, judge, render, render_set

F = TypeVar("F", bound=Callable[..., Any])
WRITES = {"new": "wrote", "outdated": "renewed", "unchanged": "unchanged", "edited": "kept, a person edited it"}
URL = "http://127.0.0.1:8790"


def source_options(command: F) -> F:
    """``--url``; and ``--key`` with name and policy, which make scripts without the service."""
    url = click.option(
        "--url", help=f"Where vMix reaches the bridge.  [default: as the service says; {URL} with --key]"
    )
    key = click.option("--key", help="The room's key: made here, without the service, from this and what follows.")
    return url(key(policy_options(command)))


@click.group("scripts", cls=OnData)
def command() -> None:
    """Scripts by which vMix presses and watches a room, and takes its people in as inputs."""


@command.command("list")
def list_scripts() -> None:
    """What there is."""
    width = max(len(script.name) for script in SCRIPTS)
    for script in SCRIPTS:
        click.echo(f"{script.name:{width}}  {script.summary}")


@command.command()
@click.argument("room")
@click.argument("script", metavar="NAME", type=click.Choice([script.name for script in SCRIPTS]))
@source_options
@click.pass_obj
def show(data: Path | None, /, room: str, script: str, url: str | None, key: str | None, **policy: Any) -> None:
    """Print script NAME of ROOM."""
    card = _card(room, url, key, policy)
    if card:
        text = render(script, card)
    else:
        text = decode(Client(data).download(f"{room_path(room)}/scripts/{script}.vb", url=url))
    _print(text.replace("\r\n", "\n"))


@command.command()
@click.argument("rooms", nargs=-1, metavar="ROOM...")
@click.option("--all", "every", is_flag=True, help="The scripts of every room.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Where to put the folders."
)
@click.option("--force", is_flag=True, help="Overwrite files that a person edited, too.")
@source_options
@click.pass_obj
def write(
    data: Path | None,
    /,
    rooms: tuple[str, ...],
    every: bool,
    out: Path,
    force: bool,
    url: str | None,
    key: str | None,
    **policy: Any,
) -> None:
    """Write all scripts of each ROOM into a folder of its name."""
    if bool(rooms) is every or (key is not None and len(rooms) != 1):
        raise click.UsageError("name the rooms, or give --all; with --key exactly one room")
    card = _card("".join(rooms[:1]), url, key, policy)
    if card:
        _write(out, render_set(card), force)
        return
    client = Client(data)
    for room in [found["slug"] for found in client.get("/r")] if every else rooms:
        _write(out, _fetch(client, room, url), force)


def _print(text: str) -> None:
    """To a terminal as text; into a pipe or a file as UTF-8, whatever the console's own encoding can hold."""
    click.echo(text if is_terminal(sys.stdout) else text.replace("\n", os.linesep).encode(), nl=False)


def _fetch(client: Client, room: str, url: str | None) -> dict[str, bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(client.download(f"{room_path(room)}/scripts.zip", url=url))) as archive:
        return {Path(name).name: archive.read(name) for name in archive.namelist()}


def _slug(files: Mapping[str, bytes]) -> str:
    """The folder is called like the room: the files are ``<slug>-<script>.vb``."""
    return next(name for name in files if name.endswith("-start.vb")).removesuffix("-start.vb")


def _write(out: Path, files: Mapping[str, bytes], force: bool) -> None:
    folder = out / _slug(files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            click.echo(f"{folder / name}: {_write_one(folder / name, content, force)}")
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}; name another folder with --out") from None


def _write_one(path: Path, content: bytes, force: bool) -> str:
    """Bring one file up to date, whole or not at all, and say what was done."""
    from bridge.files import replace, write_new

    verdict = judge(path.read_bytes() if path.exists() else None, decode(content))
    if verdict in ("new", "outdated") or (verdict == "edited" and force):
        fresh = path.with_name(f".{path.name}.new")
        write_new(fresh, content, durable=False)
        replace(fresh, path)
        return "overwrote, a person had edited it" if verdict == "edited" else WRITES[verdict]
    return WRITES[verdict]


def _card(room: str, url: str | None, key: str | None, policy: Mapping[str, Any]) -> RoomCard | None:
    """The room as the flags describe it; None where the service is to be asked. Raises ``UsageError``."""
    given = {word: value for word, value in policy.items() if value is not None}
    if key is None:
        if given:
            raise click.UsageError(f"--{next(iter(given))} needs --key: without it the service knows the room")
        return None
    from datetime import date

    from bridge.version import VERSION

    try:
        return RoomCard(
            **{"name": room, **given},
            slug=room,
            url=url or URL,
            key=key,
            version=VERSION,
            date=date.today().isoformat(),
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None
