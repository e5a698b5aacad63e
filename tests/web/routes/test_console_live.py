"""What a console is told: how things are, at once and whenever they change."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bridge.rooms.attendance import Row
from bridge.rooms.model import PRESETS, Room
from bridge.rooms.tally import Shown
from bridge.web.guard import sockets
from bridge.web.routes import console_live
from bridge.web.wire import snapshots
from tests.bridges import Bridge
from tests.fakes import bridge_over
from tests.recorders.standin import StandIn
from tests.rooms.fakes import FakeMedia, a_person
from tests.rooms.house import until
from tests.web.consoles import Console, console, log_in, post
from tests.web.routes.test_visits import open_room


async def test_a_console_is_told_who_speaks_then_every_room_then_each_change(livekit: Bridge, media: FakeMedia) -> None:
    room = await open_room(livekit, "seats=host")
    async with console(livekit) as page:
        hello = await page.next()
        assert (hello["type"], hello["server"], hello["user_id"]) == ("hello", "livekit", livekit.owner)
        (listed,) = (await page.next())["rooms"]
        assert listed == (await livekit.get("/r/main.json")).json | {"on_air": []}
        await livekit.get("/r/other/create")
        await page.hears_room(slug="other", state="ready")
        media.inside[room.call] = [a_person("ann")]
        livekit.running.parts.watch.look_soon(room.id)
        await page.hears_room(slug="main", state="live", people=1)
        await livekit.api("conferences/remove", {"id": room.id}, method="DELETE")
        assert await page.hears("gone") == {"type": "gone", "slug": "main"}


async def test_the_rooms_say_who_is_on_air(livekit: Bridge) -> None:
    await open_room(livekit, "seats=host,guest1")
    async with console(livekit) as page:
        await page.hears("rooms")
        livekit.running.parts.tally.hear([Shown(3, ("guest1@main",))], [])
        assert (await page.hears_room(slug="main"))["on_air"] == ["guest1"]


async def test_it_looks_into_the_room_it_chose_and_into_another_one_when_it_says_so(
    livekit: Bridge, media: FakeMedia
) -> None:
    room = await open_room(livekit, "seats=host")
    await livekit.get("/r/other/create?seats=guest1")
    media.inside[room.call] = [a_person("ann")]
    livekit.running.parts.watch.look_soon(room.id)
    async with console(livekit, watch="main") as page:
        inside = await page.hears("inside", slug="main")
        while len(inside["people"]) < 2:
            inside = await page.hears("inside", slug="main")
        assert inside["people"] == (await livekit.get("/r/main/people.json")).json
        assert {"tally", "scenes", "takes", "messages"} <= inside.keys()
        await livekit.get("/r/main/take?scene=main&seat=host")
        while (inside := await page.hears("inside"))["takes"] != {"main": "host"}:
            pass
        await livekit.get("/r/main/say?who=ann&text=Look%20up")
        while not (inside := await page.hears("inside"))["messages"]:
            pass
        assert inside["messages"][0] | {"number": 0} == {"who": "ann", "number": 0, "kind": "said", "text": "Look up"}
        await page.watches("other")
        assert [row["seat"] for row in (await page.hears("inside"))["people"]] == ["guest1"]
        await page.watches("other")
        await page.hears("inside", slug="other")


async def test_recordings_of_the_room_it_looks_into_are_told_as_they_begin_grow_and_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console_live, "GROWN_SECONDS", 0.0)
    monkeypatch.setattr(console_live, "BEAT_SECONDS", 0.05)
    recorder = StandIn(tmp_path / "data" / "recordings")
    async with bridge_over(FakeMedia(), tmp_path / "data", recorder=recorder) as bridge:
        await bridge.get("/r/main/create")
        async with console(bridge, watch="main") as page:
            assert await page.hears("recordings") == {
                "type": "recordings",
                "slug": "main",
                "missing": "",
                "recordings": [],
            }
            await bridge.get("/r/main/record/start")
            (under_way,) = (await page.hears("recordings"))["recordings"]
            assert under_way["state"] == "recording"
            while (now := (await page.hears("recordings"))["recordings"][0])["seconds"] <= under_way["seconds"]:
                pass
            await bridge.get("/r/main/record/stop")
            while (now := (await page.hears("recordings"))["recordings"][0])["state"] != "done":
                pass
            assert now == (await bridge.get("/r/main/recordings.json")).json[0]
            await bridge.api("recordings/remove", {"id": now["id"]})
            await bridge.get("/r/main/set?chat=0")
            assert (await page.hears("recordings"))["recordings"] == []


async def test_why_nothing_can_be_recorded_is_told(tmp_path: Path) -> None:
    async with bridge_over(FakeMedia(), tmp_path / "data", recording={"by": "off"}) as bridge:
        await bridge.get("/r/main/create")
        async with console(bridge, watch="main") as page:
            assert "recording is off" in (await page.hears("recordings"))["missing"]


async def test_another_user_sees_nothing_of_it(livekit: Bridge) -> None:
    await open_room(livekit)
    token = (await livekit.api("tokens/create", {"name": "Bob"})).json["token"]
    async with console(livekit, await log_in(livekit, token), watch="main") as page:
        assert (await page.hears("rooms"))["rooms"] == []
        await livekit.get("/r/main/stop")
        assert (await page.next())["type"] == "checks"
        assert await page.next() == {"type": "presses", "presses": []}
        assert (await page.next())["type"] == "beat"


async def test_the_end_of_a_session_hangs_up_and_says_why(livekit: Bridge) -> None:
    session = await log_in(livekit)
    async with console(livekit, session) as page, console(livekit) as other:
        await page.hears("rooms")
        assert (await post(livekit, "end", token=session)).json == {"success": True}
        assert await page.end() == (
            4401,
            "this session of the console has ended: open the console again: vmix-bridge console",
        )
        await other.hears("beat")
    async with console(livekit, session) as again:
        assert (await again.end())[0] == 4401


async def test_a_revoked_token_ends_its_consoles(livekit: Bridge) -> None:
    made = (await livekit.api("tokens/create", {"name": "Bob"})).json
    session = await log_in(livekit, made["token"])
    async with console(livekit, session) as page:
        await page.hears("rooms")
        await livekit.api("tokens/revoke", {"user_id": made["user_id"]})
        assert (await page.end())[0] == 4401


@pytest.mark.parametrize("first", ['{"watch": ""}', "hello", '{"session": "x", "key": "y"}'])
async def test_what_is_no_session_is_hung_up_on(livekit: Bridge, first: str) -> None:
    async with livekit.http.ws_connect(f"{livekit.url}/console/live") as socket:
        await socket.send_str(first)
        assert (await Console(socket).end())[0] == aiohttp.WSCloseCode.POLICY_VIOLATION


async def test_a_foreign_page_opens_none(livekit: Bridge) -> None:
    session = await log_in(livekit)
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with console(livekit, session, headers=headers):
                pass
        assert refused.value.status == 403
    async with console(livekit, session, headers={"Origin": livekit.url}) as page:
        await page.hears("hello")


async def test_who_says_nothing_in_time_is_hung_up_on(livekit: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console_live, "HELLO_SECONDS", 0.05)
    async with livekit.http.ws_connect(f"{livekit.url}/console/live") as socket:
        await Console(socket).end()


async def test_there_is_an_end_to_them(livekit: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "UNPROVEN", 1)
    monkeypatch.setattr(console_live, "OF_ONE_USER", 1)
    session = await log_in(livekit)
    async with console(livekit, session) as page:
        await page.hears("rooms")
        async with console(livekit, session) as second:
            assert (await second.end())[0] == aiohttp.WSCloseCode.POLICY_VIOLATION
    async with livekit.http.ws_connect(f"{livekit.url}/console/live"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with console(livekit, session):
                pass
        assert refused.value.status == 429


async def test_the_bridge_says_that_it_goes(livekit: Bridge) -> None:
    async with console(livekit) as page:
        await page.hears("rooms")
        await asyncio.gather(livekit.running.app.shutdown(), page.end())
        assert page.socket.close_code == aiohttp.WSCloseCode.GOING_AWAY


async def test_a_thousand_rooms_are_written_down_once_for_all_consoles(
    livekit: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def listed(request: web.Request, room: Room, rows: Sequence[Row]) -> object:
        made.append(room.slug)
        return {"slug": room.slug, "max": room.policy.max}

    monkeypatch.setitem(snapshots._MAKERS, "listed", listed)
    monkeypatch.setattr(snapshots, "FRESH_SECONDS", 60)
    create, owner = livekit.running.parts.presses.create, livekit.owner
    for first in range(0, 1000, 50):
        rooms = (create(owner, f"r{first + number}", PRESETS["team"], active=False) for number in range(50))
        await asyncio.gather(*rooms)
    async with console(livekit) as one, console(livekit) as two, console(livekit) as three:
        for page in (one, two, three):
            assert len((await page.hears("rooms"))["rooms"]) == 1000
        assert len(made) == 1000
        await livekit.get("/r/r7/set?max=7")
        for page in (one, two, three):
            assert (await page.hears_room(slug="r7", max=7))["slug"] == "r7"
        assert {*made[1000:]} == {"r7"}
        assert len(made) <= 1003  # a press changes its room more than once; three consoles would be three times that


async def test_who_reads_slowly_is_told_the_newest_and_nothing_piles_up(livekit: Bridge) -> None:
    await open_room(livekit, "seats=host")
    async with console(livekit) as page:
        await page.hears("rooms")
        (open_one,) = livekit.running.app[console_live.OPEN]
        held, told = asyncio.Event(), list[str]()
        send = open_one.socket.send_str

        async def slowly(text: str, *_: object) -> None:
            await held.wait()
            told.append(text)
            await send(text)

        open_one.socket.send_str = slowly  # type: ignore[assignment, method-assign]
        for number in range(2, 52):
            await livekit.get(f"/r/main/set?max={number}")
        held.set()
        await page.hears_room(slug="main", max=51)
    assert len([text for text in told if text.startswith('{"type":"room"')]) <= 2


async def test_who_takes_nothing_is_hung_up_on(livekit: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console_live, "READ_SECONDS", 0.2)
    async with console(livekit) as page:
        await page.hears("rooms")
        (open_one,) = livekit.running.app[console_live.OPEN]

        async def never(text: str, *_: object) -> None:
            await asyncio.Event().wait()

        open_one.socket.send_str = never  # type: ignore[assignment, method-assign]
        await page.end()
        await until(lambda: not livekit.running.app[console_live.OPEN])
