"""Scenes as buttons, scripts and their pages meet them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bridge.rooms.model import Role
from tests.bridges import Bridge, bridge_on
from tests.fakes import bridge_over
from tests.rooms.fakes import FakeMedia
from tests.web.routes.test_visits import ANN, Page, click, code, open_room
from tests.web.shapes import assert_failure


@asynccontextmanager
async def scene(bridge: Bridge, code: str, page: str = "one", **said: str) -> AsyncIterator[Page]:
    async with bridge.http.ws_connect(f"{bridge.url}/pages/live") as socket:
        await socket.send_json({"type": "hello", "code": code, "secret": ANN, "page": page, **said})
        yield Page(socket)


async def row(bridge: Bridge, name: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = (await bridge.get("/r/main/scenes.json", params={"scene": name})).json
    assert len(rows) == 1
    return rows[0]


async def shown(bridge: Bridge, name: str, **wanted: Any) -> None:
    async with asyncio.timeout(20):
        while not wanted.items() <= (await row(bridge, name)).items():  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.02)


async def test_each_scene_has_its_address(livekit: Bridge) -> None:
    room = await open_room(livekit, "seats=guest1")
    mine, rooms = code(livekit, room, Role.SCENE, "guest1"), code(livekit, room, Role.SCENE)
    listed = (await livekit.get("/r/main/scenes.json")).json
    assert {row["name"]: row["url"].removeprefix(f"{livekit.url}/scene/") for row in listed} == {
        "guest1": mine,
        "guest1.screen": f"{mine}?show=screen",
        "grid": rooms,
        "chat": f"{rooms}?layout=chat",
        "speaker": f"{rooms}?layout=speaker",
    }
    assert (await row(livekit, "main"))["url"].endswith(f"/scene/{rooms}?scene=main")
    table = ElementTree.fromstring((await livekit.get("/r/main/scenes.xml?scene=guest1")).text)  # noqa: S314
    assert [element.tag for element in table] == ["scene"]
    assert (table.findtext("scene/name"), table.findtext("scene/url")) == ("guest1", f"{livekit.url}/scene/{mine}")
    line = (await livekit.get("/r/main/scenes?scene=main")).text.strip()
    assert line.startswith("main take shows= pages=0 sound= silent=")


async def test_a_key_to_view_does_not_see_where_they_lead(livekit: Bridge) -> None:
    await open_room(livekit, "seats=guest1")
    key = (await livekit.api("keys/show", {"slug": "main", "view": True})).json["key"]
    answer = await livekit.get("/r/main/scenes", key=key)
    assert answer.status == 200
    assert "scene/" not in answer.text
    assert_failure(await livekit.get("/r/main/take?scene=main&seat=guest1", key=key), "key_scope", format="text")


async def test_a_scene_that_is_none_is_refused(livekit: Bridge) -> None:
    await open_room(livekit, "seats=guest1")
    assert_failure(await livekit.get("/r/main/scenes?scene=Main!"), "bad_setting", "scene", format="text")
    assert_failure(await livekit.get("/r/main/take?scene=guest1&seat=guest1"), "bad_setting", "main", format="text")
    assert_failure(await livekit.get("/r/main/take?scene=main&seat=guest9"), "nobody", "guest9", format="text")
    assert_failure(await livekit.get("/r/main/take?scene=main"), "bad_setting", "seat", format="text")


async def test_a_take_reaches_the_page_of_that_scene_and_no_other(livekit: Bridge) -> None:
    room = await open_room(livekit, "seats=guest1,guest2")
    link = code(livekit, room, Role.SCENE)
    async with scene(livekit, link, scene="main") as main, scene(livekit, link, "two", scene="side") as side:
        assert (await main.hears("room"))["shows"] == (await side.hears("room"))["shows"] == ""
        answer = await livekit.get("/r/main/take?scene=main&seat=guest2")
        assert (answer.status, answer.text.split()[:3]) == (200, ["OK", "main", "ready"])
        assert "changed=1" in answer.text
        assert "changed=0" in (await livekit.get("/r/main/take?scene=main&seat=guest2")).text
        await main.hears("room", shows="guest2")
        await livekit.get("/r/main/take?scene=main&seat=guest1.screen")
        await main.hears("room", shows="guest1.screen")
        await livekit.get("/r/main/take?scene=main&seat=")
        await main.hears("room", shows="")
        await livekit.get("/r/main/take?scene=side&seat=guest1")
        await side.hears("room", shows="guest1")


async def test_a_take_is_there_after_a_restart(media: FakeMedia, tmp_path: Path) -> None:
    async with bridge_over(media, tmp_path) as bridge:
        await open_room(bridge, "seats=guest1")
        assert (await bridge.get("/r/main/take?scene=main&seat=guest1")).status == 200
    async with bridge_over(media, tmp_path) as bridge:
        assert (await row(bridge, "main"))["shows"] == "guest1"


async def test_a_scene_knows_what_it_shows_and_who_sits_there(livekit: Bridge) -> None:
    room = await open_room(livekit, "seats=guest1")
    link = code(livekit, room, Role.SCENE, "guest1")
    async with scene(livekit, link) as camera, scene(livekit, link, "two", show="screen") as screen:
        facts = await camera.hears("room", shows="guest1", role="scene", people=0, metered=False)
        assert facts["seats"] == [{"seat": "guest1", "title": "", "name": "", "here": False, "quality": ""}]
        await screen.hears("room", shows="guest1.screen")
        await livekit.get("/r/main/title?seat=guest1&text=Dr.%20Anna")
        assert (await camera.hears("room"))["seats"][0]["title"] == "Dr. Anna"


async def test_a_scene_page_gets_a_token_of_its_own_which_a_reload_does_not_change(livekit: Bridge) -> None:
    room = await open_room(livekit, "seats=guest1")
    for link in (code(livekit, room, Role.SCENE), code(livekit, room, Role.SCENE, "guest1")):
        first, again = await click(livekit, link), await click(livekit, link)
        other = await click(livekit, link, page="two")
        assert first.json["participant_token"].split()[2] == "scene"
        assert first.json["identity"].startswith("scene:")
        assert first.json["identity"] == again.json["identity"] != other.json["identity"]


async def test_a_scene_is_open_while_its_page_is_and_silent_while_it_says_nothing(livekit: Bridge) -> None:
    room = await open_room(livekit, "seats=guest1")
    link = code(livekit, room, Role.SCENE, "guest1")
    async with scene(livekit, link) as page:
        await shown(livekit, "guest1", pages=1, silent=0, sound="")
        await page.says("report", inside=False, identity="", picture=False, sound="blocked")
        await shown(livekit, "guest1", sound="blocked")
    await shown(livekit, "guest1", pages=0)


async def test_scenes_are_not_kept_back_by_the_joins_of_their_address(
    livekit: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await open_room(livekit)
    monkeypatch.setattr(livekit.running.parts.limits, "join", _refuse)
    assert (await click(livekit, code(livekit, room, Role.SCENE))).status == 200


def _refuse(address: str) -> None:
    raise AssertionError("it was counted")


async def test_scenes_on_a_metered_livekit_are_told_so(tmp_path: Path) -> None:
    key = {"url": "ws://127.0.0.1:1", "api_key": "APIabcdefgh", "api_secret": "s" * 40, "metered": True}
    async with bridge_on(tmp_path, media="livekit", livekit=key) as bridge:
        await bridge.get("/r/main/create")
        room = bridge.running.parts.store.by_slug("main")
        assert room
        async with scene(bridge, code(bridge, room, Role.SCENE)) as page:
            await page.hears("room", metered=True)


async def test_a_renewed_link_ends_the_page(livekit: Bridge) -> None:
    room = await open_room(livekit, "seats=guest1")
    async with scene(livekit, code(livekit, room, Role.SCENE, "guest1")) as page:
        await page.hears("room")
        await livekit.api("conferences/links/renew", {"id": room.id, "name": "guest1"})
        assert (await page.hears("gone"))["error"] == "token_needed"
