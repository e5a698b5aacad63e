"""A PC behind a router, and a guest outside: three network namespaces.

The PC has addresses in two LANs and the router as its way out. The router forwards what ``forward`` says to the PC and
nothing else: it sends nothing back into the house, and from one side to the other it passes no packet.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.needs import Unavailable, packages

LAN, SECOND_LAN, ROUTER, OUTSIDE, GUEST = "192.168.77.20", "10.77.7.20", "192.168.77.1", "203.0.113.5", "203.0.113.77"
PROJECT = Path(__file__).parents[2]
HANGS = 120
SETUP = f"""
apart() {{ unshare -n sleep {HANGS} & until [ "$(readlink /proc/$!/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do
  sleep 0.01; done; }}
apart; ROUTER=$!
apart; GUEST=$!
export ROUTER GUEST
trap 'kill $ROUTER $GUEST' EXIT
ip link add lan0 type veth peer name lan1 netns $ROUTER
ip addr add {LAN}/24 dev lan0
ip addr add {SECOND_LAN}/24 dev lan0
ip addr add fd00::77:20/64 dev lan0 nodad
ip link set lo up; ip link set lan0 up
ip route add default via {ROUTER}
nsenter -t $ROUTER -n sh -ec "ip link add wan0 type veth peer name wan1 netns $GUEST
  ip addr add {ROUTER}/24 dev lan1; ip addr add {OUTSIDE}/24 dev wan0
  ip link set lo up; ip link set lan1 up; ip link set wan0 up"
nsenter -t $GUEST -n sh -ec 'ip addr add {GUEST}/24 dev wan1; ip link set lo up; ip link set wan1 up'
"$@"
"""


async def on_the_pc(module: str, *words: object) -> Any:
    """What ``python -m module words`` prints there, as JSON. Skips the test where the machine has no namespaces."""
    process = await asyncio.create_subprocess_exec(
        *(*_there(), sys.executable, "-m", module, *map(str, words)),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(HANGS):
            said, trouble = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    assert process.returncode == 0, trouble.decode()
    return json.loads(said)


def elsewhere(name: str) -> list[str]:
    """How a program on the PC runs another one on the ``ROUTER``, or as the ``GUEST``."""
    return ["nsenter", "-t", os.environ[name], "-n", sys.executable, "-m"]


def _there() -> list[str]:
    try:
        packages("iproute2")
    except Unavailable as problem:
        pytest.skip(f"no network namespaces: {problem}")
    said = "unshare is missing"
    for way in ("-n", "-rn"):  # as root, and as somebody who is root in there alone
        there = [shutil.which("unshare") or "false", way, "sh", "-ec", SETUP, "sh"]
        tried = subprocess.run([*there, "true"], capture_output=True, text=True, check=False)
        if tried.returncode == 0:
            return there
        said = tried.stderr.strip() or said
    pytest.skip(f"no network namespaces: {said}")
