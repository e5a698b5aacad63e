"""What vMix says is on air, on its way to the rules."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bridge.rooms.tally import Shown, Tally

if TYPE_CHECKING:
    from bridge.vmix_api.state import Input, Look


@asynccontextmanager
async def hearing_vmix(host: str, tally: Tally, *ports: int) -> AsyncIterator[None]:
    """``tally`` hears it meanwhile. ``ports`` are those of vMix's tally and of its state, left out: vMix's own."""
    from bridge.vmix_api.client import Vmix  # where no vMix is named, this costs nothing

    def told(look: "Look | None") -> None:
        if look is None:
            tally.away()
        else:
            tally.hear(_shown(look.program), _shown(look.preview))

    task = asyncio.create_task(Vmix(host, told, *ports).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def _shown(inputs: "Iterable[Input]") -> list[Shown]:
    return [Shown(one.number, one.titles) for one in inputs]
