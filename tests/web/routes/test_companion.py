"""The page of a running bridge: what its keys send has its effect there, and shows on them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge.companion import variable
from bridge.errors import MediaServerDown
from bridge.rooms.grants import MICROPHONE
from bridge.rooms.ports import Participant, Track
from tests.bridges import Bridge, bridge_on
from tests.companion.presser import Presser, imported
from tests.companion.reader import controls, read
from tests.companion.test_page import ADMIT, HARD, HOST, SETUP, START, STATE, STOP
from tests.rooms.fakes import FakeMedia, a_person
from tests.rooms.house import until
from tests.web.routes.test_visits import click, code, page
from tests.web.shapes import assert_failure

FILE = "/r/main/companion.companionconfig"


@pytest.fixture
async def companion(livekit: Bridge) -> Presser:
    """The page of a room with a seat, after SETUP."""
    await livekit.get("/r/main/create?name=Main%20Stage&seats=host&start=0&lobby=1")
    found = Presser(livekit, await imported(livekit, FILE))
    await found.press(SETUP)
    return found


def state(companion: Presser) -> str:
    return companion.deck.shows(*STATE).text


async def test_setup_fills_the_page_at_once(companion: Presser) -> None:
    assert state(companion) == "Main Stage\nSTOPPED"
    assert companion.deck.custom["bridge_asked"] == 200


async def test_start_and_stop_have_their_effect_and_show_it(companion: Presser, media: FakeMedia) -> None:
    bridge = companion.bridge
    await companion.press(START)
    assert companion.deck.custom["bridge_said"].startswith("OK main ready ")
    assert (await bridge.get("/r/main/state")).text == "ready\n"
    goes_in(bridge, media, a_person("ann"))
    await until(lambda: bridge.running.parts.roster.count(room_of(bridge)))
    await companion.press(SETUP)
    assert state(companion) == "Main Stage\nLIVE 1"
    await companion.press(STOP)
    assert companion.deck.custom["bridge_said"].startswith("ERR not_empty ")
    assert companion.deck.custom["bridge_status"] == 200, "Companion shows a refused call as a broken connection"
    await companion.press(HARD)
    await companion.press(SETUP)
    assert state(companion) == "Main Stage\nSTOPPED"


async def test_admit_lets_in_whoever_waits_and_a_seat_key_mutes_them(companion: Presser, media: FakeMedia) -> None:
    bridge = companion.bridge
    await companion.press(START)
    host = code(bridge, room_of(bridge), seat="host")
    async with page(bridge, host) as visitor:
        await visitor.says("knock", name="Anna")
        await visitor.hears("waiting")
        await companion.press(SETUP)
        assert companion.deck.shows(*ADMIT).text == "ADMIT\nAnna"
        await companion.press(ADMIT)
        await visitor.hears("admitted")
        answer = (await click(bridge, host)).json
        mint = answer["participant_token"].split()[-1]
        microphone = Track("TR_mic", MICROPHONE, muted=False)
        anna = replace(a_person(answer["identity"], mint=mint), seat="host", tracks=(microphone,))
        goes_in(bridge, media, anna)
        await visitor.says("report", inside=True, identity=anna.identity, mic=True)
        await until(lambda: bridge.running.parts.roster.count(room_of(bridge)))
        await companion.press(SETUP)
        assert companion.deck.shows(*HOST).text == "Ann\nLIVE"
        await companion.press(HOST)
        await visitor.hears("muted")
        await until(lambda: bridge.running.parts.attendance.of(room_of(bridge))[0].mic == "muted")
        await companion.press(SETUP)
        assert companion.deck.shows(*HOST).text == "Ann\nMUTED"
        await companion.press(HOST)
        await visitor.hears("asked")


async def test_keys_for_nobody_refuse_without_a_broken_connection(companion: Presser) -> None:
    await companion.press(START)
    for place in (ADMIT, HOST):
        await companion.press(place)
        assert companion.deck.custom["bridge_said"].startswith("ERR nobody ")
        assert companion.deck.custom["bridge_status"] == 200
    assert companion.deck.shows(*SETUP).text.startswith("nobody ")


def room_of(bridge: Bridge) -> Any:
    return bridge.running.parts.store.by_slug("main")


def goes_in(bridge: Bridge, media: FakeMedia, one: Participant) -> None:
    room = room_of(bridge)
    media.inside[room.call] = [one]
    bridge.running.parts.watch.look_soon(room.id)


async def test_the_file_is_a_download_with_the_rooms_own_key_in_it_whoever_asks(bridge: Bridge) -> None:
    await bridge.get("/r/main/create?start=0")
    answer = await bridge.get(FILE)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="main.companionconfig"'
    assert answer.headers["Content-Type"].startswith("application/json")
    assert bridge.studio_key not in answer.text
    assert bridge.room_key("main") in answer.text


async def test_it_names_the_address_that_was_given_else_the_one_of_the_settings(tmp_path: Path) -> None:
    async with bridge_on(tmp_path / "data", urls={"control": "http://studio-pc:8790"}) as bridge:
        await bridge.get("/r/main/create?start=0")
        for query, base in (("", "http://studio-pc:8790"), ("?url=https://b.example/x/", "https://b.example/x")):
            deck = await imported(bridge, FILE + query)
            assert deck.pressed(*START)[0]["url"] == f"{base}/r/main/start?soft=1"
        assert_failure(await bridge.get(f"{FILE}?url=ftp://x"), "bad_setting", format="text")


async def test_all_rooms_are_those_of_the_key_each_with_its_own(bridge: Bridge) -> None:
    assert_failure(await bridge.get("/companion.companionconfig"), "room_not_found", format="text")
    for slug in ("one", "two"):
        await bridge.get(f"/r/{slug}/create?start=0")
    deck = await imported(bridge, "/companion.companionconfig")
    keys = [json.loads(deck.pressed(row, 1)[0]["header"])["X-Bridge-Key"] for row in (0, 1)]
    assert keys == [bridge.room_key("one"), bridge.room_key("two")]
    alone = await imported(bridge, "/companion.companionconfig", bridge.room_key("two"))
    assert "/r/two/start" in alone.pressed(*START)[0]["url"]
    assert bridge.room_key("one") not in json.dumps(alone.file)


async def test_a_key_to_view_gets_no_page_that_presses(bridge: Bridge) -> None:
    await bridge.get("/r/main/create?start=0")
    key = (await bridge.api("keys/show", {"slug": "main", "view": True})).json["key"]
    for path in (FILE, "/companion.companionconfig"):
        assert_failure(await bridge.get(path, key=key), "key_scope", format="text")
    assert (await bridge.get("/r/main/companion.json", key=key)).json["state"] == "stopped"


async def test_the_trigger_asks_where_the_page_reads(companion: Presser) -> None:
    answer = await companion.bridge.get(f"{FILE}?polling=1")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="main-polling.companionconfig"'
    (trigger,) = controls(read(answer.text.encode()))
    await companion.bridge.get("/r/main/start")
    for action in companion.deck.of(trigger["actions"]):
        await companion.run(action)
    assert state(companion) == "Main Stage\nREADY"
    assert json.loads(companion.deck.custom[variable("main")])["now"] == companion.deck.clock


@pytest.mark.parametrize("now", ["soon", "1" * 16, "-1", "1.5"])
async def test_a_time_that_is_none_is_refused(bridge: Bridge, now: str) -> None:
    await bridge.get("/r/main/create?start=0")
    assert_failure(await bridge.get(f"/r/main/companion.json?now={now}"), "bad_setting", format="text")


async def test_what_cannot_be_known_is_not_told_as_if_it_were(livekit: Bridge) -> None:
    await livekit.get("/r/main/create")
    livekit.running.parts.observed.asked_server(MediaServerDown("away"))
    tile = (await livekit.get("/r/main/companion.json")).json
    assert (tile["state"], tile["people"], tile["reason"]) == ("check", "?", "media_server_down")
    assert tile["says"] == "CHECK media_server_down"
