"""A PC behind a router: a network namespace with addresses in two LANs, a default route, and nobody on the other side.

``python -m tests.livekit_server.behind_router BINARY FOLDER STUN`` runs the bridge's livekit-server in there and prints
what it found, as JSON; ``command`` is how that is started from outside.
"""

import asyncio
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import aiohttp
from livekit import api

from bridge.livekit_server.config import ServerConfig
from bridge.livekit_server.network import lan_address
from bridge.livekit_server.process import LocalServer

LAN, SECOND_LAN, OUTSIDE = "192.168.77.20", "10.77.7.20", "203.0.113.5"
SETUP = (
    "ip link set lo up",
    "ip link add lan0 type veth peer name router0",
    f"ip addr add {LAN}/24 dev lan0",
    f"ip addr add {SECOND_LAN}/24 dev lan0",
    "ip addr add fd00::77:20/64 dev lan0 nodad",
    "ip link set lan0 up",
    "ip link set router0 up",
    "ip route add default via 192.168.77.1",
)
CANDIDATE = re.compile(rb"candidate:\S+ \d (udp|tcp) \d+ (\S+) (\d+) typ host")
SECONDS = 30


class CannotSeparate(Exception):
    """This machine makes no network namespace; the text says why."""


def command(*words: str) -> list[str]:
    """How a program of Python's is run in there. Raises ``CannotSeparate``."""
    apart = shutil.which("unshare")
    if not apart or not shutil.which("ip"):
        raise CannotSeparate("unshare and ip are missing")
    inside = ["sh", "-ec", " && ".join([*SETUP, 'exec "$@"']), "sh"]
    said = ""
    for way in ([apart, "-n"], [apart, "-rn"]):  # as root, and as somebody who is root in there alone
        tried = subprocess.run([*way, *inside, "true"], capture_output=True, text=True, check=False)
        if tried.returncode == 0:
            return [*way, *inside, sys.executable, "-m", *words]
        said = tried.stderr.strip()
    raise CannotSeparate(said)


async def _offered(server: LocalServer, token: str) -> list[str]:
    """The addresses that a client is offered for its media: what stands in LiveKit's messages as plain text."""
    found: set[str] = set()
    url = f"{server.url}/rtc?access_token={token}&protocol=12&auto_subscribe=1&sdk=js&version=2.0.0"
    async with aiohttp.ClientSession() as http, http.ws_connect(url) as socket, asyncio.timeout(SECONDS):
        while len(found) < 6:
            said = await socket.receive_bytes()
            found |= {b" ".join(groups).decode() for groups in CANDIDATE.findall(said)}
    return sorted(found)


async def _look(binary: Path, folder: Path, stun: bool) -> dict[str, object]:
    config = ServerConfig(address=OUTSIDE, stun=stun)
    server = LocalServer(binary, folder, config)
    await server.start()
    try:
        async with api.LiveKitAPI(server.url.replace("ws", "http", 1), server.api_key, server.api_secret) as livekit:
            await livekit.room.create_room(api.CreateRoomRequest(name="main"))
        token = api.AccessToken(server.api_key, server.api_secret).with_identity("ann")
        join = token.with_grants(api.VideoGrants(room_join=True, room="main")).to_jwt()
        return {"lan": lan_address(), "offered": await _offered(server, join)}
    finally:
        await server.stop()


if __name__ == "__main__":
    program, data, stun = sys.argv[1:]
    print(json.dumps(asyncio.run(_look(Path(program), Path(data), stun == "stun"))))
