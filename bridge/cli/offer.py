"""What ``up`` offers whoever sits at its terminal: Enter opens the console. Nothing waits for it."""

import asyncio
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from bridge.cli.browser import has_browser, open_page
from bridge.cli.output import is_terminal
from bridge.cli.words import say

if TYPE_CHECKING:
    from bridge.service import Running

ANSWER_SECONDS = 5.0


def offer_console(bridge: "Running") -> None:
    """Say how it is opened; at a terminal of somebody who has a browser Enter does so from now on."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr) and has_browser()):
        say("The console: vmix-bridge console")
        return
    say("The console: press Enter here, or vmix-bridge console")
    if sys.platform != "win32":
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)  # in the background reading fails then, and stops nothing
    threading.Thread(target=_listen, args=(bridge, asyncio.get_running_loop()), daemon=True).start()


def _listen(bridge: "Running", loop: asyncio.AbstractEventLoop) -> None:
    """Past ``sys.stdin``, whose lock would keep the program from ending."""
    with suppress(OSError, RuntimeError, TimeoutError):
        while os.read(0, 1024):
            url = asyncio.run_coroutine_threadsafe(_address(bridge), loop).result(ANSWER_SECONDS)
            if not open_page(url):
                say("no browser was found here: vmix-bridge console prints an address")


async def _address(bridge: "Running") -> str:
    """With a ticket of the first user, whose terminal this is."""
    user = bridge.parts.accounts.first()
    return f"{bridge.url}/#ticket={bridge.parts.consoles.ticket(user)}" if user else bridge.url
