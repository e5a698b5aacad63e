"""Which settings hold, and who said so."""

import os
from collections.abc import Iterator
from typing import Any

from bridge.ops.finding import Case, Finding, bad, ok, warn
from bridge.ops.folder import holder, settings_of
from bridge.settings import PREFIX, Loaded, Settings, SettingsError, is_loopback, known_keys, load, split_listen

SECRETS = frozenset({"livekit.api_secret"})


def settings(case: Case) -> Iterator[Finding]:
    try:
        case.loaded = load(case.config, case.data, {})
    except SettingsError as error:
        message, _, fix = str(error).partition("; ")
        yield bad("settings", message, fix or "mend that, then examine again: the rest depends on it")
        return
    yield _file(case, case.loaded)
    yield from _values(case.loaded)
    listen = case.loaded.settings.listen
    if not is_loopback(split_listen(listen)[0]):
        yield warn(
            "listen",
            f"{listen} is reached from other machines over plain HTTP: keys can be read on the way, and browsers "
            "give such pages no camera and no microphone",
            "use a network you trust, or listen on 127.0.0.1 behind a reverse proxy with HTTPS",
        )


def _file(case: Case, loaded: Loaded) -> Finding:
    here = loaded.file.absolute() if loaded.file else None
    running = holder(case.data)
    theirs = settings_of(running.process, case.data) if running else here
    if theirs != here and not (theirs and here and theirs.samefile(here)):
        return warn(
            "settings file",
            f"{here or 'none'} is looked at here, but the running bridge was started with {theirs or 'none'}",
            f"examine again with --config {theirs}" if theirs else "examine again from another folder",
        )
    return ok("settings file", str(here) if here else "none: every setting has its default")


def _values(loaded: Loaded) -> Iterator[Finding]:
    fields = {key: default for key, default, _ in known_keys()}
    for key, origin in sorted(loaded.origins.items()):
        if key not in fields:
            continue
        value = _value(loaded.settings, key)
        if key in SECRETS:
            shown = "set, and not shown" if value else "empty"
        else:
            shown = repr(value) + (", which is the default" if value == fields[key] else "")
        name = PREFIX + key.replace(".", "__").upper()
        said = f"environment variable {name}" if origin == "environment" and _in_environment(name) else origin
        yield ok(f"setting {key}", f"{shown} (from the {said})")


def _in_environment(name: str) -> bool:
    return any(set_name.upper() == name for set_name in os.environ)


def _value(settings: Settings, key: str) -> Any:
    value: Any = settings
    for part in key.split("."):
        value = getattr(value, part)
    return value
