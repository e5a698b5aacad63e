"""What the recording page says."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, TypeAdapter

from bridge.errors import BadRequest
from bridge.rooms.names import is_printable
from bridge.web.wire.spelling import Payload

Key = Annotated[str, Field(min_length=16, max_length=128)]
NUMBER_BYTES = 4


class LaunchPayload(Payload):
    key: Key


class SecretPayload(Payload):
    secret: Key


class Hello(Payload):
    type: Literal["hello"]
    secret: Key


class Failed(Payload):
    """It cannot record, in the browser's own words."""

    type: Literal["failed"]
    why: Annotated[str, Field(max_length=300), AfterValidator(lambda text: text if is_printable(text) else "no reason")]


class Finished(Payload):
    """It has handed over everything."""

    type: Literal["finished"]


SECRET: TypeAdapter[Hello] = TypeAdapter(Hello)
SAID: TypeAdapter[Failed | Finished] = TypeAdapter(Annotated[Failed | Finished, Field(discriminator="type")])


def piece(message: bytes) -> tuple[int, bytes]:
    """Its number and what it holds. Raises ``BadRequest``."""
    if len(message) <= NUMBER_BYTES:
        raise BadRequest("a piece of a recording is its number and something more")
    return int.from_bytes(message[:NUMBER_BYTES], "big"), message[NUMBER_BYTES:]
