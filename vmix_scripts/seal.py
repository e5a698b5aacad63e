"""Tells a file that is as it was made from one that a person edited, and one made again from one that changed.

A made file carries a checksum line over everything but its date and the checksum itself. Line ends and a byte order
mark do not count: editors and version control change them unasked.
"""

import hashlib
import re
from typing import Literal

Verdict = Literal["new", "unchanged", "outdated", "edited"]

# With it every .NET text reader takes the file for UTF-8, whichever encoding it would have guessed, and drops it again;
# without it one that guesses the Windows code page makes nonsense of a room's name.
_BYTE_ORDER_MARK = "\ufeff"
_DIGITS = 12
_CHECK_LINE = re.compile(r"^((?:' )?Check: +)([0-9a-f]*)$", re.MULTILINE)
_DATE_LINE = re.compile(r"^(?:' )?Date: +.*$", re.MULTILINE)


def seal(text: str) -> str:
    """`text` with its checksum written into its `Check:` line, and with the CRLF line ends of Windows."""
    plain = _plain(text)
    checksum = _checksum(plain)
    return _CHECK_LINE.sub(lambda line: line[1] + checksum, plain, count=1).replace("\n", "\r\n")


def is_ours(text: str) -> bool:
    """Whether nobody edited `text` since it was made."""
    plain = _plain(text)
    line = _CHECK_LINE.search(plain)
    return line is not None and line[2] == _checksum(plain)


def same_script(first: str, second: str) -> bool:
    """Whether two made files differ in nothing but their date."""
    return _undated(first) == _undated(second)


def judge(existing: bytes | None, made: str) -> Verdict:
    """What writing `made` over `existing` would mean; only an `edited` file is somebody's work."""
    if existing is None:
        return "new"
    try:
        text = decode(existing)
    except UnicodeDecodeError:
        return "edited"
    if same_script(text, made):
        return "unchanged"
    return "outdated" if is_ours(text) else "edited"


def encode(text: str) -> bytes:
    """The bytes of a file that vMix imports and Windows editors open."""
    return (_BYTE_ORDER_MARK + text).encode("utf-8")


def decode(data: bytes) -> str:
    """The text of such a file; UnicodeDecodeError when it is not UTF-8."""
    return data.decode("utf-8-sig")


def _plain(text: str) -> str:
    return text.removeprefix(_BYTE_ORDER_MARK).replace("\r\n", "\n")


def _undated(text: str) -> str:
    return _DATE_LINE.sub("", _plain(text), count=1)


def _checksum(plain: str) -> str:
    covered = _CHECK_LINE.sub(r"\1", _DATE_LINE.sub("", plain, count=1), count=1)
    return hashlib.sha256(covered.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
