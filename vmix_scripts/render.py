"""Makes a room's scripts: complete files whose header and settings block are this room's; the rest is any room's."""

from collections.abc import Mapping

from vmix_scripts.card import RoomCard
from vmix_scripts.catalogue import FIRST_SCENE, FIRST_SEAT, SCRIPTS, Script, find
from vmix_scripts.quote import assignments, comment
from vmix_scripts.readme import readme
from vmix_scripts.seal import encode, seal
from vmix_scripts.splice import spliced

BLOCK_BEGINS = "' ---- settings: change what stands between the quotes, nothing else ----"
BLOCK_ENDS = "' ---- end of settings ----"

Value = str | int


def render(name: str, card: RoomCard, settings: Mapping[str, Value] | None = None) -> str:
    """The script `name` for one room, with CRLF line ends; KeyError for a script or setting there is not.

    `settings` presets values of the block that do not come from the room, a title's name for instance.
    """
    script = find(name)
    values = _values(card) | _known(script, settings or {})
    lines = spliced(name, {"header": _header(script, card), "settings": _block(script, values)})
    return seal("\n".join([*lines, ""]))


def render_set(card: RoomCard) -> dict[str, bytes]:
    """Every file of one room by its name, the README included, ready for a folder or a zip."""
    files = {file_name(script.name, card): encode(render(script.name, card)) for script in SCRIPTS}
    return {**files, "README.txt": encode(readme(card))}


def file_name(name: str, card: RoomCard) -> str:
    """The script's file; the room's slug is in it because vMix lists the scripts of all rooms together."""
    return f"{card.slug}-{name}.vb"


def _values(card: RoomCard) -> dict[str, Value]:
    """What the room says about settings; those of which it says nothing keep their defaults."""
    own = {"bridgeUrl": card.base, "roomSlug": card.slug, "roomKey": card.key, "roomName": card.name}
    return {**own, **card.policy, FIRST_SEAT: card.first_seat, FIRST_SCENE: card.first_seat or "grid"}


def _known(script: Script, settings: Mapping[str, Value]) -> dict[str, Value]:
    names = {setting.name for setting in script.settings}
    for name in settings:
        if name not in names:
            raise KeyError(f"script {script.name!r} has no setting {name!r}; it has {', '.join(sorted(names))}")
    return dict(settings)


def _header(script: Script, card: RoomCard) -> list[str]:
    """Whose script it is; `seal` writes the checksum."""
    return [
        f"' vmix-bridge script: {script.name}",
        f"' Room:    {comment(card.name)} ({card.slug})",
        f"' Bridge:  {comment(f'{card.bridge} at {card.base}')}",
        f"' Name:    {card.slug}-{script.name}",
        f"' Version: {comment(card.version)}",
        f"' Date:    {comment(card.date)}",
        "' Check:   000000000000",
        "'",
    ]


def _block(script: Script, values: Mapping[str, Value]) -> list[str]:
    lines = [BLOCK_BEGINS]
    for setting in script.settings:
        value = values.get(setting.name, values.get(setting.of, setting.default))
        lines.append(f"' {setting.says}")
        if isinstance(setting.default, int):
            lines.append(f"Dim {setting.name} As System.Int32 = {int(value)}")
        else:
            lines.extend(assignments(setting.name, str(value)))
    return [*lines, BLOCK_ENDS]
