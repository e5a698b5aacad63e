"""Query parameters of the short routes, in the words of operators."""

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal, TypeVar

from aiohttp import web
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bridge.errors import BadRequest, BadSetting
from bridge.faults import fix_of
from bridge.rooms.grants import What
from bridge.rooms.model import MAX_PEOPLE, POLICY_WORDS, Media, Mode
from bridge.rooms.presses import Consequence
from bridge.web.wire.body import json_object
from bridge.web.wire.spelling import shown, wrong

_DIGITS = re.compile("[0-9]{1,9}")
SAID = ("created", "changed", "differs", "warning")
"""The words of a press that the room's page may repeat."""
YES, NO = ("1", "on", "true", "yes"), ("0", "off", "false", "no")


def _yes_no(value: object) -> bool:
    word = str(value).lower()
    if word in YES or word in NO:
        return word in YES
    raise ValueError("use 1 or 0, on or off, true or false, yes or no")


def _whole_number(value: object) -> int:
    if type(value) is int:
        return value
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    raise ValueError(f"use a whole number from 1 to {MAX_PEOPLE}")


def _names(value: object) -> object:
    """Those of a URL are separated by commas; a body may list them."""
    return tuple(value.split(",") if value else ()) if isinstance(value, str) else value


YesNo = Annotated[bool, BeforeValidator(_yes_no)]
People = Annotated[int, BeforeValidator(_whole_number), Field(ge=1, le=MAX_PEOPLE)]
Seats = Annotated[tuple[str, ...], BeforeValidator(_names)]


class Params(BaseModel):
    """What every short route takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = ""
    format: Literal["text", "json", "xml", "csv"] = "text"
    soft: YesNo = False


class StopParams(Params):
    when: Literal["", "empty"] = Field("", alias="if")


class WhoParams(Params):
    who: str = Field(min_length=1)


class WhatParams(WhoParams):
    what: What = What.MIC


class SayParams(WhoParams):
    text: str = Field(min_length=1)


class SeatParams(Params):
    seat: str = Field(min_length=1)


class SceneParams(Params):
    scene: str = ""


class TakeParams(Params):
    """``seat``: the seat, or its screen, that the scene shows; empty: its slate."""

    scene: str = Field(min_length=1)
    seat: str


class TitleParams(SeatParams):
    text: str = ""


class SetParams(Params):
    """The policy, and the name."""

    name: str | None = None
    media: Media | None = None
    max: People | None = None
    webinar: YesNo | None = None
    chat: YesNo | None = None
    screen: YesNo | None = None
    record: YesNo | None = None
    mode: Mode | None = None
    seats: Seats | None = None
    lobby: YesNo | None = None

    def policy(self) -> dict[str, Any]:
        """The given policy fields."""
        return {word: value for word in POLICY_WORDS if (value := getattr(self, word)) is not None}


def _some_of(known: Collection[str], said: str) -> AfterValidator:
    def check(value: str) -> str:
        if set(value.split(",")) <= set(known):
            return value
        raise ValueError(f"use {said}, separated by commas")

    return AfterValidator(check)


Words = Annotated[str, _some_of(SetParams.model_fields.keys() - Params.model_fields.keys(), "what create takes")]
Warnings = Annotated[str, _some_of(tuple(Consequence), ", ".join(sorted(Consequence)))]


class RoomParams(Params):
    """``SAID`` comes from a press that sent a browser on to the room's page."""

    created: YesNo | None = None
    changed: YesNo | None = None
    differs: Words | None = None
    warning: Warnings | None = None

    def said(self) -> dict[str, Any]:
        return {word: value for word in SAID if (value := getattr(self, word)) is not None}


class CreateParams(SetParams):
    preset: Literal["team", "webinar", "audio", "recorded"] = "team"
    start: YesNo = True
    strict: YesNo = False


P = TypeVar("P", bound=Params)


async def read(request: web.Request, model: type[P]) -> P:
    """The parameters of a press: query, the ending of the path, and a POST's JSON body.

    Raises ``BadRequest`` for a parameter that is none, ``BadSetting`` for a value; both name the parameter.
    """
    try:
        return model.model_validate(await _gathered(request))
    except ValidationError as error:
        raise _problem(error, model) from None


def _problem(error: ValidationError, model: type[Params]) -> BadSetting | BadRequest:
    """The first thing wrong, naming the parameter and the values it takes."""
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        known = ", ".join(sorted(field.alias or key for key, field in model.model_fields.items()))
        return BadRequest(f"{shown(name)} is no parameter here", f"use {known}")
    return BadSetting(wrong(name, first["input"]), fix_of(first))


def _once(values: Mapping[str, str]) -> dict[str, str]:
    """Every parameter at most once. Raises ``BadRequest``."""
    if len(values) != len(set(values)):
        raise BadRequest("a parameter is given twice", "give each parameter once")
    return dict(values)


async def _gathered(request: web.Request) -> dict[str, Any]:
    params: dict[str, Any] = _once(request.query)
    if request.method == "POST":
        body = await json_object(request, may_be_empty=True)
        if body.keys() & params.keys():
            raise BadRequest("a parameter is given twice", "give it in the URL or in the body")
        params |= body
    ending = request.match_info.get("ending", "")
    if ending:
        params["format"] = ending[1:]
    return params
