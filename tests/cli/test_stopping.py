"""What ``up`` says when it ends with people inside; that it does so is seen in ``tests/live/test_stopping.py``."""

from dataclasses import replace

from bridge.cli.stopping import talk
from tests.rooms.fakes import a_person


def test_a_full_house_is_told_in_a_few_lines() -> None:
    full = [a_person(f"p{number}", joined=number) for number in reversed(range(17))]
    inside = {f"room-{number}": full if number == 0 else full[-1:] for number in range(8)}
    lines = list(talk(inside, by_hand=True))
    assert lines[1] == "  room-0: p0, p1, p2, p3, p4 and 12 more"
    assert lines[5:7] == ["  room-4: p0", "  and 3 more rooms"]
    assert len(lines) == 9


def test_a_guest_commands_no_terminal() -> None:
    guests = [replace(a_person("ann"), name="\x1b]0;owned\x07\n" + "a" * 500), replace(a_person("bob"), name="")]
    line = list(talk({"main": guests}, by_hand=False))[1]
    assert line.isprintable()
    assert line.endswith("aaa, bob")
    assert len(line) < 100
