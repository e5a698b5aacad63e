"""``filter``, ``sort``, ``skip`` and ``limit``."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bridge.web.wire import listing
from tests.bridges import Bridge, bridge_on
from tests.web.shapes import assert_failure

ROOMS = [
    {"name": "Bravo", "max_participants": 10, "active": True},
    {"name": "Alpha", "max_participants": 30, "active": False, "allow_chat": False},
    {"name": "Delta", "max_participants": 20, "active": True, "mediaType": "MEDIA_TYPE_AUDIO_ONLY"},
    {"name": "Charlie", "max_participants": 20, "active": False},
]


@pytest.fixture
async def four(tmp_path: Path) -> AsyncIterator[Bridge]:
    async with bridge_on(tmp_path) as bridge:
        for room in ROOMS:
            assert (await bridge.api("conferences/create", room)).status == 200
        yield bridge


async def initials(bridge: Bridge, **query: object) -> str:
    answer = await bridge.api("conferences/getAll", query)
    assert answer.status == 200, answer.text
    return "".join(room["name"][0] for room in answer.json)


async def test_without_anything_it_is_every_room_oldest_first(four: Bridge) -> None:
    assert await initials(four) == "BADC"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"sort": {"created": -1}}, "CDAB"),
        ({"sort": {"name": 1}}, "ABCD"),
        ({"sort": {"max_participants": -1, "name": 1}}, "ACDB"),
        ({"sort": {"max_participants": 1, "name": -1}}, "BDCA"),
        ({"sort": {}}, "BADC"),
        ({"limit": 2}, "BA"),
        ({"skip": 1, "limit": 2}, "AD"),
        ({"skip": 3}, "C"),
        ({"skip": 9}, ""),
        ({"limit": 0}, ""),
        ({"limit": 2**63}, "BADC"),
        ({"sort": {"name": 1}, "skip": 1, "limit": 1, "filter": {"active": True}}, "D"),
    ],
)
async def test_sort_skip_and_limit(four: Bridge, query: dict[str, Any], expected: str) -> None:
    assert await initials(four, **query) == expected


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({}, "BADC"),
        ({"active": True}, "BD"),
        ({"active": True, "max_participants": 20}, "D"),
        ({"active": 1}, ""),
        ({"name": "Alpha"}, "A"),
        ({"slug": "alpha"}, "A"),
        ({"state": "ready"}, "BD"),
        ({"sid": ""}, "AC"),
        ({"mediaType": "MEDIA_TYPE_AUDIO_ONLY"}, "D"),
        ({"name": {"$in": ["Alpha", "Bravo", 1]}}, "BA"),
        ({"name": {"$in": []}}, ""),
        ({"name": {"$nin": ["Alpha", "Bravo"]}}, "DC"),
        ({"active": {"$in": [1, 0]}}, ""),
        ({"active": {"$in": [True]}}, "BD"),
        ({"active": {"$nin": [True]}}, "AC"),
        ({"max_participants": {"$in": [10.0, True]}}, "B"),
        ({"max_participants": {"$in": [*range(20, 1020)]}}, "ADC"),
        ({"name": {"$ne": "Alpha"}}, "BDC"),
        ({"max_participants": {"$gt": 10}}, "ADC"),
        ({"max_participants": {"$gte": 20, "$lt": 30}}, "DC"),
        ({"max_participants": {"$lte": 10}}, "B"),
        ({"max_participants": {"$gt": "10"}}, ""),
        ({"name": {"$gte": "Bravo"}}, "BDC"),
        ({"created": {"$gt": "2020-01-01T00:00:00.000Z"}}, "BADC"),
        ({"allow_chat": False}, "A"),
    ],
)
async def test_filters(four: Bridge, filter: dict[str, Any], expected: str) -> None:
    assert await initials(four, filter=filter) == expected
    count = await four.api("conferences/getCount", {"filter": filter})
    assert count.json == {"count": len(expected)}


@pytest.mark.parametrize(
    ("query", "key", "name"),
    [
        ({"filter": {"colour": "red"}}, "bad_request", "colour"),
        ({"filter": {"name": {"$regex": "^A"}}}, "bad_request", "$regex"),
        ({"filter": {"$or": []}}, "bad_request", "$or"),
        ({"filter": {"name": {}}}, "bad_request", "name"),
        ({"filter": {"name": []}}, "bad_request", "name"),
        ({"filter": {"name": None}}, "bad_request", "name"),
        ({"filter": {"name": {"$in": "Alpha"}}}, "bad_request", "$in"),
        ({"filter": {"name": {"$in": [[]]}}}, "bad_request", "name"),
        ({"filter": {"max_participants": {"$in": [*range(1001)]}}}, "bad_request", "max_participants lists 1001"),
        ({"filter": {"max_participants": {"$in": [*range(1001)]}}}, "bad_request", "at most 1000"),
        ({"filter": {"slug": {"$nin": ["x"] * 1001}}}, "bad_request", "slug lists 1001"),
        ({"filter": {"name": {"$gt": {"a": 1}}}}, "bad_request", "name"),
        ({"filter": []}, "bad_setting", "filter"),
        ({"sort": {"colour": 1}}, "bad_request", "colour"),
        ({"sort": {"name": 2}}, "bad_setting", "sort"),
        ({"sort": "name"}, "bad_setting", "sort"),
        ({"limit": -1}, "bad_setting", "limit"),
        ({"limit": "10"}, "bad_setting", "limit"),
        ({"limit": True}, "bad_setting", "limit"),
        ({"skip": -1}, "bad_setting", "skip"),
        ({"skip": 1e400}, "bad_request", "JSON"),
    ],
)
async def test_what_cannot_be_asked_is_named(bridge: Bridge, query: dict[str, Any], key: str, name: str) -> None:
    await bridge.api("conferences/create", {"name": "Alpha", "active": False})
    assert_failure(await bridge.api("conferences/getAll", query), key, name)


def test_a_long_list_is_looked_up_and_not_searched() -> None:
    """Every value is hashed once and compared with none: a list of numbers that took 1.4 s takes none."""

    class Number(float):
        compared = 0

        def __eq__(self, other: object) -> bool:
            Number.compared += 1
            return super().__eq__(other)

        __hash__ = float.__hash__

    rooms = [{"max_participants": -number} for number in range(1, 101)]
    wanted = {"max_participants": {"$in": [Number(number) for number in range(1, listing.LISTED + 1)]}}
    assert listing.matching(rooms, wanted) == []
    assert Number.compared < 1000
