"""What a console says by its WebSocket."""

from typing import Annotated, TypeVar

from pydantic import Field, ValidationError

from bridge.errors import BadRequest
from bridge.web.wire.spelling import Payload

Slug = Annotated[str, Field(max_length=64)]
P = TypeVar("P", bound=Payload)


class Watch(Payload):
    """``watch`` is the slug of the room it looks into from now on, empty: into none."""

    watch: Slug = ""


class Hello(Watch):
    """Its first message."""

    session: Annotated[str, Field(max_length=128)]


def heard(model: type[P], text: str) -> P:
    """A message of a console. Raises ``BadRequest``."""
    try:
        return model.model_validate_json(text)
    except ValidationError:
        raise BadRequest("the console says what the bridge does not know", "load the page again") from None
