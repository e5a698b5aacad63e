"""How ``up`` ends: a call with people inside outlives the bridge, unless somebody says otherwise."""

import asyncio
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bridge.cli.words import say

if TYPE_CHECKING:
    from types import FrameType

    from bridge.rooms.ports import Participant
    from bridge.service import Running

AGAIN_SECONDS = 3.0
SHOWN = 5
NAME_LENGTH = 40

Signals = asyncio.Queue[int]


@contextmanager
def listening() -> Iterator[Signals]:
    """Every Ctrl+C, Ctrl+Break and SIGTERM meanwhile; afterwards the process, about to end, is deaf to them."""
    loop, heard = asyncio.get_running_loop(), Signals()

    def arrived(number: int, _: "FrameType | None") -> None:
        loop.call_soon_threadsafe(heard.put_nowait, number)

    signals = [signal.SIGINT, signal.SIGTERM]
    if sys.platform == "win32":
        signals.append(signal.SIGBREAK)
    for number in signals:
        signal.signal(number, arrived)
    try:
        yield heard
    finally:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)


async def until_stopped(bridge: "Running", heard: Signals, *, end_calls: bool) -> None:
    """Return when the bridge is to end, having settled what becomes of the livekit-server of this machine.

    With people inside the bridge goes on for a moment; one more signal then, or while the bridge ends, ends their
    calls. Only what comes after the talk counts: some launchers send each Ctrl+C twice.
    """
    from bridge.rooms.people import who_is_inside

    number = await heard.get()
    local = bridge.local
    if local is None or local.status.pid is None:
        say("stopping")
        return
    inside = {} if end_calls else await who_is_inside(bridge.store, bridge.media, bridge.parts.roster)
    local.outlives = bool(inside)
    if not inside:
        say("stopping")
        return

    async def end_calls_at_the_next() -> None:
        await heard.get()
        if local.status.pid is not None:
            local.outlives = False
            say("ending the calls")

    by_hand = number != signal.SIGTERM
    for line in talk(inside, by_hand):
        say(line)
    while not heard.empty():
        heard.get_nowait()
    again = asyncio.create_task(end_calls_at_the_next())
    await asyncio.wait([again], timeout=AGAIN_SECONDS if by_hand else 0)


def talk(inside: "Mapping[str, Sequence[Participant]]", by_hand: bool) -> Iterator[str]:
    """Who is inside, some rooms and some of each, and what becomes of their calls."""
    yield "stopping with people inside:"
    for slug in list(inside)[:SHOWN]:
        yield f"  {slug}: {_names(inside[slug])}"
    if len(inside) > SHOWN:
        yield f"  and {len(inside) - SHOWN} more rooms"
    yield "Their calls go on without the bridge for about 40 seconds; your next `vmix-bridge up` takes them over."
    if by_hand:
        yield f"To end their calls, press Ctrl+C again within {AGAIN_SECONDS:.0f} seconds."


def _names(people: "Sequence[Participant]") -> str:
    """Those who came first. What guests call themselves must not reach the terminal as a command."""
    eldest = sorted(people, key=lambda person: person.joined)
    names = [(person.name or person.identity)[:NAME_LENGTH] for person in eldest[:SHOWN]]
    text = "".join(char if char.isprintable() else "?" for char in ", ".join(names))
    return text + (f" and {len(people) - SHOWN} more" if len(people) > SHOWN else "")
