"""Scripts for vMix: complete VB.NET files for one meeting room, made from a plain `RoomCard`.

Stands alone: standard library only, nothing from the service, so that a script is on stdout in no time.
"""

from vmix_scripts.card import RoomCard
from vmix_scripts.catalogue import SCRIPTS, Script, Setting, find
from vmix_scripts.readme import readme
from vmix_scripts.render import file_name, render, render_set
from vmix_scripts.seal import Verdict, decode, encode, is_ours, judge, same_script

__all__ = [
    "SCRIPTS",
    "RoomCard",
    "Script",
    "Setting",
    "Verdict",
    "decode",
    "encode",
    "file_name",
    "find",
    "is_ours",
    "judge",
    "readme",
    "render",
    "render_set",
    "same_script",
]
