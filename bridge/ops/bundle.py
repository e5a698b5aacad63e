"""What a backup is: a zip of the few files that make a bridge, and whether those in hand make one."""

import json
import tomllib
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from bridge.access.secret import parse_secret, parse_token
from bridge.folder import CONFIG, LIVEKIT_KEYS, SECRET, STORE, TOKEN
from bridge.ops.errors import OpsError
from bridge.ops.folder import parse_store, words
from bridge.version import VERSION

FORMAT = 1
NOTE = "backup.json"
OTHER_CONFIG = "config-in-use.toml"
"""The settings file that was in use, where it was not the data folder's own."""

NEEDED = (STORE, SECRET, TOKEN)
LIMITS = {STORE: 256 << 20, SECRET: 4096, TOKEN: 4096, LIVEKIT_KEYS: 4096, CONFIG: 1 << 20, OTHER_CONFIG: 1 << 20}
NOTE_LIMIT = 65536
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
UNREADABLE = "take another backup: this one cannot be used"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a bridge by name. ``settings_file`` is where ``config-in-use.toml`` came from."""

    files: Mapping[str, bytes]
    settings_file: str = ""

    def check(self) -> None:
        """Raises ``OpsError`` unless these files make a bridge that this version can run."""
        for name in NEEDED:
            if name not in self.files:
                raise OpsError(f"{name} is missing", "keys and links would all be wrong without it; " + UNREADABLE)
        for name, content in self.files.items():
            try:
                _CHECKS[name](content)
            except (ValueError, RecursionError) as error:
                raise OpsError(f"{name} is no good: {words(error)}", UNREADABLE) from None

    def packed(self) -> bytes:
        """The zip."""
        note = {"format": FORMAT, "version": VERSION, "settings_file": self.settings_file}
        into = BytesIO()
        with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(NOTE, json.dumps(note, indent=1))
            for name, content in self.files.items():
                packed.writestr(name, content)
        return into.getvalue()


def unpacked(data: bytes) -> Bundle:
    """The bundle in a zip, checked; ``OpsError`` for anything else. Nothing is written."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            files = _contents(packed)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise OpsError(f"it is no zip that can be read ({words(error)})", UNREADABLE) from None
    bundle = Bundle(files, _settings_file(files.pop(NOTE, b"")))
    bundle.check()
    return bundle


def _contents(packed: zipfile.ZipFile) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for entry in packed.infolist():
        name, limit = entry.filename, {**LIMITS, NOTE: NOTE_LIMIT}.get(entry.filename)
        if limit is None or name in files:
            raise OpsError(f"it holds {name[:80]!r}, which no backup does", UNREADABLE)
        if entry.compress_type not in PACKED:
            raise OpsError(f"{name} in it is packed in a way no backup is", UNREADABLE)
        if entry.file_size > limit:
            raise OpsError(f"{name} in it is larger than {limit} bytes", UNREADABLE)
        with packed.open(entry) as opened:
            content = opened.read(limit + 1)
        if len(content) > limit:
            raise OpsError(f"{name} in it is larger than {limit} bytes", UNREADABLE)
        files[name] = content
    return files


def _settings_file(note: bytes) -> str:
    try:
        content: Any = json.loads(note)
        number, settings_file = content["format"], content["settings_file"]
    except (ValueError, RecursionError, KeyError, TypeError):
        raise OpsError("it is no backup of a bridge", UNREADABLE) from None
    if not isinstance(number, int) or not isinstance(settings_file, str):
        raise OpsError("it is no backup of a bridge", UNREADABLE)
    if number > FORMAT:
        raise OpsError(f"it was made by a newer version (format {number})", "install that version first")
    return "".join(char if char.isprintable() else "?" for char in settings_file)


def _check_store(content: bytes) -> None:
    parse_store(content)


def _check_keys(content: bytes) -> None:
    kept = json.loads(content)
    if not isinstance(kept, dict) or not all(isinstance(kept.get(key), str) for key in ("api_key", "api_secret")):
        raise ValueError("it holds no key")


def _check_config(content: bytes) -> None:
    tomllib.loads(content.decode("utf-8-sig"))


_CHECKS: Mapping[str, Callable[[bytes], object]] = {
    STORE: _check_store,
    SECRET: parse_secret,
    TOKEN: parse_token,
    LIVEKIT_KEYS: _check_keys,
    CONFIG: _check_config,
    OTHER_CONFIG: _check_config,
}
