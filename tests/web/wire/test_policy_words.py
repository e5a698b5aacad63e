"""A field of the policy is known wherever people and programs meet it."""

from collections.abc import Collection

import click
import pytest

from bridge.cli.rooms import create, set_policy
from bridge.rooms.model import POLICY_WORDS
from bridge.web.routes.openapi import ROOM
from bridge.web.wire.params import SetParams
from bridge.web.wire.spelling import POLICY_FIELDS, ROOM_FIELDS, RoomFields
from vmix_scripts.card import POLICY

API = {word: field for field, word in POLICY_FIELDS.items()}


def flags(command: click.Command) -> set[str | None]:
    return {param.name for param in command.params}


@pytest.mark.parametrize("word", POLICY_WORDS)
def test_a_word_of_the_policy_is_spelled_everywhere(word: str) -> None:
    """The one list of the places a new word is written to, beside the class and its presets."""
    places: dict[str, Collection[str | None]] = {
        "bridge.web.wire.spelling.POLICY_FIELDS": API,
        "bridge.web.wire.params.SetParams": SetParams.model_fields,
        "bridge.cli.rooms.policy_options, at create": flags(create),
        "bridge.cli.rooms.policy_options, at set": flags(set_policy),
        "vmix_scripts.card.RoomCard": POLICY,
    }
    by_field = {
        "bridge.web.wire.spelling.RoomFields": RoomFields.model_fields,
        "bridge.web.wire.spelling.ROOM_FIELDS": ROOM_FIELDS,
        "bridge.web.routes.openapi.ROOM": ROOM["properties"],
    }
    missing = [place for place, words in places.items() if word not in words]
    missing += [place for place, fields in by_field.items() if API.get(word) not in fields]
    assert not missing, f"{word} is missing in {', '.join(missing)}"


def test_no_place_has_a_word_that_is_none() -> None:
    assert set(POLICY_WORDS) == set(API) == set(POLICY)
