"""``vmix-bridge recordings test``: how well this machine records."""

import asyncio
import sys
from pathlib import Path

import click

from bridge.cli.options import data_folder, folder_options
from bridge.cli.output import json_option, show
from bridge.cli.words import Refused, say_notes


@click.command("test")
@folder_options
@click.option("--seconds", type=click.FloatRange(3, 60), default=10.0, show_default=True, help="How long it records.")
@json_option
@click.pass_obj
def command(data: Path | None, /, config: Path | None, seconds: float, as_json: bool) -> None:
    """Record a picture that moves, and say how well this machine does it.

    A browser does it as with a room, beside what else runs here, so try it while vMix works. The file is removed
    again. Exit code 1 where such a recording would be of no use.
    """
    from bridge.errors import StoreBroken
    from bridge.ops.errors import OpsError
    from bridge.ops.trial import trial
    from bridge.settings import SettingsError, load

    folder = data_folder(data)
    try:
        found = asyncio.run(trial(load(config, folder, {}).settings, folder, seconds))
    except (SettingsError, OpsError) as error:
        raise Refused(str(error)) from None
    except (StoreBroken, OSError) as error:
        raise Refused(f"it cannot be tried here: {error}") from None
    notes = list(found.advice())
    answer = {
        "success": found.good,
        "browser": found.browser,
        "frames_per_second": round(found.rate, 1),
        "seconds": round(found.seconds, 1),
        "sound": found.sound,
        "cores": round(found.cores, 2),
        "all_cores": found.all_cores,
        "memory_mb": round(found.memory),
        "bytes": found.bytes,
        "ffmpeg": found.ffmpeg,
        "notes": notes,
    }
    line = (
        f"{found.rate:.0f} of 30 frames a second, sound {'yes' if found.sound else 'no'}, {found.cores:.1f} of "
        f"{found.all_cores} cores, {found.memory:.0f} MB, with {found.browser}"
    )
    show(answer, as_json, line)
    if not as_json:
        say_notes(notes)
    sys.exit(0 if found.good else 1)
