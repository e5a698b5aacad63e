"""``vmix-bridge backup`` and ``restore``: a bridge in one file."""

from pathlib import Path

import click

from bridge.cli.options import data_folder, folder_options

FILE = click.Path(path_type=Path)


@click.command("backup")
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@folder_options
@click.pass_obj
def backup(data: Path | None, /, file: Path, force: bool, config: Path | None, own_data: Path | None) -> None:
    """Save the bridge to the zip FILE.

    It may run meanwhile. FILE holds its secrets: whoever has it has every key. Keep it where nobody else reads it.
    """
    from bridge.ops.backup import back_up
    from bridge.ops.errors import OpsError

    try:
        made = back_up(data_folder(own_data, data), file, config=config, force=force)
    except OpsError as error:
        raise click.ClickException(str(error)) from None
    for note in made.notes:
        click.echo(f"Note: {note}.", err=True)
    click.echo(f"saved {', '.join(made.names)}. It holds every secret of this bridge: keep it safe.", err=True)
    click.echo(made.file)


@click.command("restore")
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Where a bridge is already: move its files aside.")
@click.option("--data", "own_data", type=click.Path(file_okay=False, path_type=Path), help="Data folder.")
@click.pass_obj
def restore(data: Path | None, /, file: Path, force: bool, own_data: Path | None) -> None:
    """Bring the bridge in FILE here.

    Every key, link and token of it is valid in the data folder then.
    """
    from bridge.ops.errors import OpsError
    from bridge.ops.restore import restore as restore_file

    folder = data_folder(own_data, data)
    try:
        done = restore_file(folder, file, force=force)
    except OpsError as error:
        raise click.ClickException(str(error)) from None
    for note in done.notes:
        click.echo(f"Note: {note}.", err=True)
    if done.aside:
        click.echo(f"What was there before is in {done.aside}", err=True)
    click.echo(f"{', '.join(done.names)} are in {folder}. Stop the first bridge, then: vmix-bridge up", err=True)
