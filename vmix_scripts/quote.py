"""How a value gets into VB.NET source: the one place that knows what ends a string, a comment or a line there.

VB reads four characters as a double quote and five as the end of a line. Whatever is not plain printable text is
therefore spelled as a number. Nothing is refused: every Python string has a VB expression.
"""

from itertools import groupby
from typing import NamedTuple

LINE_MAX = 150
_OTHER_DOUBLE_QUOTES = "\u201c\u201d\uff02"


class _Token(NamedTuple):
    text: str
    quoted: bool


def assignments(variable: str, value: str) -> list[str]:
    """Statements that declare `variable` and give it exactly `value`, each at most `LINE_MAX` characters."""
    lines: list[str] = []
    head = f"Dim {variable} As System.String = "
    tokens: list[_Token] = []
    for token in _tokens(value):
        if tokens and _units(head + _expression([*tokens, token])) > LINE_MAX:
            lines.append(head + _expression(tokens))
            head = f"{variable} = {variable} & "
            tokens = []
        tokens.append(token)
    return [*lines, head + _expression(tokens)]


def comment(text: str, limit: int = 100) -> str:
    """`text` for a comment: one line, shortened to `limit`, a question mark for what is not plain printable text."""
    line = "".join(character if character.isprintable() else "?" for character in text)
    return line if len(line) <= limit else line[: limit - 3] + "..."


def _tokens(value: str) -> list[_Token]:
    """Each character as it stands inside a string, doubled, or as a call that makes it."""
    tokens: list[_Token] = []
    for character in value:
        if character == '"':
            tokens.append(_Token('""', True))
        elif character.isprintable() and character not in _OTHER_DOUBLE_QUOTES:
            tokens.append(_Token(character, True))
        else:
            units = character.encode("utf-16-be", "surrogatepass")
            codes = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
            tokens.extend(_Token(f"System.Convert.ToChar({code})", False) for code in codes)
    return tokens


def _expression(tokens: list[_Token]) -> str:
    """String pieces and calls joined by `&`; begins with a string, so that the whole is one."""
    parts: list[str] = [] if tokens and tokens[0].quoted else ['""']
    for quoted, group in groupby(tokens, key=lambda token: token.quoted):
        texts = [token.text for token in group]
        parts.extend([f'"{"".join(texts)}"'] if quoted else texts)
    return " & ".join(parts)


def _units(text: str) -> int:
    """Length in UTF-16, as VB counts."""
    return len(text.encode("utf-16-le")) // 2
