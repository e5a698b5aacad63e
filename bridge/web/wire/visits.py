"""What pages say, and what they are told."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from bridge.errors import BadRequest
from bridge.rooms.model import Link, Room, State
from bridge.web.wire.spelling import Payload

Code = Annotated[str, Field(max_length=64)]
Secret = Annotated[str, Field(min_length=16, max_length=128)]
Name = Annotated[str, Field(max_length=200)]


class VisitPayload(Payload):
    """Somebody clicked: ``secret`` is what the browser made up for itself, ``page`` is this one of its pages."""

    code: Code
    secret: Secret
    page: Code = ""
    name: Name = ""


class Hello(Payload):
    type: Literal["hello"]
    code: Code
    secret: Secret
    page: Code = ""


class KnockAtDoor(Payload):
    type: Literal["knock"]
    name: Name = ""


class Report(Payload):
    """How the page is doing."""

    type: Literal["report"]
    inside: bool = False
    identity: Annotated[str, Field(max_length=256)] = ""
    mic: bool = False
    camera: bool = False
    screen: bool = False


Said = KnockAtDoor | Report
HELLO: TypeAdapter[Hello] = TypeAdapter(Hello)
SAID: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Field(discriminator="type")])


def heard(adapter: TypeAdapter[Any], text: str) -> Any:
    """A message of a page. Raises ``BadRequest``."""
    try:
        return adapter.validate_json(text)
    except ValidationError:
        raise BadRequest("the page said what the bridge does not know", "load the page again") from None


def room_facts(room: Room, state: State, link: Link, server: str, secure_url: str) -> dict[str, Any]:
    """What a page knows of the room it leads to, and as what its link lets somebody in."""
    policy = room.policy
    return {
        "type": "room",
        "name": room.name,
        "state": state,
        "role": link.role,
        "seat": link.seat,
        "title": room.titles.get(link.seat, ""),
        "media": policy.media,
        "chat": policy.chat,
        "screen": policy.screen,
        "record": policy.record,
        "lobby": policy.lobby,
        "server": server,
        "secure_url": secure_url,
    }
