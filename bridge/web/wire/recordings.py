"""What was recorded as flat objects, and the page that plays it."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from html import escape

from bridge.rooms.archive import Archive
from bridge.rooms.model import Recorded
from bridge.web.wire.spelling import iso


async def recording_rows(archive: Archive, recordings: Sequence[Recorded]) -> list[dict[str, object]]:
    """In a thread: the folder may lie on another machine, and no press waits for that."""
    now = time.time_ns() // 1_000_000
    return await asyncio.to_thread(lambda: [recording_row(archive, one, now) for one in recordings])


def recording_row(archive: Archive, recorded: Recorded, now: int) -> dict[str, object]:
    """``now`` is ms since 1970. What runs is as long and as large as it is by then."""
    paths = [archive.path(recorded, number) for number in range(1, len(recorded.parts) + 1)]
    sizes = [
        part.bytes or (path.stat().st_size if path else 0) for part, path in zip(recorded.parts, paths, strict=True)
    ]
    seconds = sum(part.seconds for part in recorded.parts)
    if not recorded.ended or not seconds:
        seconds = ((recorded.ended or now) - recorded.started) / 1000
    return {
        "id": recorded.id,
        "slug": recorded.slug,
        "started": iso(recorded.started),
        "ended": iso(recorded.ended) if recorded.ended else "",
        "seconds": round(seconds, 1),
        "bytes": sum(sizes),
        "state": "recording" if not recorded.ended else "done" if any(sizes) else "failed",
        "by": recorded.by,
        "mode": recorded.mode,
        "files": sum(size > 0 for size in sizes),
        "playable": any(paths),
        "reason": recorded.reason,
        "name": recorded.name,
    }


def player(recorded: Recorded, files: Iterable[str], base: str) -> str:
    """Its parts one below the other; ``files`` are their addresses, ``base`` is where the style lies."""
    title = escape(f"{recorded.name}, {iso(recorded.started)}")
    videos = "\n".join(
        f'      <p><video controls preload="metadata" src="{escape(file)}"></video><br>'
        f'<a href="{escape(file)}?download=1">Download</a></p>'
        for file in files
    )
    return f"""<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{title}</title>
    <link rel="stylesheet" href="{escape(base)}/shared/theme.css">
  </head>
  <body>
    <main class="card">
      <h1>{title}</h1>
{videos}
    </main>
  </body>
</html>
"""
