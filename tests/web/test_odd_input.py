"""Strings nobody thought of, at every parameter and field: never a 5xx, always the one shape."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bridges import Answer, Bridge, bridge_on
from tests.web.shapes import KEYS

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
WORDS = st.sampled_from(
    ["1", "0", "yes", "grid", "av", "team", "json", "empty", "20", "\x00", "\u202e", "💥", "%s", "=&?#"]
)
TEXT = st.one_of(WORDS, st.text(max_size=40))
PARAMETERS = ["name", "max", "media", "webinar", "chat", "screen", "record", "mode", "preset", "start", "strict"]
PARAMETERS += ["format", "soft", "if", "key", "seats"]
FIELDS = ["id", "name", "mediaType", "max_participants", "allow_chat", "record", "record_mode", "active", "filter"]
FIELDS += [
    "sort",
    "skip",
    "limit",
    "room_id",
    "LKRoomName",
    "participant_id",
    "participant_name",
    "hidden",
    "token",
    "slug",
]
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)
BUTTONS = st.sampled_from(["create", "set", "start", "stop", "state", "scripts", ""])
CALLS = [
    "conferences/create",
    "conferences/getCount",
    "conferences/getAll",
    "conferences/getById",
    "conferences/update",
]
CALLS += ["conferences/start", "conferences-public/findLKRoomNameById", "conferences-public/createToken", "keys/show"]


class Loop:
    """A bridge on a loop of its own: the tests of hypothesis are no coroutines."""

    def __init__(self, data: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever)
        self._thread.start()
        self._context = bridge_on(data)
        self.bridge: Bridge = self.run(self._context.__aenter__())

    def run(self, work: Any) -> Any:
        future: Future[Any] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(10)

    def close(self) -> None:
        self.run(self._context.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loop]:
    loop = Loop(tmp_path_factory.mktemp("odd"))
    yield loop
    loop.close()


def assert_clean(answer: Answer) -> None:
    assert answer.status < 500, answer.text
    assert "Traceback" not in answer.text
    if answer.status >= 400 and answer.json is not None:
        assert answer.json["success"] is False
        assert answer.status in KEYS[answer.json["error"]]
    elif answer.status >= 400 and answer.text.startswith("ERR "):
        assert answer.text.count("\n") == 1
        assert answer.status in KEYS[answer.text.split()[1]]


@QUICK
@given(room=TEXT, button=BUTTONS, query=st.dictionaries(st.one_of(st.sampled_from(PARAMETERS), TEXT), TEXT, max_size=4))
def test_short_routes(loop: Loop, room: str, button: str, query: dict[str, str]) -> None:
    query.pop("key", None)
    path = f"/r/{quote(room, safe='', errors='replace')}" + (f"/{button}" if button else "")
    safe = {
        name.encode(errors="replace").decode(): value.encode(errors="replace").decode() for name, value in query.items()
    }
    assert_clean(loop.run(loop.bridge.get(path, params=safe)))


@QUICK
@given(path=st.sampled_from(CALLS), body=st.dictionaries(st.one_of(st.sampled_from(FIELDS), TEXT), VALUES, max_size=4))
def test_api(loop: Loop, path: str, body: dict[str, object]) -> None:
    assert_clean(loop.run(loop.bridge.api(path, body)))


@QUICK
@given(value=VALUES, field=st.sampled_from(FIELDS))
def test_one_odd_field(loop: Loop, field: str, value: object) -> None:
    assert_clean(loop.run(loop.bridge.api("conferences/create", {"name": "x", "active": False, field: value})))


@QUICK
@given(filter=st.dictionaries(st.sampled_from(["name", "active", "created", "max_participants"]), VALUES, max_size=2))
def test_filters(loop: Loop, filter: dict[str, object]) -> None:
    operators = ("$in", "$gt")
    for wanted in (filter, {field: {operator: value} for field, value in filter.items() for operator in operators}):
        assert_clean(loop.run(loop.bridge.api("conferences/getAll", {"filter": wanted})))


@QUICK
@given(
    header=st.sampled_from(["Host", "Origin", "Referer", "Sec-Fetch-Site", "Purpose", "X-Bridge-Key", "Accept"]),
    value=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60),
)
def test_headers(loop: Loop, header: str, value: str) -> None:
    assert_clean(loop.run(loop.bridge.get("/r/main/create", headers={header: value.strip()})))
