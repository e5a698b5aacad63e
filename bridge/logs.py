"""Where the service's log goes: one line a record on stderr and in ``<data>/logs/bridge.log``, rotated by size.

The caller's thread only makes the line and queues it, so a slow disk never holds up the event loop. Every line is
redacted as a last line of defence; exceptions are told by type and place, never by their values.
"""

import json as json_format
import logging
import os
import queue
import re
import stat
import sys
import traceback
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from typing import Any

from bridge.folder import LOG

BYTES, OLDER = 2_000_000, 4
WAITING_LINES = 10_000
NOISY = ("aiohttp.access", "livekit")
HIDDEN = "…"
NO_LINKS = getattr(os, "O_NOFOLLOW", 0)

_SECRETS = (
    (re.compile(r"vbt_[A-Za-z0-9_-]{6,}"), f"vbt_{HIDDEN}"),
    (re.compile(r"(?<![A-Za-z0-9])(c[st]_)[A-Za-z0-9_-]{6,}"), rf"\1{HIDDEN}"),
    (re.compile(r"([rv]k_)[a-z0-9-]+_[a-z0-9]{6,}", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"(?<![A-Za-z0-9])([sv]k_)[A-Za-z0-9]{6,}"), rf"\1{HIDDEN}"),
    (re.compile(r"(?<![A-Za-z0-9])(tk_)[A-Za-z0-9_-]{6,}"), rf"\1{HIDDEN}"),
    (re.compile(r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,2}"), HIDDEN),
    (re.compile(r"(/(?:j|scene)/)[a-z2-7]{12}(?![a-z0-9])", re.IGNORECASE), rf"\1{HIDDEN}"),
    (
        re.compile(r"((?:token|ticket|session|key|secret)[\"']?(?: ?= ?|%3D))[\"']?[^\s&\"'#;,)\]}]+", re.IGNORECASE),
        rf"\1{HIDDEN}",
    ),
    (
        re.compile(r"((?:x-bridge-key|x-access-token|authorization)[\"']?\s*[:=,]\s*)(?:bearer\s+)?[\"']?[^\s\"',)\]}]+",
                   re.IGNORECASE), rf"\1{HIDDEN}",
    ),
)  # fmt: skip
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def redact(text: str) -> str:
    """``text`` without anything that looks like a token, key, link code or JWT of ours."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


@contextmanager
def set_up(data: Path, *, json: bool = False, secrets: Collection[str] = ()) -> Iterator[None]:
    """Send the log of this process to stderr and to the data folder until left, then write what still waits.

    ``json`` makes it one JSON object a line. ``secrets`` are hidden wherever they stand. A folder that cannot be
    written, or a symlink in the file's place, costs the file, with a word on stderr, and nothing else. The folder
    itself may be a symlink: somebody keeps the logs elsewhere.
    """
    targets: list[logging.Handler] = [] if sys.stderr is None else [_Stderr(sys.stderr)]
    trouble = _add_file(targets, data / LOG)
    lines: queue.Queue[logging.LogRecord] = queue.Queue(WAITING_LINES)
    entrance = _Entrance(lines, json, [secret for secret in secrets if secret])
    listener = _Listener(lines, *targets)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers = [entrance]
    root.setLevel(logging.INFO)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    listener.start()
    if trouble:
        logging.getLogger(__name__).warning("no log file: %s", trouble)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.handlers, root.level = before, level
        listener.stop()
        for target in targets:
            with suppress(OSError):  # a full disk: it was told when it was met
                target.close()


def _add_file(targets: list[logging.Handler], file: Path) -> str:
    """Add the log file to ``targets``, or say why there is none."""
    try:
        for owned in (file.parent.parent, file.parent):
            owned.mkdir(mode=0o700, parents=True, exist_ok=True)
        targets.append(_File(file))
    except OSError as error:
        if file.is_symlink():
            return f"{file} is a symlink, and what it leads to is not the bridge's to write; remove it"
        return f"{file.parent} cannot be written: {error.strerror or type(error).__name__}"
    return ""


class _Entrance(QueueHandler):
    """Makes the line where the record is made, and never waits: lines beyond the queue are counted and told later."""

    def __init__(self, lines: "queue.Queue[logging.LogRecord]", json: bool, secrets: Collection[str]) -> None:
        super().__init__(lines)
        self._lines, self._secrets, self._lost = lines, secrets, 0
        self._line = _as_json if json else _as_text

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        try:
            message = record.getMessage()
        except Exception as error:  # a wrong format string, or an argument that cannot be shown
            message = f"a message that cannot be shown ({type(error).__name__}) from {record.module}:{record.lineno}"
        return self._ready(record, self._clean(message), place(record.exc_info[1]) if record.exc_info else "")

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            if self._lost:
                lost = logging.LogRecord(__name__, logging.WARNING, __file__, 0, "", (), None)
                words = f"{self._lost} lines are missing here: the disk was too slow"
                self._lines.put_nowait(self._ready(lost, words, ""))
                self._lost = 0
            self._lines.put_nowait(record)
        except queue.Full:
            self._lost += 1

    def _ready(self, record: logging.LogRecord, message: str, error: str) -> logging.LogRecord:
        line = self._line(record, message, error)
        return logging.makeLogRecord({"name": record.name, "levelno": record.levelno, "msg": line, "args": None})

    def _clean(self, message: str) -> str:
        for secret in self._secrets:
            message = message.replace(secret, HIDDEN)
        return _UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode(), redact(message))


def _as_text(record: logging.LogRecord, message: str, error: str) -> str:
    time = datetime.fromtimestamp(record.created).astimezone().isoformat(" ", "milliseconds")
    return f"{time} {record.levelname:<7} {record.name}: {message}" + (f" [{error}]" if error else "")


def _as_json(record: logging.LogRecord, message: str, error: str) -> str:
    time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    fields = {"time": time, "level": record.levelname.lower(), "logger": record.name, "message": message}
    return json_format.dumps(fields | ({"error": error} if error else {}), ensure_ascii=False)


def place(error: BaseException | None) -> str:
    """``ConnectionError at connector.py:1021 from livekit.py:88``: where it was raised, and the last place of ours."""
    if error is None:
        return ""
    frames = traceback.extract_tb(error.__traceback__)
    words = type(error).__name__
    if frames:
        words += f" at {_where(frames[-1])}"
    here = Path(__file__).parent
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(here)]
    return f"{words} from {_where(ours[-1])}" if ours and ours[-1] is not frames[-1] else words


def _where(frame: traceback.FrameSummary) -> str:
    return f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno}"


class _Stderr(logging.StreamHandler):  # type: ignore[type-arg]  # generic for mypy, not at run time
    """Stderr for as long as somebody reads it."""

    def handleError(self, record: logging.LogRecord) -> None:
        """A closed terminal is no reason to say anything."""


class _Listener(QueueListener):
    """Writes what still waits before it stops, however much that is."""

    def __init__(self, lines: "queue.Queue[Any]", *targets: logging.Handler) -> None:
        super().__init__(lines, *targets)
        self._lines = lines

    def enqueue_sentinel(self) -> None:
        self._lines.put(None)


class _File(RotatingFileHandler):
    """The log file, readable by its owner only, never one that a symlink leads to. That it cannot be written is told
    on stderr once.
    """

    def __init__(self, path: Path) -> None:
        self._told = False
        super().__init__(path, maxBytes=BYTES, backupCount=OLDER, encoding="utf-8", errors="backslashreplace")

    def _open(self) -> TextIOWrapper:
        file = open(
            self.baseFilename, "a", encoding=self.encoding, errors=self.errors,
            opener=lambda name, flags: os.open(name, flags | NO_LINKS, 0o600),
        )  # fmt: skip
        if sys.platform != "win32" and stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            os.fchmod(file.fileno(), 0o600)
        return file

    def doRollover(self) -> None:
        """On Windows a reader may hold the file: go on in it then, and try again half a file later."""
        try:
            super().doRollover()
            self.maxBytes = BYTES
        except OSError:
            self.stream = self.stream or self._open()
            self.maxBytes = self.stream.tell() + BYTES // 2

    def handleError(self, record: logging.LogRecord) -> None:
        if not self._told and sys.stderr is not None:
            self._told = True
            error = sys.exc_info()[1]
            words = error.strerror if isinstance(error, OSError) else type(error).__name__
            print(f"the log file {self.baseFilename} cannot be written: {words}", file=sys.stderr)
