"""What a bridge was started with, as the note in its data folder keeps it: every setting but the secret."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bridge.folder import CONFIG
from bridge.settings import LiveKit, Loaded, Settings, load_from, put

SECRET = "livekit.api_secret"


def written(loaded: Loaded) -> dict[str, Any]:
    """``loaded`` for a note in JSON."""
    return {
        "config": str(loaded.file.absolute()) if loaded.file else "",
        "settings": loaded.settings.model_dump(mode="json", exclude={"livekit": {"api_secret"}}),
        "origins": dict(loaded.origins),
    }


def read(note: Mapping[str, Any]) -> Loaded:
    """What ``written`` wrote, with an empty secret. Raises ``ValueError`` for the note of another version."""
    try:
        settings = Settings.model_validate({key: value for key, value in note["settings"].items() if key != "livekit"})
        livekit = LiveKit.model_construct(**note["settings"]["livekit"])  # a check would ask for the secret
        settings = settings.model_copy(update={"livekit": livekit})
        return Loaded(settings, Path(note["config"]) if note["config"] else None, dict(note["origins"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValueError("the running bridge is of another version and does not tell its settings") from None


def load_again(started: Loaded, data: Path, secret: str) -> Loaded:
    """What the same start would read now: the file as it is, environment and options as they were.

    ``secret`` is what its environment said for that setting. Raises ``SettingsError``.
    """
    file = started.file or (data / CONFIG if (data / CONFIG).is_file() else None)
    said: dict[str, dict[str, Any]] = {"environment": {}, "option": {}}
    for key, origin in started.origins.items():
        if origin in said:
            put(said[origin], key, secret if key == SECRET else started.value(key))
    return load_from(file, **said)


def with_secret(started: Loaded, secret: str) -> Loaded:
    livekit = started.settings.livekit.model_copy(update={"api_secret": secret})
    return Loaded(started.settings.model_copy(update={"livekit": livekit}), started.file, started.origins)
