"""What the LiveKit room behind a started room should look like."""

import json

from bridge.rooms.model import Room
from bridge.rooms.ports import CallPlan

WEEK = 7 * 24 * 3600
ROOM_TO_RAISE = 100
"""Places beyond ``max`` in LiveKit's own limit. The bridge counts people itself and exactly; LiveKit's limit is the
second line, and cannot be changed on a live room: without this, raising ``max`` on air would let nobody in."""


def plan(room: Room, max_scenes: int) -> CallPlan:
    """The call of a started room: its name, limits that hold when the bridge is away, and the policy as metadata.

    A room opened in the morning must be there in the evening, so nothing closes it for a week. Scenes are hidden, and
    LiveKit counts hidden participants.
    """
    least = room.policy.max + max_scenes
    return CallPlan(
        name=room.call,
        limit=least + ROOM_TO_RAISE,
        least_limit=least,
        empty_timeout=WEEK,
        departure_timeout=WEEK,
        metadata=_metadata(room),
    )


def _metadata(room: Room) -> str:
    policy = room.policy
    flags = {
        "name": room.name,
        "slug": room.slug,
        "media": policy.media,
        "max": policy.max,
        "webinar": policy.webinar,
        "chat": policy.chat,
        "screen": policy.screen,
        "record": policy.record,
        "mode": policy.mode,
    }
    return json.dumps(flags, ensure_ascii=False, separators=(",", ":"))
