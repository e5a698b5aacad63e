"""Whatever is wrong with a value is said in our words, wherever somebody may give one."""

import inspect
from collections.abc import Iterator

import pytest
from pydantic import BaseModel, ValidationError

from bridge.faults import fix_of
from bridge.settings import Settings
from bridge.web.wire import params, spelling

BAD: tuple[object, ...] = (
    None, "", "x", "é" * 300, "1.5", 1.5, -1, 0, 10**6 + 1, 10**40, "9" * 30,
    True, [], [1], ["x"], {}, {"x": 1},
)  # fmt: skip
OTHERS = {"missing", "extra_forbidden", "none_required"}
"""The first two are said where they are met; the third stands behind another one, for a field that may be left out."""


def models() -> Iterator[type[BaseModel]]:
    yield Settings
    yield from (type(field.default) for field in Settings.model_fields.values() if isinstance(field.default, BaseModel))
    for module in (params, spelling):
        for _, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, BaseModel) and found is not BaseModel:
                yield found


@pytest.mark.parametrize("model", sorted(set(models()), key=repr), ids=repr)
def test_no_bad_value_is_answered_in_the_words_of_the_library(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        for value in BAD:
            try:
                model.model_validate({field.alias or name: value})
            except ValidationError as error:
                for problem in error.errors(include_url=False):
                    if problem["type"] in OTHERS:
                        continue
                    fix = fix_of(problem)
                    assert fix != problem["msg"]
                    assert "nput should" not in fix
                    assert fix != "write another value", (name, value, problem["type"])
