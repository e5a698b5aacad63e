"""Rooms and recordings to keep."""

from collections.abc import Mapping

from bridge.rooms.model import PRESETS, Link, Mode, Part, Recorded, Role, Room

OWNER = "0123456789abcdef01234567"


def room(number: int = 1, *, slug: str = "", owner: str = OWNER, active: bool = False, revision: int = 1) -> Room:
    return Room(
        id=f"{number:024x}",
        slug=slug or f"room-{number}",
        name=f"Room {number} – Студия",
        owner=owner,
        policy=PRESETS["team"],
        active=active,
        call="c" if active else "",
        sid="",
        revision=revision,
        created=1_700_000_000_000 + number,
        modified=1_700_000_000_000 + number,
    )


def codes(room: Room) -> Mapping[str, Link]:
    return {f"{room.slug}-s": Link(Role.SPEAKER), f"{room.slug}-g": Link(Role.GUEST)}


def recorded(number: int = 1, *, slug: str = "main", owner: str = OWNER, ended: int = 0) -> Recorded:
    started = 1_700_000_000_000 + number
    parts = (Part(f"{slug}/{number}.webm", "handle", 5, 1.5), Part(f"{slug}/{number}-2.webm"))
    return Recorded(
        f"{number:024x}", "a room", owner, slug, "Main", "call", Mode.CHAT, "browser", started, ended, "", parts
    )
