"""Each cell of the grants table, enforced by LiveKit itself with tokens minted by the bridge."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.media.livekit import _participant
from bridge.rooms.grants import permissions
from bridge.rooms.model import PRESETS, Media, Policy, Role
from tests.live.participant import Participant
from tests.live.server import LiveServer
from tests.live.studio import Studio, studio_on

SOURCES = ("microphone", "camera", "screen", "screen_sound")
SILENCE = 0.5


@dataclass(frozen=True, slots=True)
class Case:
    """A webinar room, what a speaker may publish there, and the source that guest and scene try in vain."""

    slug: str
    media: Media
    screen: bool
    chat: bool
    may: tuple[str, ...]
    others_try: str

    @property
    def policy(self) -> Policy:
        return Policy(20, self.media, True, self.chat, self.screen, False, PRESETS["team"].mode)


CASES = [
    Case("everything", Media.AV, True, True, SOURCES, "microphone"),
    Case("no-screen", Media.AV, False, False, ("microphone", "camera"), "camera"),
    Case("video-only", Media.VIDEO, True, True, ("camera", "screen"), "screen"),
    Case("audio-only", Media.AUDIO, True, False, ("microphone",), "screen_sound"),
]


@pytest.fixture
async def studio(live_server: LiveServer, tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio_on(live_server, tmp_path / "data") as studio:
        yield studio


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.slug)
async def test_livekit_enforces_the_table(studio: Studio, case: Case) -> None:
    async with studio.with_tokens(*await tokens(studio, case)) as (ann, bob, guest, scene):
        await livekit_has_the_rights_of_the_table(studio, case)
        await everybody_sees_what_a_speaker_publishes(case, ann, (bob, guest, scene))
        refused = [source for source in SOURCES if source not in case.may]
        await asyncio.gather(
            nothing_can_be_published(ann, refused[::2]),
            nothing_can_be_published(bob, refused[1::2]),
            nothing_can_be_published(guest, [case.others_try]),
            nothing_can_be_published(scene, [case.others_try]),
        )
        await data_reaches_only_whom_it_may(case, bob, {"ann": ann, "guest": guest, "scene-1": scene})
        assert await studio.people(case.slug) == 3
        for other in (ann, bob, guest):
            assert "scene-1" not in str(other.events)


async def tokens(studio: Studio, case: Case) -> list[str]:
    """Tokens for two speakers, a guest and a scene of a new room."""
    policy = {"media": case.media, "screen": int(case.screen), "chat": int(case.chat), "webinar": 1}
    await studio.create(case.slug, **policy)
    roles = {"ann": Role.SPEAKER, "bob": Role.SPEAKER, "guest": Role.GUEST, "scene-1": Role.SCENE}
    return [await studio.token(case.slug, identity, role) for identity, role in roles.items()]


async def livekit_has_the_rights_of_the_table(studio: Studio, case: Case) -> None:
    inside = await studio.in_livekit(await studio.call(case.slug))
    assert set(inside) == {"ann", "bob", "guest", "scene-1"}
    for identity, role in {"ann": Role.SPEAKER, "guest": Role.GUEST, "scene-1": Role.SCENE}.items():
        info = inside[identity]
        assert _participant(info).permissions == permissions(role, case.policy), identity
        assert info.permission.can_subscribe
        assert not info.permission.can_update_metadata
        assert info.attributes["role"] == role


async def everybody_sees_what_a_speaker_publishes(
    case: Case, speaker: Participant, others: Iterable[Participant]
) -> None:
    for source in case.may:
        assert await speaker.publish(source), source
    for other in others:
        for source in case.may:
            await other.expect("subscribed", source=source, identity="ann")


async def nothing_can_be_published(person: Participant, sources: Iterable[str]) -> None:
    for source in sources:
        assert not await person.publish(source), source


async def data_reaches_only_whom_it_may(case: Case, bob: Participant, senders: dict[str, Participant]) -> None:
    for identity, sender in senders.items():
        await sender.send(f"from {identity}", "lk.chat")
    heard_by = {"ann", "guest"} if case.chat else set()
    for identity in heard_by:
        await bob.expect("data", text=f"from {identity}", identity=identity)
    await asyncio.sleep(SILENCE)
    assert {event["identity"] for event in bob.events if event["event"] == "data"} == heard_by
