"""Which bridge is examined, which settings hold, and who said so."""

from collections.abc import Iterator
from pathlib import Path

import psutil

from bridge.ops.finding import Case, Finding, bad, ok, warn
from bridge.ops.folder import Holder, holder
from bridge.setting_values import is_loopback, split_listen
from bridge.settings import PREFIX, SECRETS, Loaded, SettingsError, known_keys, load
from bridge.settings_note import load_again, read, with_secrets


def bridge(case: Case) -> Iterator[Finding]:
    """The one that runs on the folder, with what it was started with; else the one that a start from here would be."""
    running = case.holder = holder(case.data)
    if running is None:
        yield ok("bridge", f"none runs on {case.data}; examined is what a start from here would use")
        return
    who = f"process {running.pid}" + (f" on {running.address}" if running.address else ", which is starting,")
    try:
        theirs = read(running.note)
    except ValueError:
        detail = (
            f"{who} runs another version, which does not tell its settings; examined is what a start here would use"
        )
        yield warn("bridge", detail, "start it again, then examine again")
        return
    named = f"settings from {theirs.file}" if theirs.file else "no settings file"
    if case.config and not _same(case.config, theirs.file):
        detail = f"{who} runs with {named}; examined is what a start with {case.config} would use"
        yield warn("bridge", detail, "leave out --config to examine the one that runs")
        return
    case.started = theirs
    yield ok("bridge", f"examined is {who} with {named}")


def settings(case: Case) -> Iterator[Finding]:
    if case.started and case.holder:
        yield from _of_the_running(case, case.holder, case.started)
    else:
        yield from _of_a_start(case)
    if case.loaded is None:
        return
    yield from _values(case.loaded)
    listen = case.loaded.settings.listen
    if not is_loopback(split_listen(listen)[0]):
        yield warn(
            "listen",
            f"{listen} is reached from other machines over plain HTTP: keys can be read on the way, and browsers "
            "give such pages no camera and no microphone",
            "use a network you trust, or listen on 127.0.0.1 behind a reverse proxy with HTTPS",
        )


def _of_a_start(case: Case) -> Iterator[Finding]:
    try:
        case.loaded = load(case.config, case.data, {})
    except SettingsError as error:
        message, _, fix = str(error).partition("; ")
        yield bad("settings", message, fix or "mend that, then examine again: the rest depends on it")
        return
    yield _file(case.loaded)


def _of_the_running(case: Case, running: Holder, started: Loaded) -> Iterator[Finding]:
    """Its note tells all but the secrets, which lie where they were read at the start."""
    case.loaded = started
    yield _file(started)
    secrets = _secrets(running)
    unread = [key for key in SECRETS if started.origins.get(key) == "environment" and not secrets.get(key)]
    if unread:
        detail = f"{' and '.join(map(_variable, unread))} of the running bridge cannot be read"
        yield warn("settings", detail, "examine again as its owner or as an administrator")
        return
    try:
        now = load_again(started, case.data, secrets)
    except SettingsError as error:
        message, _, fix = str(error).partition("; ")
        yield bad("settings", f"the bridge runs, but could not be started again: {message}", fix or "mend that")
        return
    changed = [key for key, _, _ in known_keys() if key not in SECRETS and now.value(key) != started.value(key)]
    if changed:
        detail = f"not yet in force, since they were changed after the start: {', '.join(changed)}"
        yield warn("settings", detail, "end the bridge and start it again")
    if not {"livekit.url", "livekit.api_key"} & set(changed):
        case.loaded = with_secrets(started, now)


def _secrets(running: Holder) -> dict[str, str]:
    """What the bridge's environment says of them; empty where it says nothing, or is not to be read."""
    try:
        environment = running.process.environ()
    except (psutil.Error, OSError):
        return {}
    variables = {_variable(key): key for key in SECRETS}
    return {variables[name.upper()]: value for name, value in environment.items() if name.upper() in variables}


def _file(loaded: Loaded) -> Finding:
    return ok("settings file", str(loaded.file.absolute()) if loaded.file else "none: every setting has its default")


def _values(loaded: Loaded) -> Iterator[Finding]:
    fields = {key: default for key, default, _ in known_keys()}
    for key, origin in sorted(loaded.origins.items()):
        if key not in fields:
            continue
        value = loaded.value(key)
        if key in SECRETS:
            shown = "set, and not shown" if value else "not known here"
        else:
            shown = repr(value) + (", which is the default" if value == fields[key] else "")
        said = f"environment variable {_variable(key)}" if origin == "environment" else origin
        yield ok(f"setting {key}", f"{shown} (from the {said})")


def _variable(key: str) -> str:
    return PREFIX + key.replace(".", "__").upper()


def _same(one: Path, other: Path | None) -> bool:
    return other is not None and (one.absolute() == other or (one.exists() and other.exists() and one.samefile(other)))
