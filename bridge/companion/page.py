"""A page, and the trigger that asks where nothing is pushed, as files that Companion 4.1 and newer imports."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from bridge.companion.card import RoomCard
from bridge.companion.keys import (
    CONNECTION,
    Control,
    admit_key,
    ask,
    hard_stop_key,
    record_key,
    seat_key,
    setup_key,
    start_key,
    state_key,
    stop_key,
)

VERSION = 9
"""Companion 4.1 and 4.2 write it and all since read it; each of them refuses what is newer than itself, or loses it."""
COLUMNS, ROWS = 5, 3
"""What the smallest usual deck shows."""
WIDE, TALL = 8, 4
"""Companion's own grid, which grows where a page is larger."""
Place = tuple[int, int]


def page(cards: Sequence[RoomCard], name: str = "Rooms") -> bytes:
    """One room: everything on 5x3 keys, seats beyond the eighth to the right of them and below. Several: a row each."""
    keys = dict(_one_room(cards[0]) if len(cards) == 1 else _many_rooms(cards))
    controls: dict[str, dict[str, Control]] = {}
    for (row, column), key in sorted(keys.items()):
        controls.setdefault(str(row), {})[str(column)] = key
    grid = {
        "minColumn": 0,
        "maxColumn": max(WIDE - 1, *(column for _, column in keys)),
        "minRow": 0,
        "maxRow": max(TALL - 1, *(row for row, _ in keys)),
    }
    return _file("page", {"page": {"name": name, "controls": controls, "gridSize": grid}, "oldPageNumber": 1})


def polling(cards: Sequence[RoomCard]) -> bytes:
    """A list of one trigger, to be imported beside the page: it asks for the rooms every second."""
    trigger = {
        "type": "trigger",
        "options": {"name": "Ask the bridge", "enabled": True, "sortOrder": 0},
        "actions": [ask(card) | {"id": f"ask-{card.slug}"} for card in cards],
        "condition": [],
        "events": [{"id": "every-second", "type": "interval", "enabled": True, "options": {"seconds": 1}}],
        "localVariables": [],
    }
    return _file("trigger_list", {"triggers": {"ask-the-bridge": trigger}, "triggerCollections": []})


def file_name(slug: str = "rooms", *, polls: bool = False) -> str:
    """A file of one room is called like it."""
    return f"{slug}{'-polling' if polls else ''}.companionconfig"


def _one_room(card: RoomCard) -> Iterator[tuple[Place, Control]]:
    yield (0, 0), state_key(card)
    yield (0, 1), start_key(card, titled=False)
    yield (0, 2), stop_key(card, titled=False)
    yield (0, 3), hard_stop_key(card, titled=False)
    yield (0, 4), admit_key(card)
    yield (ROWS - 1, COLUMNS - 2), record_key(card)
    yield (ROWS - 1, COLUMNS - 1), setup_key([card])
    for place, seat in zip(_seat_places(), card.seats, strict=False):
        yield place, seat_key(card, seat)


def _seat_places() -> Iterator[Place]:
    """Below START on a small deck, then what larger decks have, then on and on."""
    near = [(row, column) for row in range(1, ROWS) for column in range(COLUMNS)]
    yield from near[:-2]
    yield from ((row, column) for row in range(ROWS) for column in range(COLUMNS, WIDE))
    yield from ((row, column) for row in range(ROWS, 64) for column in range(WIDE))


def _many_rooms(cards: Sequence[RoomCard]) -> Iterator[tuple[Place, Control]]:
    """SETUP is below the last room, since it is pressed where the page is imported."""
    for row, card in enumerate(cards):
        yield (row, 0), state_key(card)
        yield (row, 1), start_key(card, titled=True)
        yield (row, 2), stop_key(card, titled=True)
        yield (row, 3), hard_stop_key(card, titled=True)
        yield (row, 4), admit_key(card)
        yield (row, COLUMNS), record_key(card)
        yield from (((row, COLUMNS + number), seat_key(card, seat)) for number, seat in enumerate(card.seats, 1))
    yield (len(cards), 0), setup_key(cards)


def _file(kind: str, content: dict[str, Any]) -> bytes:
    connection = {
        "instance_type": "generic-http",
        "label": "vmix-bridge",
        "config": {"prefix": "", "proxyAddress": "", "rejectUnauthorized": True},
        "isFirstInit": False,
        "lastUpgradeIndex": -1,
        "enabled": True,
    }
    head = {"version": VERSION, "type": kind, "companionBuild": "vmix-bridge"}
    tail = {"instances": {CONNECTION: connection}, "connectionCollections": []}
    return json.dumps(head | content | tail, indent=1, ensure_ascii=False).encode()
