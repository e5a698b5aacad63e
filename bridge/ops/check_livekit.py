"""The LiveKit server that calls run on: there, reached with this key, and set up as rooms need it."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bridge.files import read_json
from bridge.folder import LIVEKIT_KEYS
from bridge.livekit_server.build import NO_WINDOW
from bridge.livekit_server.install import find
from bridge.livekit_server.release import VERSION
from bridge.media.choose import choose
from bridge.ops.finding import Case, Finding, bad, ok, warn
from bridge.ops.probe import SKEW_REFUSED, Answer, Key, ask

SKEW_NOTED = 30
INSTALL = "vmix-bridge livekit install, or configure a server under [livekit] in config.toml"
VERSION_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Target:
    """The server to ask."""

    kind: Literal["livekit", "local"]
    url: str
    api_key: str
    api_secret: str


def binary(case: Case) -> Iterator[Finding]:
    """The livekit-server of this machine."""
    what = "LiveKit server here"
    if case.loaded is None:
        return
    settings = case.loaded.settings
    program = find(case.data, settings.local.binary)
    if program is None:
        if case.kind == "local":
            yield warn(what, "it runs, but the bridge found it from elsewhere", "name it in full in [local] binary")
        elif settings.media == "local" or settings.local.binary:
            where = f"nothing at {settings.local.binary}" if settings.local.binary else "none is installed"
            yield bad(what, where, "mend [local] binary, or: vmix-bridge livekit install")
        else:
            yield ok(what, "none is installed", "" if settings.livekit.url else f"to have one: {INSTALL}")
        return
    version = _version(str(program))
    if not version:
        yield bad(what, f"{program} does not run", "vmix-bridge livekit install")
    elif version != VERSION:
        yield warn(what, f"{version} at {program}; tested is {VERSION}", "vmix-bridge livekit install")
    else:
        yield ok(what, f"{version} at {program}")


def go(case: Case) -> Iterator[Finding]:
    found = shutil.which("go")
    yield ok("Go", found or "not installed; needed only where a livekit-server cannot be downloaded")


def livekit(case: Case) -> Iterator[Finding]:
    if case.loaded is None:
        yield warn("LiveKit", "not asked, since the settings cannot be used", "mend the settings first")
        return
    target = _target(case)
    if isinstance(target, Finding):
        yield target
        return
    answer = asyncio.run(ask(target.url, target.api_key, target.api_secret))
    if answer.trouble and target.kind == "local" and not case.started:
        yield ok("LiveKit", "the server of this machine is not running; it starts with the bridge")
        return
    yield _reached(target, answer)
    if answer.trouble:
        return
    yield from _clock(answer)
    if answer.key == "right":
        yield _auto_create(target, answer)
        if target.kind == "livekit":
            yield ok("LiveKit version", "unknown: it tells its version only to people in a room")


def _target(case: Case) -> Target | Finding:
    """The server of the examined bridge, or a finding that says there is none."""
    assert case.loaded is not None  # noqa: S101 - asked by the caller
    settings, kept = case.loaded.settings, read_json(case.data / LIVEKIT_KEYS)
    had_real = case.store is not None and case.store.content.real_server
    choice = choose(settings, find(case.data, settings.local.binary), had_real=had_real)
    kind = "local" if case.kind == "local" else choice.kind
    if kind == "local" and case.kind not in ("local", ""):
        return warn("LiveKit", "there was no livekit-server here when the bridge was started", "start it again")
    match kind:
        case "livekit" if not settings.livekit.api_secret:
            return warn("LiveKit", "not asked: the secret that the bridge uses is not known here", "mend the settings")
        case "livekit":
            return Target("livekit", settings.livekit.url, settings.livekit.api_key, settings.livekit.api_secret)
        case "local" if not kept:
            return ok("LiveKit", "the server of this machine gets its key at the first: vmix-bridge up")
        case "local":
            key, secret = str(kept.get("api_key", "")), str(kept.get("api_secret", ""))
            return Target("local", f"http://127.0.0.1:{settings.local.port}", key, secret)
        case "none":
            return bad("LiveKit", choice.missing, INSTALL)
    return warn("LiveKit", "the bridge rehearses: buttons work, nobody can join", INSTALL)


def _reached(target: Target, answer: Answer) -> Finding:
    if answer.trouble:
        here = target.kind == "local"
        todo = "see livekit/server.log in the data folder" if here else "check url under [livekit], and that it runs"
        return bad("LiveKit", f"{target.url} is not reached: {answer.trouble}", todo)
    if answer.key == "right":
        return ok("LiveKit", f"{target.url} answers and takes the key {target.api_key}")
    reasons: dict[Key, tuple[str, str]] = {
        "unknown": (f"it knows no key {target.api_key}", "take api_key from the server's own settings"),
        "wrong secret": (f"the secret of the key {target.api_key} is wrong", "take api_secret from its settings"),
        "clock": ("it finds our tokens too old or too new", "set the clocks of both machines by the network (NTP)"),
    }
    reason, todo = reasons.get(
        answer.key, (f"it refuses the key {target.api_key}", "check url, api_key and api_secret under [livekit]")
    )
    return bad("LiveKit", f"{target.url} answers, but {reason}", todo)


def _clock(answer: Answer) -> Iterator[Finding]:
    what = "clock"
    if answer.skew is None:
        yield ok(what, "not compared: the LiveKit server does not tell its time")
        return
    seconds = abs(answer.skew)
    detail = f"the LiveKit server's is {seconds:.0f} s {'ahead' if answer.skew > 0 else 'behind'}"
    todo = "set the clocks of both machines by the network (NTP)"
    if seconds > SKEW_REFUSED:
        yield bad(what, f"{detail}: tokens are refused", todo)
    elif seconds > SKEW_NOTED:
        yield warn(what, f"{detail}: beyond {SKEW_REFUSED} s tokens are refused", todo)
    else:
        yield ok(what, f"within {max(1, round(seconds))} s of the LiveKit server's")


def _auto_create(target: Target, answer: Answer) -> Finding:
    if answer.auto_create is None:
        return ok("auto_create", f"unknown: {answer.auto_create_unknown}")
    if not answer.auto_create:
        return ok("auto_create", "off: a room that was stopped stays closed")
    todo = "set room: {auto_create: false} in the settings of that LiveKit server"
    detail = "on: whoever holds a join token can open a stopped room again, which the bridge undoes within 1 s"
    return warn("auto_create", f"{detail} and cannot prevent", todo)


def _version(program: str) -> str:
    """What it says its version is; empty when it does not run."""
    try:
        answer = subprocess.run(  # noqa: S603 - the program that a start would run, no shell
            [program, "--version"],
            capture_output=True, text=True, timeout=VERSION_SECONDS, stdin=subprocess.DEVNULL, check=False,
            creationflags=NO_WINDOW,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    said = answer.stdout.split()
    return said[-1] if said[:2] == ["livekit-server", "version"] else ""
