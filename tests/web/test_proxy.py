"""nginx before the bridge, set up as the README says."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import trustme

from bridge.web.routes import events
from tests.bridges import bridge_on
from tests.needs import DEBIAN, had, packages
from tests.ports import free_port
from tests.test_docs import README
from tests.web.routes.test_events import KEY, Stream
from tests.web.test_public_door import authority, code, trusting, write

__all__ = ["authority"]

NGINX_GIVES_UP = 60
"""Seconds of silence, by default."""
AROUND = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {server}
}}
"""


@pytest.fixture
def nginx() -> str:
    had("nginx", lambda: packages("nginx-light"))
    return str(DEBIAN["nginx-light"])


def configuration(folder: Path, port: int, door: str) -> str:
    """The README's, with this machine's port, door and certificate."""
    found = re.search(r"<!-- nginx -->\n```nginx\n(.+?)```", README, re.DOTALL)
    assert found
    server = found[1]
    for written, here in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("/etc/letsencrypt/live/rooms.example.com/fullchain.pem", f"{folder}/guests.pem"),
        ("/etc/letsencrypt/live/rooms.example.com/privkey.pem", f"{folder}/guests.key"),
        ("http://127.0.0.1:8791;", f"{door};"),
    ):
        assert server.count(written) == 1
        server = server.replace(written, here)
    return AROUND.format(folder=folder, server=server)


@asynccontextmanager
async def proxied(
    nginx: str, folder: Path, authority: trustme.CA, door: str, port: int
) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser that comes by https, through nginx, to this door."""
    write(authority, folder)
    file = folder / "nginx.conf"
    file.write_text(configuration(folder, port, door))
    proxy = await asyncio.create_subprocess_exec(nginx, "-c", str(file), "-p", str(folder))
    connector = aiohttp.TCPConnector(ssl=trusting(authority))
    try:
        async with aiohttp.ClientSession(f"https://127.0.0.1:{port}", connector=connector) as guest:
            await _answers(guest)
            yield guest
    finally:
        proxy.terminate()
        await proxy.wait()


async def test_guests_come_in_and_the_controls_are_not_there(tmp_path: Path, authority: trustme.CA, nginx: str) -> None:
    """Guests are told apart by their addresses, the page knows that it came by https, and its WebSocket passes."""
    public = {"listen": "127.0.0.1:0", "trusted_proxies": ["127.0.0.1"]}
    async with bridge_on(tmp_path / "data", public=public) as bridge:
        await bridge.get("/r/main/create")
        port = free_port()
        async with proxied(nginx, tmp_path, authority, bridge.running.public_url, port) as guest:
            async with guest.get(f"/j/{code(bridge)}") as page:
                assert page.status == 200
            async with guest.ws_connect("/pages/live", headers={"Origin": f"https://127.0.0.1:{port}"}) as socket:
                await socket.send_json({"type": "hello", "code": code(bridge), "secret": "x" * 32})
                assert (await socket.receive_json(timeout=10))["type"] == "room"
            async with guest.get("/r/main/stop", headers={"X-Bridge-Key": bridge.studio_key}) as closed:
                assert closed.status == 404


async def test_event_streams_pass_as_they_come(
    tmp_path: Path, authority: trustme.CA, nginx: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How things are comes at once, a change when it happens, and comments before nginx takes it for dead."""
    assert events.COMMENT_SECONDS < NGINX_GIVES_UP / 2
    monkeypatch.setattr(events, "COMMENT_SECONDS", 0.3)
    async with bridge_on(tmp_path / "data") as bridge:
        await bridge.get("/r/main/create?seats=host")
        async with (
            asyncio.timeout(60),
            proxied(nginx, tmp_path, authority, bridge.url, free_port()) as program,
            program.get("/events", headers={KEY: bridge.studio_key}) as response,
        ):
            assert response.headers["Content-Type"] == "text/event-stream"
            stream = Stream(response)
            assert [(await stream.next())[0] for _ in range(4)] == ["room", "people", "tally", "scenes"]
            await bridge.get("/r/main/title?seat=host&text=Anna")
            assert (await stream.hears("people"))["people"][0]["title"] == "Anna"
            comments = 0
            async for line in response.content:
                comments += line.startswith(b":")
                if comments == 3:
                    break


async def _answers(guest: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                async with guest.get("/"):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
