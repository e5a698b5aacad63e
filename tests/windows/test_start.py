"""The published program on a Windows CPython."""

from bridge.version import VERSION

from .pc import Pc


def test_the_wheel_runs_there(pc: Pc) -> None:
    assert pc.bridge("--version").text == f"vmix-bridge {VERSION}\n"
