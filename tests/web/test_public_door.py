"""The door for guests: pages and signalling by https, and nothing of the controls."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme

from bridge.rooms.model import Link, Role
from bridge.service import running
from bridge.settings import SettingsError, load
from bridge.web import tls
from tests.bridges import Bridge, bridge_on
from tests.rooms.house import until


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


def write(authority: trustme.CA, folder: Path) -> dict[str, str]:
    """A new certificate and its key for this machine; how the settings name them."""
    folder.mkdir(exist_ok=True)
    made = authority.issue_cert("127.0.0.1")
    files = {"certificate": folder / "guests.pem", "key": folder / "guests.key"}
    files["certificate"].write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
    files["key"].write_bytes(made.private_key_pem.bytes())
    return {name: str(file) for name, file in files.items()}


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@asynccontextmanager
async def with_a_door(folder: Path, authority: trustme.CA, **options: Any) -> AsyncIterator[Bridge]:
    public = {"listen": "127.0.0.1:0", "tls": write(authority, folder), **options}
    async with bridge_on(folder / "data", public=public) as bridge:
        yield bridge


def code(bridge: Bridge) -> str:
    room = bridge.running.parts.store.by_slug("main")
    assert room
    return bridge.running.parts.links.of(room)[Link(Role.SPEAKER)]


async def serial(url: str, authority: trustme.CA) -> object:
    """Of the certificate that is shown there now."""
    host, port = url.removeprefix("https://").split(":")
    _, writer = await asyncio.open_connection(host, int(port), ssl=trusting(authority))
    shown = writer.get_extra_info("ssl_object").getpeercert()["serialNumber"]
    writer.close()
    return shown


async def test_guests_come_in_by_https_and_the_controls_are_not_there(tmp_path: Path, authority: trustme.CA) -> None:
    async with with_a_door(tmp_path, authority) as bridge:
        await bridge.get("/r/main/create")
        door, context = bridge.running.public_url, trusting(authority)
        assert door.startswith("https://127.0.0.1:")
        assert (await bridge.get("/r/main/links.json")).json[0]["url"].startswith(f"{door}/j/")
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as guest:
            async with guest.get(f"{door}/j/{code(bridge)}") as page:
                assert (page.status, page.content_type) == (200, "text/html")
            async with guest.ws_connect(f"{door}/pages/live") as socket:
                await socket.send_json({"type": "hello", "code": code(bridge), "secret": "x" * 32})
                assert (await socket.receive_json(timeout=10))["server"] == "rehearsal"
            async with guest.get(f"{door}/") as sign:
                assert "Open the link" in await sign.text()
            key = {"X-Bridge-Key": bridge.studio_key, "x-access-token": bridge.token}
            for path in ("/r", "/r/main/stop", "/r/main/people", "/health", "/api/openapi.json"):
                async with guest.get(door + path, headers=key) as answer:
                    assert answer.status == 404, path
            for path in ("/api/conferences/getAll", "/api/keys/show", "/api/tokens/list"):
                async with guest.post(door + path, headers=key, json={}) as answer:
                    assert answer.status == 404, path
        assert (await bridge.get("/r/main/state")).text == "ready\n"


async def test_a_renewed_certificate_is_shown_without_a_restart(
    tmp_path: Path, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tls, "LOOK_SECONDS", 0.02)
    caplog.set_level("INFO")
    async with with_a_door(tmp_path, authority) as bridge:
        door = bridge.running.public_url
        first = await serial(door, authority)
        key = (tmp_path / "guests.key").read_bytes()
        (tmp_path / "guests.key").write_bytes(key[: len(key) // 2])
        await until(lambda: "the changed certificate is not used" in caplog.text)
        assert await serial(door, authority) == first
        write(authority, tmp_path)
        await until(lambda: "was read again" in caplog.text)
        assert await serial(door, authority) != first


@pytest.mark.parametrize("broken", ["missing", "no certificate", "another key"])
async def test_a_certificate_that_cannot_be_used_is_said_at_the_start(
    tmp_path: Path, authority: trustme.CA, broken: str
) -> None:
    files = write(authority, tmp_path)
    if broken == "missing":
        os.remove(files["key"])
    elif broken == "no certificate":
        files["certificate"] = files["key"]
    else:
        files["key"] = write(trustme.CA(), tmp_path / "other")["key"]
    options = {"listen": "127.0.0.1:0", "media": "rehearsal", "public": {"listen": "127.0.0.1:0", "tls": files}}
    with pytest.raises(SettingsError, match=r"\[public.tls\].*guests"):
        async with running(load(None, tmp_path, options), tmp_path / "data"):
            pass


async def test_half_a_certificate_is_no_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="key is missing"):
        load(None, tmp_path, {"public": {"listen": "127.0.0.1:0", "tls": {"certificate": "x.pem"}}})
