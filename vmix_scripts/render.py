"""Makes a room's scripts: complete files whose header lines and settings block get this room's values.

Nothing outside the header and the block is touched.
"""

import re
from collections.abc import Mapping

from vmix_scripts.card import RoomCard
from vmix_scripts.catalogue import SCRIPTS, Script, find
from vmix_scripts.quote import assignments, comment
from vmix_scripts.readme import readme
from vmix_scripts.seal import encode, seal
from vmix_scripts.splice import spliced

BLOCK_BEGINS = "' ---- settings: change what stands between the quotes, nothing else ----"
BLOCK_ENDS = "' ---- end of settings ----"

_HEADER_LINE = re.compile(r"^' (Room|Bridge|Name|Version|Date): +")
_SETTING_LINE = re.compile(r"^Dim (\w+) As System\.(String|Int32) = ")

Value = str | int


def render(name: str, card: RoomCard, settings: Mapping[str, Value] | None = None) -> str:
    """The script `name` for one room, with CRLF line ends; KeyError for a script or setting there is not.

    `settings` presets values of the block that do not come from the room, a title's name for instance.
    """
    script = find(name)
    values = _values(script, card) | _known(script, settings or {})
    header, block, body = _split(spliced(name))
    lines = [*_fill_header(header, _headers(script, card)), *_fill_block(block, values), *body]
    return seal("\n".join(lines) + "\n")


def render_set(card: RoomCard) -> dict[str, bytes]:
    """Every file of one room by its name, the README included, ready for a folder or a zip."""
    files = {file_name(script.name, card): encode(render(script.name, card)) for script in SCRIPTS}
    return {**files, "README.txt": encode(readme(card))}


def file_name(name: str, card: RoomCard) -> str:
    """The script's file; the room's slug is in it because vMix lists the scripts of all rooms together."""
    return f"{card.slug}-{name}.vb"


def _values(script: Script, card: RoomCard) -> dict[str, Value]:
    """What the room says about each setting; a setting of which it says nothing keeps the file's value."""
    values: dict[str, Value] = {
        "bridgeUrl": card.base,
        "roomSlug": card.slug,
        "roomKey": card.key,
        "roomName": card.name,
        "media": card.media,
        "maxPeople": str(card.max),
        "webinar": _bit(card.webinar),
        "chat": _bit(card.chat),
        "screen": _bit(card.screen),
        "record": _bit(card.record),
        "mode": card.mode,
    }
    return {setting.name: values[setting.name] for setting in script.settings if setting.name in values}


def _known(script: Script, settings: Mapping[str, Value]) -> dict[str, Value]:
    names = {setting.name for setting in script.settings}
    for name in settings:
        if name not in names:
            raise KeyError(f"script {script.name!r} has no setting {name!r}; it has {', '.join(sorted(names))}")
    return dict(settings)


def _headers(script: Script, card: RoomCard) -> dict[str, str]:
    return {
        "Room": f"{comment(card.name)} ({card.slug})",
        "Bridge": comment(f"{card.bridge} at {card.base}"),
        "Name": f"{card.slug}-{script.name}",
        "Version": comment(card.version),
        "Date": comment(card.date),
    }


def _split(lines: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Header, settings block with its two markers, and body."""
    begins, ends = lines.index(BLOCK_BEGINS), lines.index(BLOCK_ENDS)
    return lines[:begins], lines[begins : ends + 1], lines[ends + 1 :]


def _fill_header(lines: list[str], headers: dict[str, str]) -> list[str]:
    filled = []
    for line in lines:
        match = _HEADER_LINE.match(line)
        filled.append(f"{match[0]}{headers[match[1]]}" if match else line)
    return filled


def _fill_block(lines: list[str], values: dict[str, Value]) -> list[str]:
    filled: list[str] = []
    for line in lines:
        match = _SETTING_LINE.match(line)
        if match is None or match[1] not in values:
            filled.append(line)
        elif match[2] == "String":
            filled.extend(assignments(match[1], str(values[match[1]])))
        else:
            filled.append(f"{match[0]}{int(values[match[1]])}")
    return filled


def _bit(on: bool) -> str:
    return "1" if on else "0"
