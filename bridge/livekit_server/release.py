"""The published livekit-server: the archive for this platform, checked against the release's own checksums.

Nothing is unpacked by the names inside the archive; the one program is copied out of it.
"""

import asyncio
import hashlib
import platform
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from bridge.errors import MediaServerDown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import aiohttp

VERSION = "1.13.5"
RELEASES = "https://github.com/livekit/livekit/releases/download"
BINARY = "livekit-server.exe" if sys.platform == "win32" else "livekit-server"

CHECKSUMS_LIMIT = 64 * 1024
ARCHIVE_LIMIT = 150 * 1024 * 1024
BINARY_LIMIT = 400 * 1024 * 1024
CHUNK = 256 * 1024

ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64", "armv7l": "armv7"}
SYSTEMS = {"Linux": "linux", "Windows": "windows"}


@dataclass(frozen=True, slots=True)
class Progress:
    """What an installation is doing; ``total`` is None while nobody can know it."""

    doing: str
    done: int = 0
    total: int | None = None


Report = Callable[[Progress], None]


class Unavailable(Exception):
    """This way of getting the server is closed here; another one may be open."""


class InstallFailed(MediaServerDown):
    """There is no livekit-server after this; the hint says what to do by hand."""


def asset() -> str | None:
    """The name of this platform's archive, or None where the release has none (macOS)."""
    system, machine = SYSTEMS.get(platform.system()), ARCHITECTURES.get(platform.machine().lower())
    if not system or not machine:
        return None
    return f"livekit_{VERSION}_{system}_{machine}.{'zip' if system == 'windows' else 'tar.gz'}"


def asset_url(base_url: str, name: str) -> str:
    return f"{base_url}/v{VERSION}/{name}"


async def download(work: Path, base_url: str, report: Report) -> Path:
    """Fetch, check and unpack the release into ``work``; return the program.

    Raises ``Unavailable`` when it cannot be had here and ``InstallFailed`` when what came is not what was published.
    """
    import aiohttp

    name = asset()
    if name is None:
        raise Unavailable(f"there is no release for {platform.system()} {platform.machine()}")
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=15, sock_read=30)
    archive = work / name
    try:
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
            sums = work / "checksums.txt"
            await _fetch(session, asset_url(base_url, "checksums.txt"), sums, CHECKSUMS_LIMIT, lambda _: None)
            expected = _expected(sums, name)
            found = await _fetch(session, asset_url(base_url, name), archive, ARCHIVE_LIMIT, report)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Unavailable(_in_words(error)) from None
    if found != expected:
        raise InstallFailed(f"{name} is not what LiveKit published: its checksum is {found}, it should be {expected}")
    report(Progress("unpacking"))
    return await asyncio.to_thread(extract, archive, work / BINARY)


async def _fetch(session: "aiohttp.ClientSession", url: str, into: Path, limit: int, report: Report) -> str:
    """Write what ``url`` holds to ``into`` and return its SHA-256."""
    digest = hashlib.sha256()
    async with session.get(url) as response:
        if response.status != 200:
            raise Unavailable(f"{url} answers {response.status}")
        if url.startswith("https:") and response.url.scheme != "https":
            raise Unavailable(f"{url} leads to an address without encryption")
        done, total = 0, response.content_length
        with _writing(into) as file:
            async for chunk in response.content.iter_chunked(CHUNK):
                done += len(chunk)
                if max(done, total or 0) > limit:
                    raise InstallFailed(f"{url} is larger than {limit // 1024} KB, which no release is")
                digest.update(chunk)
                file.write(chunk)
                report(Progress("downloading", done, total))
    return digest.hexdigest()


@contextmanager
def _writing(path: Path) -> "Iterator[IO[bytes]]":
    with path.open("wb") as file:
        yield file


def _expected(sums: Path, name: str) -> str:
    for line in sums.read_text("utf-8", "replace").splitlines():
        digest, _, listed = line.partition(" ")
        if listed.strip().lstrip("*") == name:
            return digest.lower()
    raise Unavailable(f"the release lists no {name}")


def extract(archive: Path, into: Path) -> Path:
    """Copy the one program out of the archive; anything else in there is left alone."""
    try:
        if archive.suffix == ".zip":
            with zipfile.ZipFile(archive) as opened, opened.open(into.name) as source:
                _copy(source, into)
        else:
            with tarfile.open(archive) as opened_tar:
                member = opened_tar.getmember(into.name)
                source_tar = opened_tar.extractfile(member) if member.isreg() else None
                if source_tar is None:
                    raise KeyError(into.name)
                with source_tar:
                    _copy(source_tar, into)
    except KeyError:
        raise InstallFailed(f"{archive.name} holds no {into.name}") from None
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InstallFailed(f"{archive.name} cannot be unpacked: {error}") from None
    into.chmod(0o755)
    return into


def _copy(source: IO[bytes], into: Path) -> None:
    left = BINARY_LIMIT
    with into.open("wb") as target:
        while chunk := source.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise InstallFailed(f"the program in the archive is larger than {BINARY_LIMIT // 1024 // 1024} MB")
            target.write(chunk)


def _in_words(error: Exception) -> str:
    """Why a download failed, without the address it was led to (those hold signed queries)."""
    import aiohttp

    match error:
        case aiohttp.ClientConnectorError():
            return f"{error.host} cannot be reached"
        case TimeoutError():
            return "the download stalled"
        case aiohttp.ClientPayloadError():
            return "the download broke off"
    return f"the download failed ({type(error).__name__})"
