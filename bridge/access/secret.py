"""The two small files nobody gets in without: ``secret``, which keys and link codes are derived from, and ``token``.

One rule each for what is a good one, for the start, for the doctor and for backups.
"""

import logging
import secrets
from pathlib import Path

from bridge.errors import StoreBroken
from bridge.files import write_private
from bridge.folder import SECRET, TOKEN

log = logging.getLogger(__name__)

LEAST_BYTES = 16
RENEW = "new"
"""What somebody writes into ``secret`` who knows that every key and link is another then."""

RESTORE = "bring it back from a backup: vmix-bridge restore FILE --force, or the one file secret out of that zip"
OR_RENEW = f"{RESTORE}; to go on without, write the word {RENEW} into it: every key, link and script is another then"
DELETE_TOKEN = "delete it: the next start makes another API token, and the old one is wrong then"


def parse_secret(content: bytes) -> bytes:
    """The secret in the file. Raises ``ValueError`` that does not repeat it."""
    try:
        secret = bytes.fromhex(content.decode("ascii"))
    except ValueError:
        raise ValueError("it is damaged") from None
    if len(secret) < LEAST_BYTES:
        raise ValueError("it is too short" if secret else "it is empty")
    return secret


def parse_token(content: bytes) -> str:
    """The API token in the file. Raises ``ValueError`` that does not repeat it."""
    try:
        token = content.decode("ascii").strip()
    except ValueError:
        raise ValueError("it is damaged") from None
    if not token:
        raise ValueError("it is empty")
    return token


def load_secret(data: Path, *, has_rooms: bool) -> bytes:
    """The secret of a data folder; it is made where it is missing and no room has a key or link of it yet.

    Raises ``StoreBroken``: without the right one every key and link is wrong, and with a short one they can be forged.
    """
    file = data / SECRET
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        if has_rooms:
            raise StoreBroken(f"{file} is gone, and keys and links come from it", OR_RENEW) from None
        return _new_secret(file)
    except OSError as error:
        raise StoreBroken(f"{file} cannot be read: {error.strerror or error}", "let this user read it") from None
    if _words(content) == RENEW:
        log.warning("%s is another now: so is every key and link", file)
        return _new_secret(file)
    try:
        return parse_secret(content)
    except ValueError as error:
        hint = OR_RENEW if has_rooms else "delete it: the next start makes another"
        raise StoreBroken(f"{file} cannot be used: {error}", hint) from None


def has_token(data: Path) -> bool:
    """Whether there is a token file. Raises ``StoreBroken`` for one that holds no token."""
    file = data / TOKEN
    try:
        parse_token(file.read_bytes())
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreBroken(f"{file} cannot be read: {error.strerror or error}", "let this user read it") from None
    except ValueError as error:
        raise StoreBroken(f"{file} cannot be used: {error}", DELETE_TOKEN) from None
    return True


def _new_secret(file: Path) -> bytes:
    secret = secrets.token_bytes(32)
    write_private(file, secret.hex() + "\n")
    return secret


def _words(content: bytes) -> str:
    """PowerShell writes UTF-16 where it is asked to ``echo`` into a file."""
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    return content.decode("utf-16" if utf16 else "utf-8-sig", "replace").strip()
