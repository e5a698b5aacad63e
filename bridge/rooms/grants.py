"""Role and policy decide what a token may do; everything not said here is forbidden."""

from bridge.rooms.model import Policy, Role
from bridge.rooms.ports import Permissions

MICROPHONE, CAMERA, SCREEN, SCREEN_SOUND = "microphone", "camera", "screen_share", "screen_share_audio"


def permissions(role: Role, policy: Policy) -> Permissions:
    """What a participant of ``role`` may do in a room with ``policy``. Everybody may watch and listen."""
    match role:
        case Role.SPEAKER:
            return Permissions(_sources(policy), data=policy.chat, hidden=False)
        case Role.GUEST:
            return Permissions(frozenset(), data=policy.chat, hidden=False)
        case Role.SCENE:
            return Permissions(frozenset(), data=False, hidden=True)


def _sources(policy: Policy) -> frozenset[str]:
    audio, video = policy.media.has_audio, policy.media.has_video
    may = {
        MICROPHONE: audio,
        CAMERA: video,
        SCREEN: policy.screen and video,
        SCREEN_SOUND: policy.screen and video and audio,
    }
    return frozenset(source for source, allowed in may.items() if allowed)
