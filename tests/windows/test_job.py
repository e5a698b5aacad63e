"""The browser that records on that PC."""

import json
import time

from .pc import HANGS, PYTHON, THERE, Pc


def test_what_was_put_into_the_bridges_job_ends_when_the_bridge_is_killed(pc: Pc) -> None:
    with pc.start(PYTHON, rf"{THERE}\job.py") as process:
        assert process.stdout
        bridge, browser = json.loads(process.stdout.readline())
        assert _runs(pc, browser)
        pc.end(bridge)
        ends = time.monotonic() + HANGS
        while _runs(pc, browser):
            assert time.monotonic() < ends
            time.sleep(0.2)
        process.kill()


def _runs(pc: Pc, pid: int) -> bool:
    script = f"import psutil; print(psutil.pid_exists({pid}))"
    return pc.run(PYTHON, "-c", script).text.strip() == "True"
