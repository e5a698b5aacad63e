"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def folder_options(command: F) -> F:
    """``--config`` and ``--data``, as ``up`` takes them."""
    config = click.option(
        "--config",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="VMIX_BRIDGE_CONFIG",
        help="Settings file.  [default: as up finds it]",
    )
    data = click.option("--data", "own_data", type=click.Path(file_okay=False, path_type=Path), help="Data folder.")
    return config(data(command))


def data_folder(own: Path | None, of_group: Path | None) -> Path:
    """The folder that was named, else the platform's own."""
    from bridge.settings import default_data

    return own or of_group or default_data()
