"""What the console of Windows tells the program on it: Ctrl+Break, and that its window, the session or the PC ends.

Windows ends a process as soon as its handler for such an end returns, and the C library's returns at once. The one here
returns when the program is done, for which Windows gives it five seconds.
"""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    HANDLER = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)
    SIGNALS = {
        signal.CTRL_BREAK_EVENT: signal.SIGBREAK,
        2: signal.SIGTERM,  # CTRL_CLOSE_EVENT
        5: signal.SIGTERM,  # CTRL_LOGOFF_EVENT
        6: signal.SIGTERM,  # CTRL_SHUTDOWN_EVENT
    }

    @contextmanager
    def console_events(tell: Callable[[int], None]) -> Iterator[None]:
        """``tell``, in a thread of its own, which signal such an event is like. Ctrl+C is one already.

        The block lasts until the program is done.
        """
        done = threading.Event()

        def told(event: int) -> bool:
            if event not in SIGNALS:
                return False
            tell(SIGNALS[event])
            if event != signal.CTRL_BREAK_EVENT:
                done.wait()
            return True

        handler, kernel = HANDLER(told), ctypes.WinDLL("kernel32")
        kernel.SetConsoleCtrlHandler(handler, True)
        try:
            yield
        finally:
            done.set()  # first: a handler that runs cannot be taken away
            kernel.SetConsoleCtrlHandler(handler, False)

else:

    @contextmanager
    def console_events(tell: Callable[[int], None]) -> Iterator[None]:
        """Nothing here: a terminal that closes sends a signal."""
        yield
