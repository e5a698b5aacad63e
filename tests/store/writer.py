"""A process that writes until it dies: ``writer.py <store.json> [call nth before|after]``.

Eight callers update a row each, with texts that grow and shrink, and report each acknowledged value as
``<row> <value>`` on stdout. With the three words the process ends inside the nth ``os.<call>`` (``os._exit``), before
or after it acts.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bridge.store.database import Database
from bridge.store.rows import Change

CALLERS = 8


def die_in(name: str, nth: int, after: bool) -> None:
    real: Callable[..., Any] = getattr(os, name)
    calls = 0

    def call(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth and not after:
            os._exit(9)
        answer = real(*args, **kwargs)
        if calls == nth:
            os._exit(9)
        return answer

    setattr(os, name, call)


async def update(database: Database, row_id: int, value: int, rounds: int) -> None:
    for number in range(value + 1, value + 1 + rounds):
        text = "x" * (number * 7919 * row_id % 3000)
        await database.commit([Change("t", row_id, {"n": number, "text": text})])
        os.write(1, b"%d %d\n" % (row_id, number))


async def main(path: Path, rounds: int) -> None:
    database = Database(path)
    values = {row_id: row["n"] for row_id, row in database.rows("t")}
    await asyncio.gather(*(update(database, row, values.get(row, 0), rounds) for row in range(1, CALLERS + 1)))
    await database.aclose()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        die_in(sys.argv[2], int(sys.argv[3]), sys.argv[4] == "after")
    asyncio.run(main(Path(sys.argv[1]), 3 if len(sys.argv) > 2 else 10**9))
