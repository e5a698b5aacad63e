"""What scripts do to a room over time: it is made again as it was, its policy changes, its key is renewed."""

import logging
from dataclasses import fields, replace

import pytest

from bridge.rooms.model import Media, Mode, Policy
from tests.bridges import Bridge
from vmix_scripts import decode
from vmix_scripts.card import POLICY

from .desk import PATIENCE, SLUG, Desk, asked, filled, says
from .vmix import Vmix

AWKWARD_NAME = ('Größe & "Ж" “mit” ‘x’ ＂ü＂ #1+1=2?/%_:' + "é" * 80 + "🎥" * 90)[:200]
ODD = Policy(7, Media.AUDIO, webinar=True, chat=False, screen=False, record=True, mode=Mode.SPEAKER)


def test_scripts_know_every_word_of_the_bridges_policy() -> None:
    assert list(POLICY) == [word.name for word in fields(Policy)]


async def test_create_makes_exactly_the_same_room_again(bridge: Bridge, vmix: Vmix) -> None:
    fields = {"mediaType": "MEDIA_TYPE_AUDIO_ONLY", "max_participants": 7, "allow_webinar_mode": True}
    rights = {"allow_chat": False, "allow_share_screen": False, "record": True}
    mode = {"record_mode": "ROOM_COMPOSITE_SPEAKER"}
    made = (await bridge.api("conferences/create", {"name": AWKWARD_NAME, **fields, **rights, **mode})).json
    store, slug = bridge.running.parts.store, made["slug"]
    before = store.by_slug(slug)
    async with bridge.http.get(
        f"{bridge.url}/r/{slug}/scripts/create.vb", headers={"X-Bridge-Key": bridge.studio_key}
    ) as response:
        script = filled(decode(await response.read()), PATIENCE)
    await bridge.api("conferences/remove", {"id": made["id"]}, method="DELETE")
    assert store.by_slug(slug) is None

    ran = await vmix.press(script)

    after = store.by_slug(slug)
    assert before
    assert after
    assert before.policy == ODD
    assert (after.name, after.slug, after.policy) == (AWKWARD_NAME, slug, ODD)
    assert (after.owner, after.active) == (before.owner, True)
    assert after.id != before.id
    says(ran, "create", "open, nobody inside", "(newly made)", "nothing records it", slug=slug)


async def test_create_leaves_a_room_that_is_there_as_it_is_and_names_the_differences(desk: Desk) -> None:
    script = await desk.script("create")
    await desk.bridge.get(f"/r/{SLUG}/set?max=7&chat=0")

    ran = await desk.vmix.press(script)

    says(ran, "create", "open, nobody inside", "(it was there already)", "it differs from this script in max,chat")
    assert (desk.room.policy.max, desk.room.policy.chat) == (7, False)


async def test_set_changes_what_is_filled_in_and_nothing_else(desk: Desk) -> None:
    before = desk.room

    ran = await desk.press("set", newName="A & B", newMax="50", newMode="chat", newChat="")

    says(ran, "set", "stopped")
    assert desk.room.name == "A & B"
    assert desk.room.policy == replace(before.policy, max=50, mode=Mode.CHAT)


async def test_set_says_which_value_the_bridge_does_not_take(desk: Desk) -> None:
    before = desk.room

    ran = await desk.press("set", newMax="many")

    says(ran, "set", "max", "whole number", "(bad_setting)")
    assert desk.room == before


async def test_set_asks_nothing_when_nothing_is_filled_in(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    script = await desk.script("set", newChat="")

    with caplog.at_level(logging.DEBUG, "bridge.access"):
        ran = await desk.vmix.press(script)

    says(ran, "set", "nothing to change")
    assert asked(caplog) == []


async def test_scripts_outlive_a_renewed_key_until_the_old_one_is_retired(desk: Desk) -> None:
    old = await desk.script("start")

    await desk.bridge.api("keys/rotate", {"slug": SLUG})
    says(await desk.vmix.press(old), "start", "open, nobody inside")
    says(await desk.press("stop"), "stop", "stopped")

    await desk.bridge.api("keys/retire", {"slug": SLUG})
    ran = await desk.vmix.press(old)
    says(ran, "start", "the key is not valid here", "(key_wrong)", "make this room's scripts again and import them")
    assert not desk.room.active
    says(await desk.press("start"), "start", "open, nobody inside")
