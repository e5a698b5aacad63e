"""The files of the pages, found once at the start, and what a browser is told of the pages it shows."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

FOLDER = Path(__file__).parent.parent / "static"
FOLDERS = ("console", "join", "program", "recording", "scene", "shared", "vendor")
"""What lies beside them is for building."""
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
"""Said here, since the registry of a Windows may call JavaScript plain text, which no browser then runs."""

JOIN_USES = dict.fromkeys(
    ("camera", "microphone", "display-capture", "autoplay", "screen-wake-lock", "speaker-selection"), "(self)"
)
PROGRAM_USES = dict.fromkeys(("camera", "microphone", "autoplay", "screen-wake-lock"), "(self)")
CONSOLE_USES = {"camera": "()", "microphone": "()", "display-capture": "()", "clipboard-write": "(self)"}
SCENE_USES = {"camera": "()", "microphone": "()", "display-capture": "()", "autoplay": "(self)"}
RECORDING_USES = SCENE_USES | {"display-capture": "(self)"}


@dataclass(frozen=True, slots=True)
class PageFiles:
    """``base`` is the URL path of the folder. It holds the hash of all that is in it, so whatever it names stays so."""

    base: str
    files: Mapping[str, Path]
    shells: Mapping[str, str]

    @classmethod
    def of(cls, folder: Path) -> "PageFiles":
        found = {file.relative_to(folder).as_posix(): file for name in FOLDERS for file in (folder / name).rglob("*")}
        files = {path: file for path, file in sorted(found.items()) if file.suffix in KINDS}
        content = hashlib.sha256()
        for path, file in files.items():
            content.update(f"{path}\0{file.stat().st_size}\0".encode())
            content.update(file.read_bytes())
        base = f"/static/{content.hexdigest()[:16]}"
        shells = {path: file.read_text("utf-8") for path, file in found.items() if file.suffix == ".html"}
        return cls(base, files, {path: _filled(shell, base, files) for path, shell in shells.items()})


def page_headers(media_url: str) -> dict[str, dict[str, str]]:
    """By the kind of page. Each loads from its own address alone and talks to that and to the LiveKit at ``media_url``,
    empty: none. The one that an egress worker opens is told by that worker which LiveKit is meant.
    """
    here = ("'self'", *_origins(media_url))
    anywhere = ("'self'", "ws:", "wss:", "http:", "https:")
    return {
        "join": _headers(here, JOIN_USES),
        "program": _headers(here, PROGRAM_USES),
        "scene": _headers(here, SCENE_USES),
        "egress": _headers(anywhere, SCENE_USES),
        "console": _headers(("'self'",), CONSOLE_USES, shows="'self' blob:", plays="'self'"),
        "recording": _headers(here, RECORDING_USES),
        "player": _headers(("'none'",), {}, plays="'self'"),
    }


def _headers(
    connects_to: tuple[str, ...], may_use: Mapping[str, str], *, shows: str = "'self'", plays: str = ""
) -> dict[str, str]:
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": shows,
        "connect-src": " ".join(connects_to),
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    } | ({"media-src": plays} if plays else {})
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Permissions-Policy": ", ".join(f"{name}={whom}" for name, whom in may_use.items()),
    }


def _origins(media_url: str) -> tuple[str, ...]:
    """Signalling is a WebSocket, and the reason of a refusal is asked for by HTTP."""
    url = urlsplit(media_url)
    if not url.netloc:
        return ()
    safe = url.scheme in ("wss", "https")
    return tuple(f"{scheme}://{url.netloc}" for scheme in (("wss", "https") if safe else ("ws", "http")))


def _filled(shell: str, base: str, files: Mapping[str, Path]) -> str:
    """The shell with ``{base}``, and for ``{modules of …}`` every module of those folders, to be loaded at once."""

    def links(match: re.Match[str]) -> str:
        wanted = tuple(f"{folder}/" for folder in match[1].split())
        modules = [path for path in files if path.startswith(wanted) and path.endswith(".js")]
        return "\n    ".join(f'<link rel="modulepreload" href="{escape(base)}/{escape(path)}">' for path in modules)

    return re.sub(r"\{modules of ([\w /-]+)\}", links, shell).replace("{base}", base)
