"""``vmix-bridge backup`` and ``restore``: a bridge in one file."""

from pathlib import Path

import click

from bridge.cli.options import data_folder, data_option, folder_options
from bridge.cli.words import Refused, say, say_notes

FILE = click.Path(path_type=Path)


@click.command("backup")
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@folder_options
@click.pass_obj
def backup(data: Path | None, /, file: Path, force: bool, config: Path | None) -> None:
    """Save the bridge to the zip FILE.

    It may run meanwhile. FILE holds its secrets: whoever has it has every key. Keep it where nobody else reads it.
    """
    from bridge.ops.backup import back_up
    from bridge.ops.errors import OpsError

    try:
        made = back_up(data_folder(data), file, config=config, force=force)
    except OpsError as error:
        raise Refused(str(error)) from None
    say_notes(made.notes)
    say(f"saved {', '.join(made.names)}. It holds every secret of this bridge: keep it safe.")
    click.echo(made.file)


@click.command("restore")
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Where a bridge is already: move its files aside.")
@data_option()
@click.pass_obj
def restore(data: Path | None, /, file: Path, force: bool) -> None:
    """Bring the bridge in FILE here.

    Every key, link and token of it is valid in the data folder then.
    """
    from bridge.ops.errors import OpsError
    from bridge.ops.restore import restore as restore_file

    folder = data_folder(data)
    try:
        done = restore_file(folder, file, force=force)
    except OpsError as error:
        raise Refused(str(error)) from None
    say_notes(done.notes)
    if done.aside:
        say(f"What was there before is in {done.aside}")
    say(f"{', '.join(done.names)} are in {folder}. Stop the first bridge, then: vmix-bridge up")
