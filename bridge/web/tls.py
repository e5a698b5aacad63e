"""The certificate of the public door, read again when its files change, so that a renewal needs no restart."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
FIX = "give a certificate chain and its key as PEM files that this user may read"


class BadCertificate(Exception):
    """Files that prove nothing, in one line with what to do."""


class Certificate:
    """``context`` is what a listener takes; whoever connects after a change is shown the new one.

    Raises ``BadCertificate`` where the files cannot be used. A change to such files changes nothing, with a word in
    the log: they may be half written.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = (certificate, key)
        self._seen = self._stamps()
        self._try()
        self.context = _context()
        self.context.load_cert_chain(*self._files)

    @asynccontextmanager
    async def kept_fresh(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._look())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            stamps = self._stamps()
            if stamps == self._seen:
                continue
            self._seen = stamps
            try:
                self._try()
                self.context.load_cert_chain(*self._files)
            except (BadCertificate, ssl.SSLError, OSError) as error:
                log.warning("the changed certificate is not used: %s", error)
            else:
                log.info("the certificate of the public door was read again")

    def _try(self) -> None:
        """In a context that is thrown away: one that failed half-way would show a certificate without its key."""
        try:
            _context().load_cert_chain(*self._files)
        except (ssl.SSLError, OSError) as error:
            why = getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
            raise BadCertificate(f"{self._files[0]} and {self._files[1]} cannot be used ({why}); {FIX}") from None

    def _stamps(self) -> tuple[object, ...]:
        return tuple(_stamp(file) for file in self._files)


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _stamp(file: Path) -> object:
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
