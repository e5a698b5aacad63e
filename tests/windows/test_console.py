"""What somebody does at the console that ``up`` runs on, and what stands there afterwards.

Wine's console is a terminal of Linux, and the end of a console is acted by ``there/console.py``: this shows what the
bridge does with what Windows tells it, not that Windows tells it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.bridges import SECRETS
from tests.ports import free_port

from .console import Console, console
from .pc import PYTHON, THERE, Pc


@contextmanager
def up_at_a_console(pc: Pc, data: str) -> Iterator[tuple[Console, int]]:
    """``up`` on that folder, and its process id there."""
    listen = f"127.0.0.1:{free_port()}"
    command = (PYTHON, "-m", "bridge", "up", "--data", data, "--listen", listen, "--media", "rehearsal")
    with console(pc, *command) as window:
        window.until("a first room: ")
        SECRETS.add((pc.file(data) / "token").read_text().strip())
        yield window, json.loads((pc.file(data) / "service.json").read_text())["pid"]


def test_ctrl_c_ends_it_in_good_order(pc: Pc) -> None:
    with up_at_a_console(pc, r"C:\Strg C") as (window, _):
        window.type("\x03")
        assert window.ended() == 0
        window.until("stopping")
    assert not (pc.file(r"C:\Strg C") / "service.json").exists()


@pytest.mark.parametrize("event", ["break", "close"])
def test_ctrl_break_and_a_console_that_closes_end_it_in_good_order(pc: Pc, event: str) -> None:
    data = rf"C:\Konsole {event}"
    with up_at_a_console(pc, data) as (window, pid):
        window.tell(event, pid)
        window.ended()
        window.until("stopping")
    assert not (pc.file(data) / "service.json").exists()


def test_a_console_shows_every_name_whatever_its_code_page(pc: Pc) -> None:
    with console(pc, PYTHON, rf"{THERE}\pages.py", "1252", "65001", "Bühne 東京 Ст") as window:
        window.until("done")
        assert window.shown.count("Bühne 東京 Ст") == 2
