"""``vmix-bridge livekit``: the livekit-server of this machine."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.cli.options import OnData, data_folder
from bridge.cli.words import Refused

if TYPE_CHECKING:
    from bridge.livekit_server.release import Progress as Step


@click.group("livekit", cls=OnData)
def command() -> None:
    """The livekit-server that the bridge runs on this machine."""


@command.command("install")
@click.pass_obj
def install(data: Path | None) -> None:
    """Download the pinned livekit-server, or build it where Go is; print where it is."""
    click.echo(install_with_progress(data_folder(data)))


def install_with_progress(data: Path) -> Path:
    """Install into the data folder, with a bar on stderr. Raises ``Refused`` that says what to do by hand."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
    from rich.text import Text

    from bridge.livekit_server.install import install
    from bridge.livekit_server.release import InstallFailed

    class Bytes(ProgressColumn):
        """Of a download alone: nobody knows how much a compiler has still to do, and the bar just moves."""

        def render(self, task: Task) -> Text:
            return DownloadColumn().render(task) if task.total is not None else Text()

    columns = (TextColumn("{task.description}"), BarColumn(), Bytes(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("livekit-server", total=None)

        def report(step: "Step") -> None:
            bar.tasks[0].total = step.total  # update() takes None for "as it was"
            bar.update(task, description=step.doing, completed=step.done)

        try:
            return asyncio.run(install(data, report=report))
        except InstallFailed as error:
            raise Refused(f"{error.message}: {error.hint}") from None
