"""The grants table of the contract, cell by cell."""

from dataclasses import replace
from itertools import product

import pytest

from bridge.rooms.grants import permissions
from bridge.rooms.model import PRESETS, Media, Policy, Role

EVERY_POLICY = [
    replace(PRESETS["team"], media=media, chat=chat, screen=screen, webinar=webinar)
    for media, chat, screen, webinar in product(Media, (True, False), (True, False), (True, False))
]
MIC, CAM, SCREEN, SCREEN_SOUND = "microphone", "camera", "screen_share", "screen_share_audio"


@pytest.mark.parametrize(
    ("media", "screen", "sources"),
    [
        (Media.AV, True, {MIC, CAM, SCREEN, SCREEN_SOUND}),
        (Media.AV, False, {MIC, CAM}),
        (Media.VIDEO, True, {CAM, SCREEN}),
        (Media.VIDEO, False, {CAM}),
        (Media.AUDIO, True, {MIC}),
        (Media.AUDIO, False, {MIC}),
    ],
)
@pytest.mark.parametrize("chat", [True, False])
@pytest.mark.parametrize("webinar", [True, False])
def test_a_speaker_publishes_what_the_policy_says(
    media: Media, screen: bool, sources: set[str], chat: bool, webinar: bool
) -> None:
    policy = replace(PRESETS["team"], media=media, screen=screen, chat=chat, webinar=webinar)
    may = permissions(Role.SPEAKER, policy)
    assert (set(may.sources), may.data, may.hidden) == (sources, chat, False)


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_a_guest_publishes_nothing_and_chats_where_chat_is_on(policy: Policy) -> None:
    may = permissions(Role.GUEST, policy)
    assert (may.sources, may.data, may.hidden) == (frozenset(), policy.chat, False)


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_a_scene_is_hidden_and_only_receives(policy: Policy) -> None:
    may = permissions(Role.SCENE, policy)
    assert (may.sources, may.data, may.hidden) == (frozenset(), False, True)
