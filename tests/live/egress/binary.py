"""The tests' own egress worker, built once per user; ``python3 -m tests.live.egress.binary`` builds it beforehand."""

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

from tests.needs import CACHE, Unavailable, alone, packages, run

HERE = Path(__file__).parent
SOURCES = ("main.go", "go.mod", "go.sum")
REDIS = "redis-server"


def install() -> Path:
    """The worker's program, and a Redis to run it with. Raises ``Unavailable``."""
    packages(REDIS)
    stamp = hashlib.sha256(b"".join((HERE / source).read_bytes() for source in SOURCES)).hexdigest()
    program = CACHE / f"egress-worker-{stamp[:12]}"
    with alone("livekit"):  # whose build compiles most of the same
        if program.exists():
            return program
        go = shutil.which("go")
        if go is None:
            raise Unavailable("Go is missing; it builds the worker")
        with tempfile.TemporaryDirectory(dir=CACHE) as work:
            made = Path(work) / program.name
            run(go, "build", "-mod=readonly", "-ldflags=-s -w", "-o", str(made), ".", cwd=HERE)
            made.rename(program)
    return program


if __name__ == "__main__":
    try:
        install()
    except Unavailable as reason:
        sys.exit(str(reason))
