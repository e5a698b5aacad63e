"""How many descriptors this process may have, and how many of them are for callers."""

import sys
from contextlib import suppress

RESERVED = 256
"""Descriptors for everything that is no caller: store, log, LiveKit, and whoever is just being accepted."""
MOST = 16_384
"""Beyond this it is memory that runs short."""


def raise_limit() -> None:
    """As many descriptors as the system lets this process have. Windows counts none."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def ceiling() -> int:
    """The first descriptor that shows that they run short. Windows numbers sockets otherwise, and has no limit."""
    if sys.platform == "win32":
        return sys.maxsize
    import resource

    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    most = min(soft, MOST) if soft != resource.RLIM_INFINITY else MOST
    return most - min(RESERVED, most // 2)
