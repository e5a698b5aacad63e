"""``vmix-bridge up``: run the service until Ctrl+C."""

import asyncio
import gc
import sys
from pathlib import Path
from typing import Any

import click

from bridge.cli.options import data_folder, folder_options
from bridge.cli.output import is_terminal
from bridge.cli.words import Refused, say


@click.command("up")
@folder_options
@click.option("--listen", metavar="HOST:PORT", help="Address to listen on.  [default: 127.0.0.1:8790]")
@click.option("--media", type=click.Choice(["auto", "livekit", "local", "rehearsal"]), help="Where calls run.")
@click.option("--install", is_flag=True, help="Install a livekit-server first where there is none.")
@click.option("--end-calls", is_flag=True, help="Ctrl+C ends the calls too, whoever is inside.")
@click.option("--json-logs", is_flag=True, help="Write the log as one JSON object a line.")
@click.pass_obj
def command(
    data: Path | None,
    /,
    config: Path | None,
    install: bool,
    end_calls: bool,
    json_logs: bool,
    **options: Any,
) -> None:
    """Run the bridge until Ctrl+C.

    Calls with people inside outlive it, for the next up to take over; a second Ctrl+C ends them.
    """
    from bridge.errors import StoreBroken
    from bridge.ops.errors import OpsError
    from bridge.ops.restore import finish_interrupted
    from bridge.settings import SettingsError, load

    folder = data_folder(data)
    _make_private(folder)
    try:
        finish_interrupted(folder)
        loaded = load(config, folder, {key: value for key, value in options.items() if value is not None})
        _install_if_wanted(loaded.settings, folder, install)
        asyncio.run(_run(loaded, folder, json_logs, end_calls))
    except (SettingsError, OpsError) as error:
        raise Refused(str(error)) from None
    except StoreBroken as error:
        raise Refused(f"{error.message}: {error.hint}") from None


def _make_private(folder: Path) -> None:
    """The data folder, its owner's alone. Raises ``Refused``."""
    from bridge.files import private_folder

    try:
        private_folder(folder)
    except OSError as error:
        raise Refused(
            f"cannot use the data folder {folder}: {error.strerror}; let this user write to it, or give another folder"
        ) from None


def _install_if_wanted(settings: Any, data: Path, install: bool) -> None:
    """``--install`` says yes beforehand; a terminal is asked; everything else goes on without."""
    from bridge.livekit_server.install import find

    if not settings.runs_here or find(data, settings.local.binary):
        return
    if install or (
        is_terminal(sys.stdin) and click.confirm("No livekit-server is here. Install one?", default=True, err=True)
    ):
        from bridge.cli.livekit import install_with_progress

        install_with_progress(data)


async def _run(loaded: Any, data: Path, json_logs: bool, end_calls: bool) -> None:
    from bridge.cli.offer import offer_console
    from bridge.cli.stopping import listening, until_stopped
    from bridge.logs import set_up
    from bridge.service import running

    with listening() as heard, set_up(data, json=json_logs, secrets=loaded.secrets):
        async with running(loaded, data, examine=_examined) as bridge:
            _say(bridge, loaded, data)
            offer_console(bridge)
            gc.freeze()  # what was loaded stays: with 10,000 rooms each full collection would cost 15 ms
            await until_stopped(bridge, heard, end_calls=end_calls)


def _examined(data: Path) -> Any:
    """For whoever looks at the console; loaded then."""
    from bridge.ops.rounds import rounds

    return rounds(data)


def _say(bridge: Any, loaded: Any, data: Path) -> None:
    from bridge.setting_values import is_loopback, split_listen

    settings = f"settings from {loaded.file}" if loaded.file else "no settings file"
    say(f"vmix-bridge on {bridge.url}, media: {bridge.parts.server}, {settings}, data in {data}")
    if bridge.parts.server == "rehearsal":
        say("It rehearses: buttons work, nobody can join. To leave it: vmix-bridge livekit install")
    if not is_loopback(split_listen(loaded.settings.listen)[0]):
        say(
            "It listens beyond this machine over plain HTTP: keys can be read on the way, and browsers refuse camera "
            "and microphone there. Use a trusted network, or a reverse proxy with HTTPS."
        )
    if is_terminal(sys.stdout):
        user = bridge.parts.accounts.first()
        key = bridge.parts.keys.key(user.id)
        click.echo(f"a first room: {bridge.url}/r/main-stage/create?key={key}")
