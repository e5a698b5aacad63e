"""People and scenes as flat objects, the same for lists, tables and event streams."""

from bridge.rooms import attendance, scenes
from bridge.web.wire.spelling import iso


def person_row(row: attendance.Row) -> dict[str, object]:
    return {
        "who": row.who,
        "state": row.presence,
        "seat": row.seat,
        "role": row.role,
        "mic": row.mic,
        "camera": row.camera,
        "screen": row.screen,
        "blocked": ",".join(row.blocked),
        "new_browser": row.new_browser,
        "light": row.light or "",
        "quality": row.quality,
        "since": iso(row.since) if row.since else "",
        "title": row.title,
        "typed": row.typed,
        "name": row.name,
    }


def scene_row(row: scenes.Row) -> dict[str, object]:
    """What does not change by itself."""
    return {"name": row.name, "kind": row.kind, "shows": row.shows, "pages": row.pages, "sound": row.sound or ""}
