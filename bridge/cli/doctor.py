"""``vmix-bridge doctor``: what is wrong and what to do about it."""

import sys
from pathlib import Path

import click

from bridge.cli.options import data_folder, folder_options
from bridge.cli.output import json_option, show
from bridge.cli.words import as_called


@click.command("doctor")
@folder_options
@json_option
@click.pass_obj
def command(data: Path | None, /, config: Path | None, as_json: bool) -> None:
    """Say what is wrong and what to do about it.

    Settings, files, LiveKit and ports: those of the bridge that runs on the data folder, else those of a start from
    here; with --config those of a start with that file. Nothing is changed. Each line says ok, warn or bad. Exit code
    1 where something is bad.
    """
    from bridge.ops.doctor import examine, healthy

    found = examine(data_folder(data), config)
    if as_json:
        show({"success": healthy(found), "findings": [finding.as_json() for finding in found]}, as_json=True)
    else:
        for finding in found:
            click.echo(as_called(finding.line()))
    sys.exit(0 if healthy(found) else 1)
