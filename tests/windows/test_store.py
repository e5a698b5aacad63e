"""What was acknowledged is on disk there, whoever dies or sits on the file."""

import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

import pytest

from .pc import PYTHON, THERE, Pc
from .up import Up, up

WRITES, WRITERS, BEFORE_THE_END = 1000, 8, 100


def test_the_task_manager_in_the_middle_of_1000_writes_loses_nothing(pc: Pc) -> None:
    data = r"C:\Absturz"
    with up(pc, data) as bridge:
        acknowledged = _write_until_it_dies(bridge)
        bridge.ended()
    assert BEFORE_THE_END <= len(acknowledged) < WRITES
    with up(pc, data) as bridge:
        status, rooms = bridge.api("conferences/getAll", {})
        assert status == 200
        assert {room["slug"]: room["max_participants"] for room in rooms}.items() >= acknowledged.items()


def _write_until_it_dies(bridge: Up) -> dict[str, int]:
    """The rooms that were acknowledged, with what they were told."""
    acknowledged: dict[str, int] = {}
    numbers, enough = count(1), threading.Event()

    def write() -> None:
        while (number := next(numbers)) <= WRITES:
            try:
                bridge.press(f"room-{number}/create", max=str(number), start="0")
            except OSError:
                return
            acknowledged[f"room-{number}"] = number
            if len(acknowledged) >= BEFORE_THE_END:
                enough.set()

    pid = bridge.pid
    with ThreadPoolExecutor(WRITERS) as writers:
        for _ in range(WRITERS):
            writers.submit(write)
        assert enough.wait(60)
        bridge.pc.end(pid)
    return acknowledged


def test_a_second_bridge_on_the_folder_is_refused_and_told_who_has_it(rehearsal: Up) -> None:
    done = rehearsal.pc.bridge("up", "--data", rehearsal.data, "--listen", "127.0.0.1:0", "--media", "rehearsal")
    assert done.code == 1
    assert f"process {rehearsal.pid}, serving {rehearsal.url}, already uses {rehearsal.data}" in done.text


@contextmanager
def held(bridge: Up, name: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Another program has that file of the data folder open, until its stdin is closed or the block ends."""
    command = (PYTHON, rf"{THERE}\hold.py", rf"{bridge.data}\{name}")
    with bridge.pc.start(*command, stdin=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline().strip() == b"held", process.communicate()
        try:
            yield process
        finally:
            process.stdin.close()
            assert process.stdout.read().strip() == b"let go"


@pytest.mark.parametrize("name", ["store.json", "store.json.bak"])
def test_a_press_outwaits_another_program_that_holds_the_file(rehearsal: Up, name: str) -> None:
    rehearsal.press("held/create")
    rehearsal.press("held/set", max="3")
    with ThreadPoolExecutor(1) as thread, held(rehearsal, name) as process:
        pressed = thread.submit(rehearsal.press, "held/set", max="4")
        with pytest.raises(TimeoutError):
            pressed.result(0.5)
        assert process.stdin
        process.stdin.close()
        pressed.result(30)
    assert " max=4 " in rehearsal.press("held")


def test_a_file_that_stays_held_is_said_with_what_to_do_and_costs_nothing(rehearsal: Up) -> None:
    rehearsal.press("stays/create", max="3")
    with held(rehearsal, "store.json"):
        status, text = rehearsal.get("/r/stays/set", max="4")
        assert status == 503
        assert text.startswith("ERR store_broken "), text
        assert "close the program that holds it" in text
    assert " max=3 " in rehearsal.press("stays")
    rehearsal.press("stays/set", max="5")
