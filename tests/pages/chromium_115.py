"""``python -m tests.pages.chromium_115 [-OPTION …] [TEST …]`` runs tests of pages in Chromium 115, the browser inside
vMix 27 to 29: those of scenes where none are named. ``playwright`` leads it as it leads Debian's.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.needs import CACHE, Unavailable, alone, node, packages, run
from tests.pages.browser import CHROMIUM

PACKAGE = "@sparticuz/chromium@115.0.0"
FOLDER = CACHE / "chromium-115"
TESTS = ("tests/pages/test_scene.py",)
INFLATE = """
const [from, to] = process.argv.slice(1);
fs.writeFileSync(to, zlib.brotliDecompressSync(fs.readFileSync(from)), { mode: 0o755 });
"""


def chromium_115() -> Path:
    """The program, fetched if this user has none. Raises ``Unavailable``."""
    packages("chromium")  # it needs the same shared libraries
    with alone("chromium-115"):
        if not FOLDER.exists():
            with tempfile.TemporaryDirectory(dir=CACHE) as work:
                made = Path(work) / "made"
                made.mkdir()
                _fetch(Path(work), made)
                made.rename(FOLDER)
    return FOLDER / "chromium"


def _fetch(work: Path, made: Path) -> None:
    """The program, and beside it the graphics card that it has where there is none."""
    path = {"PATH": f"{node()}{os.pathsep}{os.environ['PATH']}"}
    run(str(node() / "npm"), "pack", PACKAGE, cwd=work, environment=path)
    (packed,) = work.glob("*.tgz")
    with tarfile.open(packed) as files:
        files.extractall(work, filter="data")
    graphics = work / "graphics.tar"
    for name, to in (("chromium", made / "chromium"), ("swiftshader.tar", graphics)):
        run(str(node() / "node"), "-e", INFLATE, str(work / f"package/bin/{name}.br"), str(to))
    with tarfile.open(graphics) as files:
        files.extractall(made, filter="data")


def main() -> int:
    try:
        program = chromium_115()
    except Unavailable as problem:
        sys.exit(str(problem))
    options = [word for word in sys.argv[1:] if word.startswith("-")]
    tests = [word for word in sys.argv[1:] if not word.startswith("-")] or TESTS
    command = [sys.executable, "-m", "pytest", "-n", "0", *options, *tests]
    return subprocess.run(command, env={**os.environ, CHROMIUM: str(program)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
