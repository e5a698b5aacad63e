"""Companion's expression language, as much of it as pages use, after its documentation and not after our pages.

Literals, templates, ``$(label:name)``, ``! + - < > == != && || ?:``, brackets and functions. Whatever else is met is an
error, and so is a variable without a colon.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

TOKEN = re.compile(
    r"\s*(?:(?P<variable>\$\([^)]*\))|(?P<number>\d+)|(?P<string>'[^']*')|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>\|\||&&|==|!=|[-+!<>?:(),]))"
)
BINARY = (("||",), ("&&",), ("==", "!="), ("<", ">"), ("+", "-"))
"""From the loosest to the tightest."""


class Undefined:
    """JavaScript's, which is a variable that is not there."""

    def __bool__(self) -> bool:
        return False


UNDEFINED = Undefined()


def jsonpath(value: Any, path: str) -> Any:
    """``$.name`` of an object or of its JSON; what is no object has none. Arrays and objects within it are not read."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return UNDEFINED
    name = re.fullmatch(r"\$\.(\w+)", path)
    assert name, path
    return value.get(name[1], UNDEFINED) if isinstance(value, dict) else UNDEFINED


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "jsonpath": jsonpath,
    "substr": lambda text, start, end=None: shown(text)[int(start) : None if end is None else int(end)],
}


def evaluate(expression: str, variables: Mapping[str, Any]) -> Any:
    """``variables`` by ``label:name``."""
    if expression.startswith("`"):
        text, rest = _template(expression[1:], variables)
        assert not rest.strip(), rest
        return text
    reader = _Reader(_tokens(expression), variables)
    value = reader.choice()
    assert not reader.tokens, reader.tokens
    return value


def _template(text: str, variables: Mapping[str, Any]) -> tuple[str, str]:
    said = ""
    while not text.startswith("`"):
        if text.startswith("${"):
            inner, text = text[2:].split("}", 1)
            said += shown(evaluate(inner, variables))
        else:
            said, text = said + text[0], text[1:]
    return said, text[1:]


def shown(value: Any) -> str:
    match value:
        case Undefined():
            return "$NA"
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        token = TOKEN.match(text, at)
        assert token, f"{text[at:]!r} is nothing that Companion knows"
        assert token.lastgroup
        found.append((token.lastgroup, token[token.lastgroup]))
        at = token.end()
    return found


@dataclass
class _Reader:
    tokens: list[tuple[str, str]]
    variables: Mapping[str, Any]

    def choice(self) -> Any:
        test = self.binary(0)
        if not self.takes("?"):
            return test
        yes = self.choice()
        assert self.takes(":")
        no = self.choice()
        return yes if _true(test) else no

    def binary(self, level: int) -> Any:
        if level == len(BINARY):
            return self.unary()
        left = self.binary(level + 1)
        while self.tokens and self.tokens[0][1] in BINARY[level] and self.tokens[0][0] == "sign":
            sign = self.tokens.pop(0)[1]
            left = _apply(sign, left, self.binary(level + 1))
        return left

    def unary(self) -> Any:
        if self.takes("!"):
            return not _true(self.unary())
        return self.primary()

    def primary(self) -> Any:
        kind, text = self.tokens.pop(0)
        match kind:
            case "number":
                return float(text)
            case "string":
                return text[1:-1]
            case "variable":
                assert re.fullmatch(r"\$\([\w-]+:\w+\)", text), text
                return self.variables.get(text[2:-1], UNDEFINED)
            case "name":
                return self.call(text)
        assert text == "(", text
        inner = self.choice()
        assert self.takes(")")
        return inner

    def call(self, name: str) -> Any:
        assert self.takes("("), f"{name} alone is nothing"
        given = [self.choice()]
        while self.takes(","):
            given.append(self.choice())
        assert self.takes(")")
        return FUNCTIONS[name](*given)

    def takes(self, sign: str) -> bool:
        if self.tokens and self.tokens[0] == ("sign", sign):
            self.tokens.pop(0)
            return True
        return False


def _apply(sign: str, left: Any, right: Any) -> Any:
    match sign:
        case "||":
            return left if _true(left) else right
        case "&&":
            return right if _true(left) else left
        case "==":
            return _loosely(left, right)
        case "!=":
            return not _loosely(left, right)
        case "<":
            return _number(left) < _number(right)
        case ">":
            return _number(left) > _number(right)
        case "-":
            return _number(left) - _number(right)
    total = _number(left) + _number(right)
    return shown(left) + shown(right) if math.isnan(total) else total


def _true(value: Any) -> bool:
    return bool(value) and not (isinstance(value, float) and math.isnan(value))


def _loosely(left: Any, right: Any) -> bool:
    if isinstance(left, str) is isinstance(right, str):
        return bool(left == right)
    if isinstance(left, Undefined) or isinstance(right, Undefined):
        return False
    return _number(left) == _number(right)


def _number(value: Any) -> float:
    """As ``Number`` does it: nothing is 0, and what is no number is ``nan``."""
    match value:
        case Undefined():
            return math.nan
        case str() if not value.strip():
            return 0.0
        case str():
            try:
                return float(value)
            except ValueError:
                return math.nan
        case _:
            return float(value)
