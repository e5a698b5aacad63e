"""What stands in Windows' registry, read without a Windows; with one: tests/windows/test_doctor.py."""

import struct

import pytest

from bridge.ops.check_windows import Verdict, command, judge, last_connected, parse_rule

PROGRAM = r"C:\Program Files\Python313\python.exe"
ALLOW = f"v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Private|App={PROGRAM.upper()}|Name=Python|"


def verdict(*texts: str, protocol: str = "tcp", profile: str = "Private") -> Verdict:
    rules = [rule for text in texts if (rule := parse_rule(text))]
    return judge(rules, PROGRAM, protocol, 8790, profile)


def test_a_rule_lets_in_what_it_names() -> None:
    assert verdict(ALLOW) == "allowed"
    assert verdict(ALLOW, protocol="udp") == "missing"
    assert verdict(ALLOW, profile="Public") == "missing"
    assert verdict() == "missing"


@pytest.mark.parametrize("off", ["Active=FALSE", "Dir=Out"])
def test_a_rule_that_is_off_or_for_what_goes_out_does_not_count(off: str) -> None:
    name = off.partition("=")[0]
    assert verdict("|".join(off if part.startswith(f"{name}=") else part for part in ALLOW.split("|"))) == "missing"


@pytest.mark.parametrize(
    ("ports", "expected"), [("8790", "allowed"), ("8000-9000", "allowed"), ("80", "missing"), ("RPC", "missing")]
)
def test_a_rule_may_be_for_ports_whoever_listens_in_every_network(ports: str, expected: str) -> None:
    assert verdict(f"v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|LPort={ports}|Name=Web|") == expected


def test_a_rule_that_blocks_wins() -> None:
    assert verdict(ALLOW, ALLOW.replace("Allow", "Block")) == "blocked"


def test_the_command_adds_the_rule_or_turns_the_one_that_blocks() -> None:
    assert command("missing", PROGRAM, "Private") == (
        'netsh advfirewall firewall add rule name="vmix-bridge python" dir=in action=allow '
        rf'program="{PROGRAM}" profile=private'
    )
    assert command("blocked", PROGRAM, "Private") == (
        rf'netsh advfirewall firewall set rule name=all dir=in program="{PROGRAM}" new action=allow'
    )


def test_connections_are_compared_by_their_time() -> None:
    """Year, month, day of the week, day and so on: the day of the week does not count."""
    older, newer = struct.pack("<8H", 2026, 11, 6, 21, 9, 0, 0, 0), struct.pack("<8H", 2026, 11, 1, 23, 8, 0, 0, 0)
    assert last_connected(None) < last_connected(older) < last_connected(newer)
