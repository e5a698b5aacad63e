"""Runs the bridge's livekit-server on the PC of ``tests.live.separate`` and prints what it found, as JSON:
``python -m tests.livekit_server.on_the_pc BINARY FOLDER yes|no`` (public STUN servers or not).
"""

import asyncio
import json
import re
import sys
from pathlib import Path

import aiohttp
from livekit import api

from bridge.livekit_server.config import ServerConfig
from bridge.livekit_server.network import lan_address
from bridge.livekit_server.process import LocalServer
from tests.live.forward import tcp
from tests.live.separate import LAN, OUTSIDE, elsewhere

CANDIDATE = re.compile(rb"candidate:\S+ \d (udp|tcp) \d+ (\S+) (\d+) typ host")
SECONDS = 30


async def _offered(server: LocalServer, token: str) -> list[str]:
    """The addresses that a client is offered for its media: what stands in LiveKit's messages as plain text."""
    found: set[str] = set()
    url = f"{server.url}/rtc?access_token={token}&protocol=12&auto_subscribe=1&sdk=js&version=2.0.0"
    async with aiohttp.ClientSession() as http, http.ws_connect(url) as socket, asyncio.timeout(SECONDS):
        while len(found) < 6:
            said = await socket.receive_bytes()
            found |= {b" ".join(groups).decode() for groups in CANDIDATE.findall(said)}
    return sorted(found)


async def _guest_gets_in(config: ServerConfig, token: str) -> str:
    """What happens to a guest outside, who comes by the public address alone."""
    pipe = asyncio.subprocess.PIPE
    signalling = await tcp(LAN, "127.0.0.1", config.port)
    ports = (config.udp_port, config.tcp_port, config.port)
    router = await asyncio.create_subprocess_exec(
        *elsewhere("ROUTER"), "tests.live.forward", OUTSIDE, LAN, *map(str, ports), stdout=pipe
    )
    url = f"ws://{OUTSIDE}:{config.port}"
    guest = await asyncio.create_subprocess_exec(
        *elsewhere("GUEST"), "tests.live.participant", url, token, stdin=pipe, stdout=pipe
    )
    try:
        assert router.stdout
        assert guest.stdout
        async with asyncio.timeout(SECONDS):
            await router.stdout.readline()
            return str(json.loads(await guest.stdout.readline())["event"])
    finally:
        guest.kill()
        router.kill()
        await asyncio.gather(guest.wait(), router.wait())
        signalling.close()


async def _look(binary: Path, folder: Path, stun: bool) -> dict[str, object]:
    config = ServerConfig(address=OUTSIDE, stun=stun)
    server = LocalServer(binary, folder, config)
    await server.start()
    try:
        async with api.LiveKitAPI(server.url.replace("ws", "http", 1), server.api_key, server.api_secret) as livekit:
            await livekit.room.create_room(api.CreateRoomRequest(name="main"))
        token = api.AccessToken(server.api_key, server.api_secret).with_identity("ann")
        join = token.with_grants(api.VideoGrants(room_join=True, room="main")).to_jwt()
        return {
            "lan": lan_address(),
            "offered": await _offered(server, join),
            "guest": await _guest_gets_in(config, join),
        }
    finally:
        await server.stop()


if __name__ == "__main__":
    program, data, stun = sys.argv[1:]
    print(json.dumps(asyncio.run(_look(Path(program), Path(data), stun == "yes"))))
