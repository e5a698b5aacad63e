"""What a bridge was started with, as the note in its data folder keeps it: every setting but the secrets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from bridge.folder import CONFIG
from bridge.settings import SECRETS, Egress, LiveKit, Loaded, Settings, load_from, put

M = TypeVar("M", bound=BaseModel)


def written(loaded: Loaded) -> dict[str, Any]:
    """``loaded`` for a note in JSON."""
    settings = loaded.settings.model_dump(mode="json")
    for key in SECRETS:
        *sections, name = key.split(".")
        del _section(settings, *sections)[name]
    return {
        "config": str(loaded.file.absolute()) if loaded.file else "",
        "settings": settings,
        "origins": dict(loaded.origins),
    }


def read(note: Mapping[str, Any]) -> Loaded:
    """What ``written`` wrote, with empty secrets. Raises ``ValueError`` for the note of another version."""
    try:
        said = dict(note["settings"])
        livekit, recording = said.pop("livekit"), dict(said.pop("recording"))
        egress = recording.pop("egress")
        settings = Settings.model_validate({**said, "recording": recording})
        for key, section in (
            ("livekit", LiveKit.model_construct(**livekit)),  # a check would ask for the secrets
            ("recording.egress", Egress.model_construct(**egress)),
        ):
            settings = _with(settings, key, section)
        return Loaded(settings, Path(note["config"]) if note["config"] else None, dict(note["origins"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValueError("the running bridge is of another version and does not tell its settings") from None


def load_again(started: Loaded, data: Path, secrets: Mapping[str, str]) -> Loaded:
    """What the same start would read now: the file as it is, environment and options as they were.

    ``secrets`` is what its environment said for those, by their keys. Raises ``SettingsError``.
    """
    file = started.file or (data / CONFIG if (data / CONFIG).is_file() else None)
    said: dict[str, dict[str, Any]] = {"environment": {}, "option": {}}
    for key, origin in started.origins.items():
        if origin in said:
            put(said[origin], key, secrets.get(key, "") if key in SECRETS else started.value(key))
    return load_from(file, **said)


def with_secrets(started: Loaded, now: Loaded) -> Loaded:
    """``started`` with the secrets of ``now``."""
    settings = started.settings
    for key in SECRETS:
        settings = _with(settings, key, now.value(key))
    return Loaded(settings, started.file, started.origins)


def _section(settings: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        settings = settings[name]
    return settings


def _with(section: M, key: str, value: object) -> M:
    name, _, inner = key.partition(".")
    return section.model_copy(update={name: _with(getattr(section, name), inner, value) if inner else value})
