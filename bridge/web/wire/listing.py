"""``filter``, ``sort``, ``skip`` and ``limit`` of getAll and getCount, over rooms and recordings."""

from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from bridge.errors import BadRequest
from bridge.web.wire.spelling import ROOM_FIELDS, shown

LISTED = 1000
"""How many values ``$in`` and ``$nin`` may list."""
Test = Callable[[Any], bool]


def matching(
    objects: Iterable[Mapping[str, Any]], wanted: Mapping[str, Any], fields: Collection[str] = ROOM_FIELDS
) -> list[Mapping[str, Any]]:
    """The objects that ``wanted`` describes: equality, or ``$in $nin $ne $gt $gte $lt $lte``.

    Raises ``BadRequest`` naming the field or operator that is none.
    """
    for field in wanted:
        _check_field(field, "filter", fields)
    tests = [(field, test) for field, value in wanted.items() for test in _tests(field, value)]
    return [one for one in objects if all(test(one[field]) for field, test in tests)]


def ordered(
    objects: list[Mapping[str, Any]], sort: Mapping[str, int], fields: Collection[str] = ROOM_FIELDS
) -> list[Mapping[str, Any]]:
    """Sorted by the given fields, the first one first; 1 is upwards, -1 downwards."""
    for field, direction in reversed(list(sort.items())):
        _check_field(field, "sort", fields)
        objects = sorted(objects, key=lambda one: one[field], reverse=direction < 0)
    return objects


def _tests(field: str, value: Any) -> Iterable[Test]:
    if not isinstance(value, dict):
        _check_scalar(field, value)
        yield lambda actual: _same(actual, value)
        return
    if not value:
        raise BadRequest(f"filter on {field} is empty", "give a value or an operator such as $in")
    for operator, operand in value.items():
        if operator not in _OPERATORS:
            raise BadRequest(f"filter on {field} uses {shown(operator)}", f"use {' '.join(_OPERATORS)}")
        yield _OPERATORS[operator](field, operand)


def _one_of(field: str, operand: Any) -> Test:
    if not isinstance(operand, list):
        raise BadRequest(f"filter on {field}: $in and $nin take a list", 'as in {"$in": [1, 2]}')
    if len(operand) > LISTED:
        raise BadRequest(f"filter on {field} lists {len(operand)} values", f"list at most {LISTED}, or ask in parts")
    for value in operand:
        _check_scalar(field, value)
    wanted = {_kind_and(value) for value in operand}
    return lambda actual: _kind_and(actual) in wanted


def _none_of(field: str, operand: Any) -> Test:
    inside = _one_of(field, operand)
    return lambda actual: not inside(actual)


def _differs(field: str, operand: Any) -> Test:
    _check_scalar(field, operand)
    return lambda actual: not _same(actual, operand)


def _compares(test: Callable[[Any, Any], bool]) -> Callable[[str, Any], Test]:
    def make(field: str, operand: Any) -> Test:
        _check_scalar(field, operand)
        return lambda actual: type(actual) is type(operand) and test(actual, operand)

    return make


_OPERATORS: Mapping[str, Callable[[str, Any], Test]] = MappingProxyType(
    {
        "$in": _one_of,
        "$nin": _none_of,
        "$ne": _differs,
        "$gt": _compares(lambda actual, operand: bool(actual > operand)),
        "$gte": _compares(lambda actual, operand: bool(actual >= operand)),
        "$lt": _compares(lambda actual, operand: bool(actual < operand)),
        "$lte": _compares(lambda actual, operand: bool(actual <= operand)),
    }
)


def _same(actual: Any, value: Any) -> bool:
    return _kind_and(actual) == _kind_and(value)


def _kind_and(value: Any) -> tuple[bool, Any]:
    """What makes two values equal: 1 is 1.0 and not true."""
    return isinstance(value, bool), value


def _check_field(field: str, where: str, fields: Collection[str]) -> None:
    if field not in fields:
        raise BadRequest(f"{where} names {shown(field)}, which none of them has", f"use {' '.join(sorted(fields))}")


def _check_scalar(field: str, value: Any) -> None:
    if not isinstance(value, str | int | float | bool):
        raise BadRequest(f"filter on {field} takes a text, a number or true and false", "see the README")
