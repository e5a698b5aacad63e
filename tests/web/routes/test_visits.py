"""What the join page asks of the bridge: a token at the click, and one WebSocket for everything else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from limits import RateLimitItemPerMinute

from bridge.rooms.model import Link, Role, Room
from bridge.rooms.watch import Watch
from bridge.web.guard import limits, sockets
from bridge.web.routes import visits
from tests.bridges import Answer, Bridge
from tests.rooms.fakes import FakeMedia, a_person
from tests.rooms.house import until
from tests.web.shapes import assert_failure

ANN, BOB = "ann" * 8, "bob" * 8


async def open_room(bridge: Bridge, query: str = "") -> Room:
    assert (await bridge.get(f"/r/main/create?{query}")).status == 200
    room = bridge.running.parts.store.by_slug("main")
    assert room
    return room


def code(bridge: Bridge, room: Room, role: Role = Role.SPEAKER, seat: str = "") -> str:
    return bridge.running.parts.links.of(room)[Link(role, seat)]


async def click(bridge: Bridge, code: str, secret: str = ANN, **fields: object) -> Answer:
    body = {"code": code, "secret": secret, "page": "one", "name": "Ann", **fields}
    async with bridge.http.post(f"{bridge.url}/pages/join", json=body) as response:
        return await Answer.of(response)


class Page:
    """A page's one WebSocket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def hears(self, type: str, **fields: object) -> dict[str, Any]:
        """The next message of this type with these fields; others are passed over."""
        async with asyncio.timeout(20):
            async for message in self.socket:
                said: dict[str, Any] = message.json()
                if said["type"] == type and all(said[key] == value for key, value in fields.items()):
                    return said
        raise AssertionError(f"hung up before {type}")

    async def says(self, type: str, **fields: object) -> None:
        await self.socket.send_json({"type": type, **fields})


@asynccontextmanager
async def page(bridge: Bridge, code: str, secret: str = ANN, **options: Any) -> AsyncIterator[Page]:
    async with bridge.http.ws_connect(f"{bridge.url}/pages/live", **options) as socket:
        await socket.send_json({"type": "hello", "code": code, "secret": secret, "page": "one"})
        yield Page(socket)


async def test_a_click_gets_a_token_for_what_the_link_lets_in(livekit: Bridge) -> None:
    room = await open_room(livekit, "preset=webinar&seats=host")
    for role, seat, expected in (
        (Role.SPEAKER, "", "speaker"),
        (Role.GUEST, "", "guest"),
        (Role.SPEAKER, "host", "speaker"),
    ):
        answer = await click(livekit, code(livekit, room, role, seat))
        assert answer.status == 200, answer.text
        call, identity, its, *_ = answer.json["participant_token"].split()
        assert (call, its) == (room.call, expected)
        assert answer.json["identity"] == identity
        assert identity == "seat:host:1" if seat else identity.startswith("page:")
        assert answer.json["server_url"] == "wss://livekit.example.com"


async def test_a_browser_is_the_same_after_a_reload_and_another_one_in_every_room(livekit: Bridge) -> None:
    room = await open_room(livekit)
    await livekit.get("/r/other/create")
    other = livekit.running.parts.store.by_slug("other")
    assert other
    first, again = await click(livekit, code(livekit, room)), await click(livekit, code(livekit, room))
    elsewhere = await click(livekit, code(livekit, other))
    assert first.json["identity"] == again.json["identity"] != elsewhere.json["identity"]
    assert (await click(livekit, code(livekit, room), BOB)).json["identity"] != first.json["identity"]
    assert ANN not in str(livekit.running.store.holders_of(room.id))


async def test_nobody_names_the_identity_of_a_page(livekit: Bridge) -> None:
    room = await open_room(livekit)
    mine = (await click(livekit, code(livekit, room))).json["identity"]
    body = {"room_id": room.id, "LKRoomName": room.call, "participant_id": mine, "token": code(livekit, room)}
    assert_failure(await livekit.api("conferences-public/createToken", body, token=None), "bad_request")


async def test_what_a_click_may_meet(livekit: Bridge) -> None:
    room = await open_room(livekit, "seats=host")
    seat = code(livekit, room, Role.SPEAKER, "host")
    await click(livekit, seat)
    assert_failure(await click(livekit, seat, BOB), "seat_taken")
    assert_failure(await click(livekit, code(livekit, room, Role.GUEST)), "no_audience")
    assert_failure(await click(livekit, "aaaaaaaaaaaa"), "token_needed")
    assert_failure(await click(livekit, seat, "short"), "bad_setting", "secret")
    await livekit.get("/r/main/stop")
    assert_failure(await click(livekit, seat), "room_stopped")


async def test_codes_cannot_be_tried(livekit: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRONG_INVITATIONS", RateLimitItemPerMinute(2, 1, "wrong-invitation"))
    room = await open_room(livekit)
    for _ in range(2):
        assert_failure(await click(livekit, "aaaaaaaaaaaa"), "token_needed")
    assert_failure(await click(livekit, "aaaaaaaaaaaa"), "too_many_requests")
    async with page(livekit, "aaaaaaaaaaaa") as tried:
        await tried.hears("gone", error="too_many_requests")
    assert (await click(livekit, code(livekit, room))).status == 200


async def test_a_foreign_page_opens_no_socket_and_clicks_nothing(livekit: Bridge) -> None:
    room = await open_room(livekit)
    headers = {"Origin": "https://evil.example"}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with page(livekit, code(livekit, room), headers=headers):
            pass
    assert refused.value.status == 403
    body = {"code": code(livekit, room), "secret": ANN}
    async with livekit.http.post(f"{livekit.url}/pages/join", json=body, headers=headers) as response:
        assert_failure(await Answer.of(response), "forbidden_origin")


async def test_a_page_knows_the_room_and_hears_of_every_change(livekit: Bridge) -> None:
    room = await open_room(livekit, "name=Show&seats=host&start=0")
    async with page(livekit, code(livekit, room, Role.SPEAKER, "host")) as mine:
        said = await mine.hears("room")
        assert said == {
            "type": "room",
            "name": "Show",
            "state": "stopped",
            "role": "speaker",
            "seat": "host",
            "title": "",
            "media": "av",
            "chat": True,
            "screen": True,
            "record": False,
            "lobby": False,
            "server": "livekit",
            "secure_url": "",
        }
        assert room.id not in str(said)
        await livekit.get("/r/main/start")
        await mine.hears("room", state="ready")
        await livekit.get("/r/main/set?chat=0")
        await mine.hears("room", chat=False)
        await livekit.get("/r/main/title?seat=host&text=Chair")
        await mine.hears("room", title="Chair")


@pytest.mark.parametrize("how", ["renewed", "removed"])
async def test_a_link_that_opens_nothing_any_more_ends_its_pages(livekit: Bridge, how: str) -> None:
    room = await open_room(livekit)
    async with page(livekit, code(livekit, room)) as mine:
        await mine.hears("room")
        if how == "renewed":
            await livekit.api("conferences/links/renew", {"id": room.id, "name": "speaker"})
        else:
            await livekit.api("conferences/remove", {"id": room.id}, method="DELETE")
        await mine.hears("gone", error="token_needed")
        assert (await mine.socket.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


async def test_who_waits_in_the_lobby_is_let_in(livekit: Bridge) -> None:
    room = await open_room(livekit, "lobby=1")
    mine = code(livekit, room)
    assert_failure(await click(livekit, mine), "not_admitted")
    async with page(livekit, mine) as visitor:
        await visitor.says("knock", name="Ann")
        await visitor.hears("waiting")
        (row,) = (await livekit.get("/r/main/people.json")).json
        assert (row["state"], row["name"]) == ("waiting", "Ann")
        await livekit.get("/r/main/admit?who=next")
        await visitor.hears("admitted")
        assert (await click(livekit, mine)).status == 200
        assert_failure(await click(livekit, mine, BOB), "not_admitted")


async def test_who_is_refused_is_told_and_who_leaves_waits_no_longer(livekit: Bridge) -> None:
    room = await open_room(livekit, "lobby=1")
    async with page(livekit, code(livekit, room)) as ann, page(livekit, code(livekit, room), BOB) as bob:
        for visitor, name in ((ann, "Ann"), (bob, "Bob")):
            await visitor.says("knock", name=name)
            await visitor.hears("waiting")
        await livekit.get("/r/main/refuse?who=next")
        await ann.hears("refused")
        assert [row["name"] for row in (await livekit.get("/r/main/people.json")).json] == ["Bob"]
    await until(lambda: not livekit.running.parts.lobby.waiting(room))


async def test_a_report_brings_a_look_at_once(livekit: Bridge, media: FakeMedia) -> None:
    room = await open_room(livekit)
    answer = (await click(livekit, code(livekit, room))).json
    mint = answer["participant_token"].split()[-1]
    async with page(livekit, code(livekit, room)) as mine:
        await mine.hears("room")
        media.inside[room.call] = [a_person(answer["identity"], policy=room.policy, mint=mint)]
        await mine.says("report", inside=True, identity=answer["identity"], mic=True)
        await mine.hears("room", state="live")


async def test_what_a_page_measures_is_a_traffic_light_and_costs_no_look(
    livekit: Bridge, media: FakeMedia, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await open_room(livekit)
    answer = (await click(livekit, code(livekit, room))).json
    mint, me = answer["participant_token"].split()[-1], answer["identity"]

    async def shows(light: str, quality: str) -> None:
        async with asyncio.timeout(20):
            while True:
                row = (await livekit.get("/r/main/people.json")).json[0]
                if (row["light"], row["quality"]) == (light, quality):
                    return
                await asyncio.sleep(0.01)

    async with page(livekit, code(livekit, room)) as mine:
        media.inside[room.call] = [a_person(me, policy=room.policy, mint=mint)]
        await mine.says("report", inside=True, identity=me, mic=True)
        await mine.hears("room", state="live")
        await shows("unknown", "")
        looks: list[str] = []
        monkeypatch.setattr(Watch, "look_soon", lambda _, room_id: looks.append(room_id))
        await mine.says("report", inside=True, identity=me, mic=True, figures={"sent": 420.4, "wanted": 1700})
        await shows("bad", "upload too slow (420 of 1,700 kbit/s)")
        line = (await livekit.get("/r/main/people")).text
        assert "light=bad" in line
        assert "upload" not in line
        await mine.says("report", inside=True, identity=me, mic=True, figures={"battery": 8})
        await shows("watch", "battery 8 %")
        assert looks == []
        monkeypatch.setattr(visits, "SILENT_SECONDS", 0.05)
        await mine.says("report", inside=True, identity=me, mic=True, figures={"battery": 8})
        told: list[str] = []
        livekit.running.parts.changes.subscribe(told.append)
        await until(lambda: told == [room.id])
    await shows("unknown", "")


async def test_a_page_that_says_nothing_or_nonsense_is_hung_up_on(
    livekit: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "HELLO_SECONDS", 0.05)
    room = await open_room(livekit)
    async with livekit.http.ws_connect(f"{livekit.url}/pages/live") as silent:
        assert (await silent.receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE
    async with livekit.http.ws_connect(f"{livekit.url}/pages/live") as odd:
        await odd.send_str("[" * 10_000)
        assert (await odd.receive(timeout=10)).json() == {"type": "gone", "error": "bad_request"}
    async with page(livekit, code(livekit, room)) as huge:
        await huge.hears("room")
        await huge.says("knock", name="x" * 70_000)
        assert (await huge.socket.receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE


async def test_an_address_has_few_sockets_that_have_shown_no_code(
    livekit: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "UNPROVEN", 2)
    room = await open_room(livekit)
    proven = [await livekit.http.ws_connect(f"{livekit.url}/pages/live") for _ in range(2)]
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await livekit.http.ws_connect(f"{livekit.url}/pages/live")
    assert refused.value.status == 429
    for socket in proven:
        await socket.send_json({"type": "hello", "code": code(livekit, room), "secret": ANN})
        await Page(socket).hears("room")
    async with page(livekit, code(livekit, room)) as another:
        await another.hears("room")
    for socket in proven:
        await socket.close()


async def test_pages_keep_nobody_from_the_controls(livekit: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "IN_ALL", 1)
    room = await open_room(livekit)
    async with page(livekit, code(livekit, room)) as first:
        await first.hears("room")
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await livekit.http.ws_connect(f"{livekit.url}/pages/live")
        assert refused.value.status == 429
        assert (await livekit.get("/r/main/state")).text == "ready\n"


async def test_a_page_hears_what_the_studio_says_until_it_has_read_it(livekit: Bridge, media: FakeMedia) -> None:
    room = await open_room(livekit)
    link = code(livekit, room)
    identity = (await click(livekit, link)).json["identity"]
    media.inside[room.call] = [a_person(identity)]
    await until(lambda: livekit.running.parts.roster.of(room.id))
    assert (await livekit.get(f"/r/main/say?who={identity}&text=Two%20minutes.")).status == 200
    async with page(livekit, link) as mine:
        await mine.says("report", inside=True, identity=identity)
        said = await mine.hears("said", text="Two minutes.")
        await livekit.get("/r/main/unmute?who=all")
        await mine.hears("asked")
    async with page(livekit, link) as mine:
        await mine.says("report", inside=True, identity=identity)
        await mine.hears("said", number=said["number"])
        asked = await mine.hears("asked")
        await mine.says("read", number=asked["number"])
        await until(lambda: not livekit.running.parts.messages.unread(room.call, identity))


async def test_who_is_promoted_is_told_as_what(livekit: Bridge, media: FakeMedia) -> None:
    room = await open_room(livekit, "preset=webinar")
    link = code(livekit, room, Role.GUEST)
    identity = (await click(livekit, link)).json["identity"]
    media.inside[room.call] = [a_person(identity, Role.GUEST, policy=room.policy)]
    await until(lambda: livekit.running.parts.roster.of(room.id))
    async with page(livekit, link) as mine:
        await mine.says("report", inside=True, identity=identity)
        await mine.hears("room", role="guest")
        assert (await livekit.get(f"/r/main/promote?who={identity}")).status == 200
        await mine.hears("room", role="speaker")
        await livekit.get(f"/r/main/demote?who={identity}")
        await mine.hears("room", role="guest")


async def test_an_api_client_says_what_of_somebody_is_blocked(livekit: Bridge, media: FakeMedia) -> None:
    room = await open_room(livekit)
    media.inside[room.call] = [a_person("ann")]
    livekit.running.parts.watch.look_soon(room.id)
    await until(lambda: livekit.running.parts.roster.of(room.id))
    answer = await livekit.api("conferences/participants/block", {"id": room.id, "who": "ann", "what": "camera"})
    assert answer.json == {"success": True}
    assert (await livekit.get("/r/main/people.json")).json[0]["blocked"] == "camera"
    body = {"id": room.id, "who": "ann", "what": "everything"}
    assert_failure(await livekit.api("conferences/participants/mute", body), "bad_setting", "what")
