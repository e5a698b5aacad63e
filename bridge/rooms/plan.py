"""What the LiveKit room behind a started room should look like."""

import json

from bridge.rooms.model import Room
from bridge.rooms.ports import CallPlan

WEEK = 7 * 24 * 3600
PROGRAM = 1
ROOM_TO_RAISE = 250
"""Places beyond ``max`` in LiveKit's own limit. The bridge counts people itself and exactly; LiveKit's limit is the
second line, and cannot be changed on a live room: without this, raising ``max`` on air, or adding seats and with them
scenes, would let nobody in."""


def plan(room: Room, max_scenes: int) -> CallPlan:
    """The call of a started room: its name, limits that hold when the bridge is away, and the policy as metadata.

    A room opened in the morning must be there in the evening, so nothing closes it for a week. Scenes are hidden, and
    LiveKit counts hidden participants.
    """
    least = room.policy.max + max_scenes + PROGRAM
    known = {"name": room.name, "slug": room.slug} | room.policy.by_word()
    return CallPlan(
        name=room.call,
        limit=least + ROOM_TO_RAISE,
        least_limit=least,
        empty_timeout=WEEK,
        departure_timeout=WEEK,
        metadata=json.dumps(known, ensure_ascii=False, separators=(",", ":")),
    )
