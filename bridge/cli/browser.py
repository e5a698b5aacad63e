"""The browser of whoever sits here."""

import os
import sys
import webbrowser


def has_browser() -> bool:
    """Whether there may be one with a window: one for terminals would take this terminal."""
    return sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")))


def open_page(url: str) -> bool:
    """Show it; False where that cannot be."""
    return has_browser() and webbrowser.open(url)
