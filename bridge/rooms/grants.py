"""Role and policy decide what a token may do, and the studio about one person; everything not said is forbidden."""

from dataclasses import replace
from enum import StrEnum

from bridge.rooms.model import Call, Policy, Role
from bridge.rooms.ports import Permissions

MICROPHONE, CAMERA, SCREEN, SCREEN_SOUND = "microphone", "camera", "screen_share", "screen_share_audio"


class What(StrEnum):
    """What of somebody is muted or blocked, as operators say it."""

    MIC = "mic"
    CAMERA = "camera"
    SCREEN = "screen"
    ALL = "all"

    @property
    def sources(self) -> frozenset[str]:
        return _SOURCES_OF[self]


_SOURCES_OF = {
    What.MIC: frozenset((MICROPHONE,)),
    What.CAMERA: frozenset((CAMERA,)),
    What.SCREEN: frozenset((SCREEN, SCREEN_SOUND)),
    What.ALL: frozenset((MICROPHONE, CAMERA, SCREEN, SCREEN_SOUND)),
}


def permissions(role: Role, policy: Policy) -> Permissions:
    """What a participant of ``role`` may do in a room with ``policy``. Everybody may watch and listen."""
    match role:
        case Role.SPEAKER:
            return Permissions(_sources(policy), data=policy.chat, hidden=False)
        case Role.GUEST:
            return Permissions(frozenset(), data=policy.chat, hidden=False)
        case Role.SCENE:
            return Permissions(frozenset(), data=False, hidden=True)
        case Role.PROGRAM:
            return Permissions(frozenset((MICROPHONE, CAMERA)), data=False, hidden=False)


def role_in(call: Call | None, identity: str, role: Role) -> Role:
    """What somebody is in that call who came in as ``role``: the studio may have made them something else."""
    return call.roles.get(identity, role) if call and role.counts else role


def rights(call: Call | None, identity: str, role: Role, policy: Policy) -> Permissions:
    """What that person may do there, by the table and by what the studio took from them."""
    table = permissions(role_in(call, identity, role), policy)
    blocked = call.blocked.get(identity, ()) if call else ()
    return replace(table, sources=table.sources.difference(blocked)) if blocked else table


def _sources(policy: Policy) -> frozenset[str]:
    audio, video = policy.media.has_audio, policy.media.has_video
    may = {
        MICROPHONE: audio,
        CAMERA: video,
        SCREEN: policy.screen and video,
        SCREEN_SOUND: policy.screen and video and audio,
    }
    return frozenset(source for source, allowed in may.items() if allowed)
