"""What nobody thought of, made from a seed: a failure is repeated with the same one."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

ODD: tuple[Callable[[Random], Any], ...] = (
    lambda _: None,
    lambda _: True,
    lambda random: random.choice((0, -1, 2**31, 2**63, -(2**64), 10**300, 0.1, 1e308)),
    lambda random: random.choice(("", "\0", "\u202e", "💥", "%s", "../..", "__proto__", "=1+1")),
    lambda random: "x" * random.choice((65, 129, 257, 5000)),
    lambda random: "".join(chr(random.randrange(0xD7FF)) for _ in range(random.randrange(40))),
    lambda random: [odd(random)],
    lambda random: {random.choice(("type", "code", "x", "")): odd(random)},
)
LITERALS = (b"NaN", b"-Infinity", b"1e999", b"9" * 4000, b'"\\ud800"', b'"\\u0000"', b"01", b"'x'", b"{", b"//")


def odd(random: Random) -> Any:
    """A value of any kind, mostly of the wrong one."""
    return random.choice(ODD)(random)


def noise(random: Random, most: int = 300) -> bytes:
    return random.randbytes(random.randrange(most))


def nested(random: Random) -> bytes:
    """Deeper than any stack."""
    deep = random.choice((200, 2000, 30_000))
    opened, closed = random.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'{"type":', b"}")))
    return (opened * deep + b"1" + closed * deep)[: 60 * 1024]


def spoiled(random: Random, sound: dict[str, Any]) -> bytes:
    """A sound message with something wrong in it, or all of it."""
    if random.random() < 0.15:
        return random.choice((noise(random), nested(random), json.dumps(odd(random)).encode()))
    spoilt = dict(sound)
    for _ in range(random.randrange(1, 3)):
        field = random.choice([*sound, "more"])
        if random.random() < 0.3:
            spoilt.pop(field, None)
        elif isinstance(within := sound.get(field), dict) and random.random() < 0.7:
            spoilt[field] = within | {random.choice([*within, "more"]): odd(random)}
        else:
            spoilt[field] = odd(random)
    text = json.dumps(spoilt, ensure_ascii=random.random() < 0.5).encode("utf-8", "replace")
    how = random.randrange(6)
    if how == 0:
        return text[: random.randrange(len(text))]
    if how == 1:
        where = random.randrange(len(text))
        return text[:where] + random.randbytes(random.randrange(1, 4)) + text[where + 1 :]
    if how == 2:
        return text.replace(b": ", b": " + random.choice(LITERALS) + b" ", 1)
    if how == 3:
        return text[:-1] + b"," + text[1:]  # each field twice
    return text
