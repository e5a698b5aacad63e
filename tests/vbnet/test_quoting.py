"""What VB reads back is what went in, whatever it is; no value leaves its string, starts a comment or adds a line."""

import random

from hypothesis import given
from hypothesis import strategies as st

from vmix_scripts.quote import LINE_MAX, assignments, comment

from .compiler import Compiler
from .reader import COMMENT_MARKS, DOUBLE_QUOTES, LINE_ENDS, read, values
from .vmix import Vmix

LINE_END_LETTERS = "\r\n\u0085\u2028\u2029\v\f"
NASTY = st.sampled_from(DOUBLE_QUOTES + COMMENT_MARKS + LINE_END_LETTERS + "&_ \\:\x00\t\u00a0\u202e\ufeff\ud83c🎥жÜ")
TEXTS = st.text(st.one_of(NASTY, st.characters()), max_size=300)
CODE = [
    '" & API.XML() & "',
    "System.Convert.ToChar(65)",
    '""',
    '"',
    "' comment",
    "End Sub",
    "\r\nStop",
    "“",
    "＂ : Stop '",
]


@given(TEXTS)
def test_reading_gives_back_what_was_written(value: str) -> None:
    script = "\r\n".join(assignments("roomName", value))

    assert values(script)["roomName"].encode("utf-16-le", "surrogatepass") == value.encode("utf-16-le", "surrogatepass")


@given(TEXTS)
def test_no_value_leaves_its_string(value: str) -> None:
    written = assignments("roomName", value)

    lines = read("\n".join(written))
    assert len(lines) == len(written)
    assert [line.comment for line in lines] == [""] * len(lines)
    assert all(len(line.text.encode("utf-16-le", "surrogatepass")) // 2 <= LINE_MAX for line in lines)


@given(TEXTS)
def test_no_value_leaves_its_comment(value: str) -> None:
    line = f"' Room: {comment(value)}"

    assert LINE_ENDS.split(line) == [line]
    assert len(line) <= LINE_MAX


def test_the_real_compiler_reads_the_same(vmix: Vmix) -> None:
    chance = random.Random(2026)
    letters = DOUBLE_QUOTES + COMMENT_MARKS + LINE_END_LETTERS + "aж\"'& _\x00\u00a0\ufeff🎥\udc00"
    made = ["".join(chance.choices(letters, k=chance.randint(0, 200))) for _ in range(60)]
    inputs = [*CODE, "", *letters, *made]
    script: list[str] = []
    for number, value in enumerate(inputs):
        script += assignments(f"value{number}", value)
        script += [
            f'Dim codes{number} As System.String = ""',
            f"For Each letter As System.Char In value{number}",
            f'    codes{number} = codes{number} & System.Convert.ToInt32(letter).ToString("x4")',
            "Next",
            f'Console.WriteLine(codes{number} & ".")',
        ]

    ran = vmix.run("\r\n".join(script))

    assert ran.lines == [value.encode("utf-16-be", "surrogatepass").hex() + "." for value in inputs]


def test_both_language_versions_take_every_quoted_value(compiler: Compiler) -> None:
    script = "\r\n".join(line for number, value in enumerate(CODE) for line in assignments(f"value{number}", value))

    assert compiler.check(script, 9).diagnostics == []
    assert compiler.check(script, 11).diagnostics == []
