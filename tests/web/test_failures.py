"""Every failure of every route, visited: one shape, the contract's keys and statuses, nothing told that is secret."""

from collections.abc import Iterator

import pytest
from limits import RateLimitItemPerMinute

from bridge.errors import BridgeError, MediaServerDown, MediaServerRefused, MediaServerTimeout
from bridge.web.guard import limits
from bridge.web.routes import floor
from tests.bridges import Bridge
from tests.fakes import fails
from tests.rooms.fakes import FakeMedia
from tests.web.shapes import KEYS, assert_failure
from tests.web.visits import (
    House,
    Visit,
    and_,
    as_another_user,
    call,
    in_rehearsal,
    in_trouble,
    join,
    on_a_broken_disk,
    overtaken,
    press,
    twice,
    with_a_defect,
    with_key_in_url,
    with_key_of,
    with_people,
    with_studio_key,
    with_token_in_url,
)

LISTS = ("/r/main/people", "/r/main/tally", "/r/main/links", "/r/main/scenes", "/r/main/recordings")
TABLES = ("/r", "/r/main", *LISTS, "/r/main/scripts")
RECORD = ("/r/main/record/start", "/r/main/record/stop")
PRESSES = ("/r/main/create", "/r/main/start", "/r/main/stop", "/r/main/set?max=9")
PAGES = ("/r/main/companion.json", "/r/main/companion.companionconfig", "/companion.companionconfig")
FILES = ("/r/main/scripts/start.vb", "/r/main/scripts.zip", *PAGES)
OF_EVERY_ROOM = ("/r", "/companion.companionconfig")
BUTTONS = (*TABLES, "/r/main/state", *PRESSES, *RECORD, *FILES)
HELPERS = ("conferences-public/findLKRoomNameById", "conferences-public/createToken")
ACCOUNT = ("keys/show", "keys/rotate", "keys/retire", "tokens/create", "tokens/list", "tokens/revoke")
OF_ONE_ROOM = ("getById", "update", "start", "stop", "remove")
HANDS = (
    *(f"participants/{name}" for name in ("list", "free", "title", "remove", "admit", "refuse", *floor.HANDS)),
    *("links/list", "links/renew"),
)
RECORDINGS = tuple(f"recordings/{name}" for name in ("getCount", "getAll", "getById", "remove", "ticket"))
PRIVATE = (
    *(f"conferences/{name}" for name in ("create", "getCount", "getAll", *OF_ONE_ROOM, *HANDS)),
    *ACCOUNT,
    *RECORDINGS,
)
TROUBLE = [error("LiveKit is in trouble") for error in (MediaServerDown, MediaServerRefused, MediaServerTimeout)]
HUGE = b'{"name": "' + b"x" * 70_000 + b'"}'
UNKNOWN_ID = {"id": "f" * 24}

Case = tuple[str, str, str, Visit]
"""What it is called, the error key, the format, and how it comes about."""


def formats(route: str) -> tuple[str, ...]:
    return ("text", "json", "xml", "csv") if route in TABLES else ("text", "json")


BUTTONS_AS = [(route, format) for route in BUTTONS for format in formats(route)]


def in_(path: str, format: str) -> str:
    return path if format == "text" else and_(path, f"format={format}")


def guarded_buttons() -> Iterator[Case]:
    """What is refused before a room is asked."""
    for route, format in BUTTONS_AS:
        path = in_(route, format)
        visits = {
            "key_missing": press(path, X_Bridge_Key=""),
            "key_wrong": press(path, X_Bridge_Key="sk_wrong"),
            "too_many_requests": twice(press(path, X_Bridge_Key="sk_wrong")),
            "forbidden_origin": with_key_in_url(path, Origin="http://evil.example"),
            "bad_host": press(path, Host="evil.example"),
            "method_not_allowed": press(path, method="PUT"),
            "internal": with_a_defect(press(path)),
            "bad_request": press(and_(path, "colour=red")),
            "bad_setting": press(and_(path, "soft=maybe")),
            "key_scope": with_key_of("other", path) if route not in OF_EVERY_ROOM else with_token_in_url(path),
        }
        if route not in FILES:
            visits["too_large"] = press(path, method="POST", body=HUGE)
            yield route, "bad_request", format, press(path, method="POST", body=[1])
        yield from ((route, key, format, visit) for key, visit in visits.items())
    for route in BUTTONS:
        yield route, "key_scope", "text", with_token_in_url(route)


def guarded_api() -> Iterator[Case]:
    for route in (*PRIVATE, *HELPERS):
        visits = {
            "forbidden_origin": call(route, Sec_Fetch_Site="cross-site", x_access_token=""),
            "bad_host": call(route, Host="evil.example"),
            "key_wrong": call(route, x_access_token="vbt_wrong"),
            "too_many_requests": twice(call(route, x_access_token="vbt_wrong")),
            "key_scope": with_studio_key(route),
            "method_not_allowed": call(route, method="GET"),
            "internal": with_a_defect(call(route)),
            "bad_request": call(route, b"{"),
            "too_large": call(route, HUGE),
        }
        if route in PRIVATE:
            visits["key_missing"] = call(route, x_access_token="")
        yield from ((route, key, "json", visit) for key, visit in visits.items())
        yield route, "bad_request", "json", call(route, {"colour": "red"})
        yield route, "bad_request", "json", call(route, Content_Type="text/plain")


def guarded_console() -> Iterator[Case]:
    for name in ("ticket", "session", "end", "keys"):
        route = f"/console/{name}"
        visits = {
            "bad_host": press(route, method="POST", Host="evil.example"),
            "forbidden_origin": press(route, method="POST", X_Bridge_Key="", Sec_Fetch_Site="cross-site"),
            "method_not_allowed": press(route),
        }
        if name != "session":
            visits["key_missing"] = press(route, method="POST", X_Bridge_Key="")
            visits["key_scope"] = with_studio_key(f"..{route}")
            visits["key_wrong"] = press(route, method="POST", x_access_token="cs_wrong", X_Bridge_Key="")
            visits["too_many_requests"] = twice(visits["key_wrong"])
        else:
            visits["key_wrong"] = press(route, method="POST", body={"ticket": "ct_wrong"})
            visits["too_many_requests"] = twice(visits["key_wrong"])
            visits["too_large"] = press(route, method="POST", body=HUGE)
            visits["bad_setting"] = press(route, method="POST", body={"ticket": 5})
        yield from ((name, key, "json", visit) for key, visit in visits.items())
    yield "keys", "bad_request", "json", call("../console/keys", {"colour": "red"})


def without_a_route() -> Iterator[Case]:
    for route in ("/nowhere", "/r/", "/r//start", "/r/main/nowhere", "/r/main/start/", "/favicon.ico"):
        for format in formats("/r"):
            yield route, "not_found", format, press(in_(route, format))
    for path in ("/recordings/none", "/recordings/none/1.webm"):
        yield path, "not_found", "text", press(path)
    yield "/r/main/scripts/none.vb", "not_found", "text", press("/r/main/scripts/none.vb")
    yield "/api/nowhere", "not_found", "json", call("nowhere")


def refused_buttons() -> Iterator[Case]:
    """What a room, LiveKit or the disk refuses."""
    for route, format in BUTTONS_AS:
        if route in OF_EVERY_ROOM:
            continue
        path = in_(route, format)
        yield route, "bad_setting", format, press(path.replace("main", "%20", 1))
        if route != "/r/main/create":
            yield route, "room_not_found", format, press(path.replace("main", "gone", 1))
        if route in PRESSES:
            yield from ((route, error.key, format, in_trouble(error, press(path))) for error in TROUBLE)
    for format in formats("press"):
        for route in ("/r/new/create", "/r/other/start", "/r/main/stop", "/r/main/set?max=9"):
            yield route, "store_broken", format, on_a_broken_disk(press(in_(route, format)))
        yield "create", "name_taken", format, press(in_("/r/main/create?max=9&strict=1", format))
        yield "create", "name_taken", format, as_another_user(press, in_("/r/main/create", format))
        for route in RECORD:
            yield route, "no_recorder", format, press(in_(route, format))
        yield "stop", "not_empty", format, with_people(press(in_("/r/main/stop?if=empty", format)))
        yield "start", "room_stopped", format, overtaken(in_("/r/other/start", format), "/r/other/stop")
        yield "create", "room_stopped", format, overtaken(in_("/r/other/create", format), "/r/other/stop")


def refused_api() -> Iterator[Case]:
    for name in OF_ONE_ROOM:
        yield name, "room_not_found", "json", call(f"conferences/{name}", UNKNOWN_ID)
        yield name, "bad_setting", "json", call(f"conferences/{name}", {"id": 5})
        yield name, "bad_request", "json", call(f"conferences/{name}", {})
    for name in ("start", "stop", "remove"):
        visit = call(f"conferences/{name}", room="main")
        yield from ((name, error.key, "json", in_trouble(error, visit)) for error in TROUBLE)
    for name, visit in (
        ("create", call("conferences/create", {"name": "new"})),
        ("start", call("conferences/start", room="other")),
        ("stop", call("conferences/stop", room="main")),
        ("remove", call("conferences/remove", room="main")),
    ):
        yield name, "store_broken", "json", on_a_broken_disk(visit)
    for route, body in (
        ("conferences/create", {"name": 5}),
        ("conferences/getAll", {"limit": "x"}),
        ("conferences/getCount", {"filter": 5}),
        ("keys/show", {"slug": "!"}),
        ("keys/rotate", {"slug": "x" * 65}),
        ("keys/retire", {"slug": 5}),
        ("tokens/create", {"name": ""}),
        ("recordings/getAll", {"sort": {"started": 2}}),
        ("recordings/getCount", {"filter": 5}),
        *((name, {"id": 5}) for name in RECORDINGS[2:]),
        ("tokens/revoke", {"user_id": 5}),
    ):
        yield route, "bad_setting", "json", call(route, body)
    for name in RECORDINGS[2:]:
        yield name, "not_found", "json", call(name, UNKNOWN_ID)
    yield "recordings/getAll", "bad_request", "json", call("recordings/getAll", {"sort": {"colour": 1}})
    yield "recordings/getCount", "bad_request", "json", call("recordings/getCount", {"filter": {"colour": 1}})
    yield "tokens/revoke", "bad_request", "json", call("tokens/revoke", {"user_id": "f" * 24})
    for route in ("tokens/create", "tokens/list", "tokens/revoke"):
        yield route, "key_scope", "json", as_another_user(call, route)


def refused_joins() -> Iterator[Case]:
    visits: list[tuple[str, Visit]] = [
        ("room_not_found", join(room_id="f" * 24)),
        ("stale_room", join(LKRoomName="earlier")),
        ("bad_request", join(participant_id="seat:host")),
        ("bad_setting", join(participant_id=5)),
        ("token_needed", join(hidden=True)),
        ("token_needed", join(token="none")),
        ("room_stopped", join(room="other")),
        ("room_full", with_people(join(), max=1)),
        ("rehearsal", in_rehearsal(join())),
        *((error.key, in_trouble(error, join())) for error in TROUBLE),
    ]
    yield from (("createToken", key, "json", visit) for key, visit in visits)
    yield "findLKRoomNameById", "room_not_found", "json", call(HELPERS[0], UNKNOWN_ID)
    yield "findLKRoomNameById", "room_stopped", "json", call(HELPERS[0], room="other")
    yield "findLKRoomNameById", "bad_setting", "json", call(HELPERS[0], {"id": 5})


CASES = [
    *guarded_buttons(),
    *guarded_api(),
    *guarded_console(),
    *without_a_route(),
    *refused_buttons(),
    *refused_api(),
    *refused_joins(),
]


def label(case: Case) -> str:
    name, key, format, _ = case
    return f"{name}-{key}-{format}"


@pytest.mark.parametrize("case", CASES, ids=label)
async def test_a_failure_has_the_one_shape(
    livekit: Bridge,
    media: FakeMedia,
    case: Case,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, key, format, visit = case
    if key == "too_many_requests":
        monkeypatch.setattr(limits, "WRONG_KEYS", RateLimitItemPerMinute(1, 1, "wrong-key"))
    ids = {}
    for slug, start in (("main", 1), ("other", 0)):
        ids[slug] = (await livekit.get(f"/r/{slug}/create.json?start={start}")).json["id"]
    media.log.clear()
    answer = await visit(House(livekit, media, ids))
    assert_failure(answer, key, format=format)
    for secret in (livekit.token, livekit.studio_key, livekit.room_key("main"), livekit.room_key("other")):
        assert secret not in answer.text
        assert secret not in caplog.text


AWAY = [MediaServerDown("LiveKit is away"), MediaServerTimeout("LiveKit is too slow")]


@pytest.mark.parametrize("error", AWAY, ids=lambda error: error.key)
async def test_a_stored_press_says_that_it_is_kept_and_nothing_else_says_so(
    livekit: Bridge, media: FakeMedia, error: BridgeError
) -> None:
    ids = {slug: (await livekit.get(f"/r/{slug}/create.json?start=0")).json["id"] for slug in ("main", "other")}
    await livekit.get("/r/main/start")
    house = House(livekit, media, ids)
    livekit.running.parts.observed.outage = error
    others = [join(), press("/health"), press("/r/main/stop?if=empty")]
    presses = [press(path) for path in ("/r/new/create", "/r/other/start", "/r/main/set?max=9", "/r/main/stop")]
    presses += [call(f"conferences/{name}", room="main") for name in ("start", "stop", "remove")]
    for visit in others:
        answer = await in_trouble(error, visit)(house)
        assert answer.status >= 409
        assert "kept" not in answer.text, answer.text
    for visit in presses:
        answer = await in_trouble(error, visit)(house)
        assert (answer.status, error.key in answer.text) == (error.status, True)
        assert "it is kept and done when LiveKit is back" in answer.text


async def test_what_is_missing_is_said_beside_that(livekit: Bridge, media: FakeMedia) -> None:
    fails(media, MediaServerDown("there is no livekit-server", "run: vmix-bridge livekit install"))
    answer = await livekit.get("/r/new/create")
    assert_failure(answer, "media_server_down", format="text")
    assert answer.text.endswith(": run: vmix-bridge livekit install; it is kept and done when LiveKit is back\n")


ELSEWHERE = {"still_recording", "identity_taken", "no_audience", "not_admitted", "seat_taken", "barred", "nobody"}
"""What takes more than one step to meet; they are the same shape in the tests of joining and of hands."""


def test_every_key_was_visited() -> None:
    assert {key for _, key, _, _ in CASES} == KEYS.keys() - ELSEWHERE


def test_the_keys_are_those_of_the_family() -> None:
    family = {error.key: {error.status} for error in BridgeError.__subclasses__()}
    assert family == KEYS
