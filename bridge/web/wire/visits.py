"""What pages say, and what they are told."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from bridge.errors import BadRequest
from bridge.rooms.attendance import Presence, Row
from bridge.rooms.model import Link, Mode, Role, Room, State
from bridge.rooms.quality import Measured
from bridge.rooms.scenes import SCREEN, Sound
from bridge.rooms.tally import Air
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
    """A scene page says which scene it shows: ``scene`` is one to take to, else its link and these two say it."""

    type: Literal["hello"]
    code: Code
    secret: Secret
    page: Code = ""
    scene: Annotated[str, Field(max_length=24)] = ""
    layout: Mode = Mode.GRID
    show: Literal["camera", "screen"] = "camera"

    def scene_name(self, seat: str) -> str:
        """The name of the scene, for a link of ``seat`` or of the room."""
        if seat:
            return seat + SCREEN if self.show == "screen" else seat
        return self.scene or self.layout.value


class KnockAtDoor(Payload):
    type: Literal["knock"]
    name: Name = ""


Figure = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]


class Figures(Payload):
    """What a page measured of its line, as ``rooms.quality.Measured`` has it."""

    sent: Figure = 0
    wanted: Figure = 0
    frames: Figure = 0
    full: Figure = 0
    lost: Figure = 0
    far: Figure = 0
    busy: bool = False
    battery: Figure = 0
    quiet: Figure = 0

    @property
    def measured(self) -> Measured:
        return Measured(**self.model_dump())


class Report(Payload):
    """How the page is doing; of a scene that frames of its picture come, and how its sound is."""

    type: Literal["report"]
    inside: bool = False
    identity: Annotated[str, Field(max_length=256)] = ""
    mic: bool = False
    camera: bool = False
    screen: bool = False
    picture: bool = False
    sound: Sound = Sound.ON
    figures: Figures | None = None

    @property
    def sends(self) -> tuple[bool, bool, bool]:
        return self.mic, self.camera, self.screen


class Read(Payload):
    """Whoever sits there has read the message of that number, and those before."""

    type: Literal["read"]
    number: int


Said = KnockAtDoor | Report | Read
HELLO: TypeAdapter[Hello] = TypeAdapter(Hello)
SAID: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Field(discriminator="type")])


def heard(adapter: TypeAdapter[Any], text: str) -> Any:
    """A message of a page. Raises ``BadRequest``."""
    try:
        return adapter.validate_json(text)
    except ValidationError:
        raise BadRequest("the page said what the bridge does not know", "load the page again") from None


def scene_facts(
    room: Room, state: State, link: Link, scene: str, rows: Iterable[Row], server: str, *, metered: bool
) -> dict[str, Any]:
    """What a scene page knows: what ``scene`` shows, empty for a slate or the whole room, and who may be seen."""
    rows = tuple(rows)
    return {
        "type": "room",
        "name": room.name,
        "state": state,
        "role": link.role,
        "seat": link.seat,
        "shows": scene if link.seat else room.takes.get(scene, ""),
        "seats": [
            {
                "seat": row.seat,
                "title": row.title,
                "name": row.name,
                "here": row.presence is Presence.INSIDE,
                "quality": row.quality,
            }
            for row in rows
            if row.seat
        ],
        "people": sum(row.presence is Presence.INSIDE for row in rows),
        "media": room.policy.media,
        "chat": room.policy.chat,
        "server": server,
        "metered": metered,
    }


def room_facts(
    room: Room, state: State, link: Link, role: Role, server: str, secure_url: str, air: Air, *, recorded: bool
) -> dict[str, Any]:
    """What a page knows of the room it leads to, and as what somebody is there who comes by its link.

    ``recorded``: it is, or is to be.
    """
    policy = room.policy
    return {
        "type": "room",
        "name": room.name,
        "state": state,
        "role": role,
        "seat": link.seat,
        "title": room.titles.get(link.seat, ""),
        "media": policy.media,
        "chat": policy.chat,
        "screen": policy.screen,
        "record": recorded,
        "lobby": policy.lobby,
        "server": server,
        "secure_url": secure_url,
        "air": air,
    }
