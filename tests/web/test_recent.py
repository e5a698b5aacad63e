"""The latest presses: who pressed what, of whose room, and what became of it."""

import pytest

from bridge.web import recent
from tests.bridges import Bridge
from tests.rooms.fakes import FakeMedia
from tests.web.consoles import Console, console, log_in
from tests.web.routes.test_visits import open_room
from tests.web.shapes import is_time

WORDS = ("how", "room", "status", "changed", "error")


async def told(page: Console) -> list[tuple[object, ...]]:
    presses = (await page.hears("presses"))["presses"]
    assert all(is_time(press["at"]) and press["who"] == "127.0.0.1" for press in presses)
    assert all(press.keys() == {"at", "who", *WORDS} for press in presses)
    return [tuple(press[word] for word in WORDS) for press in presses]


async def test_each_press_is_told_with_what_became_of_it(livekit: Bridge, media: FakeMedia) -> None:
    room = await open_room(livekit)
    await livekit.get("/r/Main/start.json")
    async with console(livekit) as page:
        assert await told(page) == [
            ("GET /r/{room}/create", "main", 200, "1", ""),
            ("GET /r/{room}/start", "main", 200, "0", ""),
        ]
        for path, key, expected in (
            ("/r/main/mute?who=ann", "", ("GET /r/{room}/mute", "main", 404, "", "nobody")),
            ("/r/main/mute?who=ann&soft=1", "", ("GET /r/{room}/mute", "main", 200, "", "nobody")),
            ("/r/main/stop", "sk_wrong", ("GET /r/{room}/stop", "main", 401, "", "key_wrong")),
            ("/r/gone/stop", "", ("GET /r/{room}/stop", "gone", 404, "", "room_not_found")),
            ("/r/main/set?max=9", "", ("GET /r/{room}/set", "main", 200, "1", "")),
        ):
            await livekit.get(path, key=key)
            assert await told(page) == [expected]
        await livekit.api("conferences/stop", {"id": room.id})
        assert await told(page) == [("POST /api/conferences/stop", "main", 200, "1", "")]
        await livekit.api("conferences/create", {"name": "Second"})
        assert await told(page) == [("POST /api/conferences/create", "second", 200, "1", "")]
        await livekit.api("conferences/remove", {"id": room.id}, method="DELETE")
        assert await told(page) == [("DELETE /api/conferences/remove", "main", 200, "", "")]


async def test_reads_are_no_presses(livekit: Bridge) -> None:
    room = await open_room(livekit)
    for path in (
        "/r",
        "/r/main",
        "/r/main/state",
        "/r/main/people",
        "/r/main/scripts",
        "/r/main/companion.companionconfig",
    ):
        await livekit.get(path)
    for call in ("getById", "links/list", "participants/list"):
        await livekit.api(f"conferences/{call}", {"id": room.id})
    await livekit.api("keys/show", {})
    async with console(livekit) as page:
        assert [press[0] for press in await told(page)] == ["GET /r/{room}/create"]


async def test_nobody_is_told_of_presses_on_other_users_rooms(livekit: Bridge) -> None:
    await open_room(livekit)
    token = (await livekit.api("tokens/create", {"name": "Bob"})).json["token"]
    async with console(livekit, await log_in(livekit, token)) as page:
        assert await told(page) == []
        await livekit.get("/r/main/stop")
        await livekit.get("/r/main/start", key=token)
        assert await told(page) == [("GET /r/{room}/start", "main", 404, "", "room_not_found")]
    async with console(livekit) as page:
        assert [press[0] for press in await told(page)] == ["GET /r/{room}/create", "GET /r/{room}/stop"]


async def test_the_last_ones_are_kept_and_no_more(livekit: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST", 2)
    await open_room(livekit)
    async with console(livekit) as page:
        assert len(await told(page)) == 1
        for press in ("stop", "start", "stop"):
            await livekit.get(f"/r/main/{press}")
        heard = [press for _ in range(3) for press in await told(page)]
        assert [press[0] for press in heard] == [f"GET /r/{{room}}/{press}" for press in ("stop", "start", "stop")]
    async with console(livekit) as page:
        assert [press[0] for press in await told(page)] == ["GET /r/{room}/start", "GET /r/{room}/stop"]


async def test_who_tries_keys_does_not_push_out_what_was_pressed(livekit: Bridge) -> None:
    await open_room(livekit)
    for _ in range(30):
        await livekit.get("/r/main/stop", key="sk_wrong")
    async with console(livekit) as page:
        presses = await told(page)
    assert {press[4] for press in presses} == {"", "key_wrong"}
    assert len(presses) == 21
