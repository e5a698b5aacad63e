"""What Companion makes of an exported file, by its documented rules: the upgrades from version 9 on, then the checks
that an import trips over; and a stand-in for the keys it gets from it."""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.companion.expressions import evaluate

ACTIONS = {
    "get": {"url", "header", "jsonResultDataVariable", "result_stringify", "statusCodeVariable"},
    "custom_variable_set_value": {"name", "value", "create"},
}
"""Those of generic-http 3.1 and of Companion itself, after its upgrades, with their options."""
RESERVED = {"internal", "this", "local", "companion", "image", "custom", "expression", "page"}


def read(data: bytes) -> dict[str, Any]:
    """The file as a new Companion has it after its upgrades. ``AssertionError`` where it would lose or refuse any."""
    file = json.loads(data)
    assert file["version"] == 9
    assert file["type"] in ("page", "trigger_list")
    _check_connections(file["instances"])
    known = {"internal", *file["instances"]}
    for control in controls(file):
        for entity in _entities(control):
            assert entity["connectionId"] in known, "an entity of no known connection is dropped without a word"
    return _upgraded(file)


def controls(file: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if file["type"] == "trigger_list":
        yield from file["triggers"].values()
        return
    for row in file["page"]["controls"].values():
        yield from row.values()


def _check_connections(connections: Mapping[str, Mapping[str, Any]]) -> None:
    for connection in connections.values():
        assert re.fullmatch(r"[\w-]+", connection["label"])
        assert connection["label"] not in RESERVED
        assert connection["instance_type"] == "generic-http"


def _entities(control: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Actions and feedbacks of one control. Where one is missing a newer Companion falls over."""
    lists = [control["localVariables"]]
    if control["type"] == "trigger":
        lists += [control["actions"], control["condition"]]
    else:
        assert control["type"] == "button"
        assert isinstance(control["options"], dict)
        assert isinstance(control["style"], dict)
        lists.append(control["feedbacks"])
        for step in control["steps"].values():
            lists += step["action_sets"].values()
    seen = set()
    for entity in (entity for one in lists for entity in one):
        assert entity["type"] in ("action", "feedback")
        assert entity["id"] not in seen
        seen.add(entity["id"])
        assert isinstance(entity["options"], dict)
        yield entity


def _upgraded(file: dict[str, Any]) -> dict[str, Any]:
    """9 to 10: connections name their module otherwise; 10 to 11: every option says whether it is an expression; 11 to
    13: styles become layers, and a feedback's style becomes overrides."""
    file = copy.deepcopy(file)
    for connection in file["instances"].values():
        connection["moduleId"] = connection.pop("instance_type")
    for control in controls(file):
        for entity in _entities(control):
            _upgrade_entity(entity)
        if control["type"] == "button":
            _upgrade_style(control)
    file["version"] = 13
    return file


def _upgrade_entity(entity: dict[str, Any]) -> None:
    options = entity["options"]
    if entity["definitionId"] == "custom_variable_create_value":
        entity["definitionId"] = "custom_variable_set_value"
        options["create"] = True
    for name, value in options.items():
        options[name] = {"isExpression": False, "value": value}
    if entity["type"] == "action":
        assert set(options) == ACTIONS[entity["definitionId"]]
    else:
        assert (entity["definitionId"], entity["connectionId"]) == ("check_expression", "internal")
        assert set(options) == {"expression"}
        assert entity["style"], "a feedback of Companion's own without a style is taken for another kind"


def _upgrade_style(control: dict[str, Any]) -> None:
    style = control.pop("style")
    for color in (style["color"], style["bgcolor"]):
        assert 0 <= color <= 0xFFFFFF
    text = {"isExpression": style["textExpression"], "value": style["text"]}
    control["type"] = "button-layered"
    control["layers"] = {"text0.text": text, "text0.color": style["color"], "box0.color": style["bgcolor"]}
    for feedback in control["feedbacks"]:
        names = {"color": "text0.color", "bgcolor": "box0.color"}
        feedback["styleOverrides"] = {names[name]: value for name, value in feedback.pop("style").items()}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a key looks like."""

    text: str
    color: int
    background: int


@dataclass(frozen=True)
class Deck:
    """An imported page with the variables of the Companion that it is in; custom ones by their name."""

    file: Mapping[str, Any]
    custom: dict[str, Any]
    clock: int = 1_700_000_000

    @property
    def places(self) -> set[tuple[int, int]]:
        found = self.file["page"]["controls"]
        return {(int(row), int(column)) for row, keys in found.items() for column in keys}

    def key(self, row: int, column: int) -> dict[str, Any]:
        key: dict[str, Any] = self.file["page"]["controls"][str(row)][str(column)]
        return key

    def shows(self, row: int, column: int) -> Shown:
        """Of the feedbacks that hold, the lowest wins; the text's backslash and n is a new line."""
        key = self.key(row, column)
        look = dict(key["layers"])
        for feedback in key["feedbacks"]:
            holds = self.evaluated(feedback["options"]["expression"]["value"])
            assert isinstance(holds, bool)
            if holds:
                look |= feedback["styleOverrides"]
        text = look["text0.text"]
        said = self.evaluated(text["value"]) if text["isExpression"] else text["value"]
        return Shown(str(said).replace("\\n", "\n").strip(), look["text0.color"], look["box0.color"])

    def pressed(self, row: int, column: int) -> list[dict[str, Any]]:
        """The actions of a press, of the step that an expression chooses from 1 on, with their options."""
        key = self.key(row, column)
        steps = [key["steps"][number] for number in sorted(key["steps"], key=int)]
        number = 1
        if key["options"]["stepProgression"] == "expression":
            number = int(self.evaluated(key["options"]["stepExpression"]))
        return self.of(steps[min(max(number, 1), len(steps)) - 1]["action_sets"]["down"])

    def of(self, actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {"does": action["definitionId"]}
            | {name: self._filled(option["value"]) for name, option in action["options"].items()}
            for action in actions
        ]

    def evaluated(self, expression: str) -> Any:
        return evaluate(expression, self._variables())

    def _variables(self) -> dict[str, Any]:
        return {f"custom:{name}": value for name, value in self.custom.items()} | {"internal:time_unix": self.clock}

    def _filled(self, value: Any) -> Any:
        """A text option with its variables put in."""
        if not isinstance(value, str):
            return value
        return re.sub(r"\$\(([^)]+)\)", lambda found: str(self._variables().get(found[1], "$NA")), value)
