"""A change of policy reaches the people inside, and whatever differs from it is put right, whoever caused it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from livekit import api

from bridge.media.livekit import _participant
from bridge.rooms.grants import permissions
from bridge.rooms.model import PRESETS, Policy, Role
from tests.live.participant import Participant
from tests.live.server import LiveServer
from tests.live.studio import Studio, eventually, studio_on


@pytest.fixture
async def studio(live_server: LiveServer, tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio_on(live_server, tmp_path / "data") as studio:
        yield studio


async def may(studio: Studio, identity: str) -> dict[str, object]:
    """What LiveKit lets somebody in ``show`` do."""
    info = (await studio.in_livekit(await studio.call("show")))[identity]
    now = _participant(info).permissions
    return {"sources": set(now.sources), "data": now.data, "hidden": now.hidden}


async def told(person: Participant, identity: str) -> dict[str, object]:
    """The next change of one's own rights."""
    return await person.expect("permissions", identity=identity)


async def test_chat_screen_and_media_reach_the_people_inside(studio: Studio) -> None:
    await studio.ok("show/create", webinar=1)
    async with (
        studio.inside("show", ["ann", "bob"]) as (ann, bob),
        studio.inside("show", ["guest"], Role.GUEST) as (guest,),
        studio.inside("show", ["scene-1"], Role.SCENE),
    ):
        for source in ("microphone", "camera", "screen"):
            assert await ann.publish(source)
            await bob.expect("subscribed", source=source)
        await studio.ok("show/set", chat=0)
        assert (await told(ann, "ann"))["data"] is False
        assert (await told(guest, "guest"))["data"] is False
        await studio.ok("show/set", screen=0)
        assert (await told(ann, "ann"))["sources"] == ["camera", "microphone"]
        await bob.expect("track_unpublished", source="screen")
        await studio.ok("show/set", media="audio")
        assert (await told(ann, "ann"))["sources"] == ["microphone"]
        await bob.expect("track_unpublished", source="camera")
        assert not [event for event in bob.events if event["event"] == "track_unpublished"][2:]
        await studio.ok("show/set", media="av", chat=1, screen=1)
        assert (await told(ann, "ann"))["data"] is True
        assert await ann.publish("camera")
        assert await may(studio, "scene-1") == {"sources": set(), "data": False, "hidden": True}


async def test_a_stale_token_brings_no_old_rights_back(studio: Studio) -> None:
    await studio.ok("show/create")
    stale = await studio.token("show", "ann")
    await studio.ok("show/set", chat=0, screen=0, media="audio")
    async with studio.with_tokens(stale) as (ann,):
        took = await rights_become(studio, "ann", {"sources": {"microphone"}, "data": False, "hidden": False})
        assert (await told(ann, "ann"))["sources"] == ["microphone"]
        print(f"a stale token was put right {took * 1000:.0f} ms after it came in")


async def test_rights_changed_behind_the_bridges_back_are_put_right(studio: Studio) -> None:
    await studio.ok("show/create", webinar=1, chat=0)
    call = await studio.call("show")
    async with studio.inside("show", ["guest"], Role.GUEST), studio.inside("show", ["ann"]):
        for identity in ("guest", "ann"):
            permission = api.ParticipantPermission(can_subscribe=True, can_publish=True, can_publish_data=True)
            await studio.client.room.update_participant(
                api.UpdateParticipantRequest(room=call, identity=identity, permission=permission)
            )
        took = await rights_become(studio, "guest", {"sources": set(), "data": False, "hidden": False})
        print(f"tampered rights were put right in {took * 1000:.0f} ms")
        every = {"microphone", "camera", "screen_share", "screen_share_audio"}
        await rights_become(studio, "ann", {"sources": every, "data": False, "hidden": False})


async def test_people_let_in_stay_what_they_are_when_webinar_mode_ends(studio: Studio) -> None:
    await studio.ok("show/create", webinar=1)
    async with studio.inside("show", ["guest"], Role.GUEST):
        await studio.ok("show/set", webinar=0)
        info = (await studio.in_livekit(await studio.call("show")))["guest"]
        assert _participant(info).permissions == permissions(Role.GUEST, PRESETS["team"])


async def rights_become(studio: Studio, identity: str, wanted: dict[str, object]) -> float:
    async def is_so() -> bool:
        return await may(studio, identity) == wanted

    return await eventually(is_so)


async def test_metadata_follows_every_set_and_reaches_the_people_inside(studio: Studio) -> None:
    await studio.ok("show/create")
    call = await studio.call("show")
    async with studio.inside("show", ["ann"]) as (ann,):
        await studio.ok("show/set", name="Große Bühne", max=5, chat=0, webinar=1, screen=0, media="audio", mode="chat")
        seen = json.loads((await ann.expect("metadata"))["text"])
        flags = {"max": 5, "chat": False, "webinar": True, "screen": False, "media": "audio", "mode": "chat"}
        assert seen == {"name": "Große Bühne", "slug": "show", "record": False, "seats": [], "lobby": False, **flags}
        assert set(Policy.__slots__) < set(seen)
        await studio.client.room.update_room_metadata(api.UpdateRoomMetadataRequest(room=call, metadata="{}"))

        async def is_back() -> bool:
            return bool(json.loads((await studio.calls())[call].metadata) == seen)

        await eventually(is_back)
