"""The links of a room."""

from pathlib import Path

import pytest

from bridge.rooms.model import Link, Role
from tests.bridges import Bridge, bridge_on
from tests.web.shapes import assert_failure


async def links(bridge: Bridge, slug: str = "main") -> dict[tuple[str, str], str]:
    rows = (await bridge.get(f"/r/{slug}/links.json")).json
    return {(row["name"], row["role"]): row["url"] for row in rows}


async def test_every_room_has_its_links_and_those_of_its_seats(bridge: Bridge) -> None:
    await bridge.get("/r/main/create?preset=webinar&seats=host")
    found = await links(bridge)
    assert list(found) == [
        ("speaker", "speaker"), ("guest", "guest"), ("scene", "scene"), ("program", "program"),
        ("host", "speaker"), ("host", "scene"),
    ]  # fmt: skip
    room = bridge.running.parts.store.by_slug("main")
    assert room
    codes = bridge.running.parts.links.of(room)
    assert found["host", "speaker"] == f"{bridge.url}/j/{codes[Link(Role.SPEAKER, 'host')]}"
    assert found["program", "program"] == f"{bridge.url}/program/{codes[Link(Role.PROGRAM)]}"
    assert found["host", "scene"] == f"{bridge.url}/scene/{codes[Link(Role.SCENE, 'host')]}"


async def test_there_is_a_guest_link_while_there_is_an_audience(bridge: Bridge) -> None:
    await bridge.get("/r/main/create")
    assert ("guest", "guest") not in await links(bridge)
    await bridge.get("/r/main/set?webinar=1")
    assert ("guest", "guest") in await links(bridge)


async def test_a_link_that_works_on_this_machine_only_says_so(tmp_path: Path) -> None:
    urls = {"public": "https://studio.example.com", "control": "http://127.0.0.1:8790"}
    async with bridge_on(tmp_path, urls=urls) as bridge:
        await bridge.get("/r/main/create")
        speaker, *studios = (await bridge.get("/r/main/links")).text.splitlines()
        assert speaker.startswith("speaker speaker https://studio.example.com/j/")
        assert not speaker.endswith("only")
        for name, line in zip(("scene", "program"), studios, strict=True):
            assert line.startswith(f"{name} {name} http://127.0.0.1:8790/{name}/")
            assert line.endswith(" this machine only")


@pytest.mark.parametrize("name", ["host", "speaker", "all"])
async def test_a_renewed_link_is_another_one_and_the_old_one_opens_nothing(bridge: Bridge, name: str) -> None:
    made = (await bridge.get("/r/main/create.json?seats=host,guest1")).json
    before = await links(bridge)
    rows = (await bridge.api("conferences/links/renew", {"id": made["id"], "name": name})).json
    after = await links(bridge)
    assert {(row["name"], row["role"]): row["url"] for row in rows} == after
    changed = {its for its in after if after[its] != before[its]}
    assert changed == {its for its in after if name in ("all", its[0])}
    by_code = bridge.running.store.by_code
    for its, url in before.items():
        assert (by_code(url.rpartition("/")[2]) is None) is (its in changed)
        assert by_code(after[its].rpartition("/")[2]) is not None


async def test_no_link_of_that_name(bridge: Bridge) -> None:
    made = (await bridge.get("/r/main/create.json?seats=host")).json
    answer = await bridge.api("conferences/links/renew", {"id": made["id"], "name": "guest9"})
    assert_failure(answer, "bad_setting", "guest9", "host")
