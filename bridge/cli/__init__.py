"""The command line: one file per group; everything but ``up`` speaks HTTP to the running service.

Data goes to stdout, talk to stderr. Exit codes: 0 done, 1 refused, 2 wrong usage, 3 the service is not there.
"""

from importlib import import_module

import click

from bridge.cli.options import data_option
from bridge.cli.output import say_all_names
from bridge.version import VERSION

COMMANDS = {
    "up": "bridge.cli.up",
    "console": "bridge.cli.open_console",
    "rooms": "bridge.cli.rooms",
    "people": "bridge.cli.people",
    "links": "bridge.cli.links",
    "scenes": "bridge.cli.scenes:scenes",
    "take": "bridge.cli.scenes:take",
    "program": "bridge.cli.program",
    "recordings": "bridge.cli.recordings",
    "keys": "bridge.cli.keys",
    "tokens": "bridge.cli.tokens",
    "scripts": "bridge.cli.scripts",
    "companion": "bridge.cli.companion",
    "livekit": "bridge.cli.livekit",
    "doctor": "bridge.cli.doctor",
    "backup": "bridge.cli.backup:backup",
    "restore": "bridge.cli.backup:restore",
    "autostart": "bridge.cli.autostart",
}


class _Lazy(click.Group):
    """Imports a command's module when it is asked for, so that a script on stdout costs no web server."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        command: click.Command = getattr(import_module(module), attribute or "command")
        return command


@click.group(
    cls=_Lazy,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
)
@data_option("VMIX_BRIDGE_DATA", "Data folder of the bridge.  [default: the platform's own]")
@click.version_option(VERSION, message="vmix-bridge %(version)s")
def main() -> None:
    """Open, start and stop browser meeting rooms from vMix, Companion and here."""
    say_all_names()
