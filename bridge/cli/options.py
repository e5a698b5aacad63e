"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from bridge.folder import default_data

F = TypeVar("F", bound=Callable[..., Any])


def _keep(context: click.Context, _: click.Parameter, data: Path | None) -> None:
    """The folder named last is the one; ``pass_obj`` hands it over."""
    if data is not None:
        context.obj = data


def data_option(envvar: str | None = None, help: str = "Data folder.") -> Callable[[F], F]:
    """``--data``: before or behind any command."""
    folder = click.Path(file_okay=False, path_type=Path)
    return click.option("--data", type=folder, envvar=envvar, expose_value=False, callback=_keep, help=help)


def folder_options(command: F) -> F:
    """``--config`` and ``--data``, as ``up`` takes them."""
    config = click.option(
        "--config",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="VMIX_BRIDGE_CONFIG",
        help="Settings file.  [default: as up finds it]",
    )
    return config(data_option()(command))


class OnData(click.Group):
    """A group whose commands all work on a data folder."""

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        if all(param.name != "data" for param in cmd.params):
            data_option()(cmd)
        super().add_command(cmd, name)


def data_folder(named: Path | None) -> Path:
    """The folder that was named, else the platform's own."""
    return named or default_data()
