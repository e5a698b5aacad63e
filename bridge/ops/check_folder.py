"""The data folder: who may read it, whether its files are good, and the service on it."""

import hashlib
import http.client
import json
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bridge.access.secret import DELETE_TOKEN, OR_RENEW, RESTORE, parse_secret, parse_token
from bridge.folder import CONSOLES, LIVEKIT_KEYS, PREVIOUS_STORE, SECRET, SERVER_CONFIG, STORE, TOKEN
from bridge.ops.errors import OpsError
from bridge.ops.finding import Case, Finding, bad, ok, warn
from bridge.ops.folder import read, read_store, words
from bridge.ops.restore import RESTORING
from bridge.version import VERSION

ENOUGH_BYTES = 100_000_000
HEALTH_SECONDS = 5.0
PRIVATE = (STORE, PREVIOUS_STORE, SECRET, TOKEN, CONSOLES, LIVEKIT_KEYS, SERVER_CONFIG)


def folder(case: Case) -> Iterator[Finding]:
    data = case.data
    if not data.is_dir():
        yield warn("data folder", f"{data} is not there yet", "it is made at the first: vmix-bridge up")
        return
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        yield bad("data folder", f"{data} cannot be written by this user", "give it back to its owner")
        return
    free = shutil.disk_usage(data).free
    if free < ENOUGH_BYTES:
        yield bad("data folder", f"{data} has {free // 1_000_000} MB left", "free some space on that disk")
    else:
        yield ok("data folder", f"{data}, {free // 1_000_000_000} GB free")
    if (data / RESTORING).is_dir():
        yield bad("data folder", "a restore was interrupted here", "run that vmix-bridge restore again")


def rights(case: Case) -> Iterator[Finding]:
    """Secrets are the owner's only."""
    if not case.data.is_dir():
        return
    if sys.platform == "win32":
        yield _windows_rights(case.data)
        return
    files = [case.data / name for name in PRIVATE]
    if case.loaded and case.loaded.file and case.loaded.secrets:
        files.append(case.loaded.file.absolute())
    found = list(_posix_rights([case.data, *files]))
    yield from found or [ok("file rights", "secrets can be read by this user only")]


def _posix_rights(paths: list[Path]) -> Iterator[Finding]:
    for path in paths:
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        mode = stat.S_IMODE(status.st_mode)
        if mode & 0o077:
            closed = "700" if stat.S_ISDIR(status.st_mode) else "600"
            level = warn if stat.S_ISDIR(status.st_mode) else bad
            yield level("file rights", f"others may use {path} (mode {mode:o})", f"chmod {closed} '{path}'")
        if sys.platform != "win32" and status.st_uid != os.getuid():
            yield warn("file rights", f"{path} belongs to another user", "run the bridge as one user only")


def _windows_rights(data: Path) -> Finding:
    if data.resolve().is_relative_to(Path.home().resolve()):
        return ok("file rights", "the folder is inside this user's profile")
    todo = f'if others use this PC: icacls "{data}" /inheritance:r /grant:r "%USERNAME%:(OI)(CI)F"'
    return warn("file rights", f"{data} is outside this user's profile; other users of this PC may read it", todo)


def store(case: Case) -> Iterator[Finding]:
    try:
        case.store = read_store(case.data)
    except OpsError as error:
        yield bad("store", error.message, error.hint)
        return
    found = case.store
    if found is None:
        yield ok("store", "none yet")
        return
    tables = found.content.tables
    had = ", had a real LiveKit server" if found.content.real_server else ""
    rooms, users = len(tables.get("rooms", [])), len(tables.get("users", []))
    detail = f"schema {found.content.schema}, {rooms} rooms, {users} users{had}"
    if found.generation == "previous":
        yield warn(
            "store",
            f"{found.trouble or f'{STORE} is missing'}; a start goes on from the previous generation ({detail})",
            "look whether the newest change is there; then make a backup",
        )
    else:
        yield ok("store", f"the current generation is readable: {detail}")


def secret(case: Case) -> Iterator[Finding]:
    """The one that keys and link codes are derived from."""
    path = case.data / SECRET
    try:
        parse_secret(read(path))
    except FileNotFoundError:
        if case.store is not None and case.store.content.tables.get("rooms"):
            yield bad("secret", f"{path} is gone: the bridge does not start without", OR_RENEW)
    except (OSError, ValueError) as error:
        yield bad("secret", f"{path} cannot be used: {words(error)}; the bridge does not start with it", OR_RENEW)
    else:
        yield ok("secret", "keys and links can be made")


def token(case: Case) -> Iterator[Finding]:
    """The API token that the command line uses."""
    path = case.data / TOKEN
    if case.store is None:
        return
    try:
        digest = hashlib.sha256(parse_token(read(path)).encode()).hexdigest()
    except FileNotFoundError:
        yield warn("token", f"{path} is gone: the next start makes another API token", f"or {RESTORE}")
        return
    except (OSError, ValueError) as error:
        yield bad("token", f"{path} cannot be used: {words(error)}; the bridge does not start with it", DELETE_TOKEN)
        return
    if any(user.get("token_sha256") == digest for user in case.store.content.tables.get("users", [])):
        yield ok("token", f"{path} holds an API token of this bridge")
    else:
        yield bad("token", f"{path} holds no API token of this bridge", DELETE_TOKEN)


def service(case: Case) -> Iterator[Finding]:
    if case.holder is None:
        yield ok("service", "not running", "start it with: vmix-bridge up")
        return
    who = f"process {case.holder.pid}"
    if not case.holder.address:
        yield warn("service", f"{who} is starting", "examine again in a moment")
        return
    where = f"{who} on {case.holder.address}"
    try:
        status, health = _health(case.holder.address)
    except (OSError, ValueError, http.client.HTTPException) as error:
        yield bad("service", f"{where} does not answer ({words(error)})", "end it and start it again")
        return
    if case.started:
        case.kind = str(health.get("server", ""))
    if status == 200:
        yield ok("service", f"{where}, media: {health.get('server')}")
    else:
        yield bad("service", f"{where} takes no press: {health.get('message')}", str(health.get("hint", "see its log")))
    if health.get("server") != "rehearsal":
        heard = str(health.get("webhooks", "never"))
        if heard == "never":
            todo = 'where the server is yours, add the two lines of the README\'s "More than one machine"'
            yield ok("webhooks", "LiveKit has told nothing by itself yet: people are noticed by looking", todo)
        else:
            yield ok("webhooks", f"LiveKit tells by itself what happens, last at {heard}")
    if health.get("version") != VERSION:
        yield warn("service", f"it runs version {health.get('version')}, installed is {VERSION}", "start it again")


def _health(address: str) -> tuple[int, dict[str, Any]]:
    url = urlsplit(address)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=HEALTH_SECONDS)
    try:
        connection.request("GET", "/health.json")
        response = connection.getresponse()
        health = json.loads(response.read())
    finally:
        connection.close()
    if not isinstance(health, dict) or "version" not in health:
        raise ValueError("what answers is no bridge")
    return response.status, health
