"""The doctor on guests from the internet: which way is in place, what it lacks, and how long a certificate is good."""

import asyncio
import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from bridge.ops import check_internet
from bridge.ops.finding import Case, Finding
from bridge.ops.visit import Visit, visit
from bridge.settings import load
from tests.bridges import bridge_on
from tests.ports import free_port

PAGES = {
    "urls": {"public": "https://rooms.example.com"},
    "public": {"listen": "127.0.0.1:8791", "trusted_proxies": ["127.0.0.1"]},
}
CLOUD = {"url": "wss://show.livekit.cloud", "api_key": "API", "api_secret": "s" * 32}
HERE = "bridge.ops.check_internet"


def case(folder: Path, **settings: Any) -> Case:
    return Case(folder, loaded=load(None, folder, settings))


def local(folder: Path, advertise: str, **settings: Any) -> Case:
    """Of a bridge that runs its livekit-server here."""
    found = case(folder, **PAGES | settings | {"local": {"advertise": advertise}})
    found.kind = "local"
    return found


def lines(case: Case) -> list[str]:
    return [finding.line() for finding in check_internet.internet(case)]


def test_nobody_is_expected_by_default(tmp_path: Path) -> None:
    (line,) = lines(case(tmp_path))
    assert line.startswith("ok    internet: no guests from there")
    assert "README" in line


@pytest.mark.parametrize("url", ["http://127.0.0.1:8790", "https://192.168.1.20:8443", "https://localhost"])
def test_an_address_of_the_house_is_none_for_the_internet(tmp_path: Path, url: str) -> None:
    found = case(tmp_path, urls={"public": url})
    assert not check_internet.expected(found.loaded.settings) if found.loaded else False
    assert not list(check_internet.reached(found))


def test_a_door_without_a_name_is_noticed(tmp_path: Path) -> None:
    assert "has no name" in lines(case(tmp_path, public={"listen": "0.0.0.0:8443"}))[1]


def test_cloud_and_a_tunnel_lack_nothing(tmp_path: Path) -> None:
    assert lines(case(tmp_path, **PAGES, livekit=CLOUD)) == [
        "ok    internet: guests come in by https://rooms.example.com, and their media goes to LiveKit Cloud"
    ]


def test_a_rented_server_lacks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{HERE}.is_ours", lambda _: True)
    (line,) = lines(local(tmp_path, "8.8.4.4"))
    assert line.endswith("media goes to 8.8.4.4, this machine, by TCP 7881 and UDP 7882")


@pytest.mark.parametrize(
    ("url", "port"), [("https://rooms.example.com", 443), ("https://rooms.example.com:8443", 8443)]
)
def test_a_router_has_to_forward_three_ports(tmp_path: Path, url: str, port: int) -> None:
    (line,) = lines(local(tmp_path, "8.8.4.4", urls={"public": url}))
    assert line.endswith(
        f"the router of this machine, by TCP 7881 and UDP 7882, which has to forward TCP {port} as well"
    )


@pytest.mark.parametrize("advertise", ["192.168.1.20", "100.64.7.7", "loopback"])
def test_media_that_guests_do_not_reach(tmp_path: Path, advertise: str) -> None:
    """A tunnel before the livekit-server of this machine looks like this."""
    fine, lacking = lines(local(tmp_path, advertise))
    assert fine.startswith("ok    internet: guests come in")
    assert lacking.startswith("warn  internet: guests outside do not reach")
    assert "hear and see nobody" in lacking
    assert "LiveKit Cloud" in lacking


@pytest.mark.parametrize(
    ("settings", "lacking"),
    [
        ({"urls": {"public": "http://rooms.example.com"}}, "no camera and no microphone"),
        ({"public": {}}, "leads to the controls too"),
        ({"livekit": CLOUD | {"url": "ws://livekit.example.com"}}, "no https page connect to ws://"),
        ({"livekit": CLOUD | {"url": "ws://10.0.0.7:7880"}}, "guests do not reach ws://10.0.0.7:7880"),
        ({"livekit": {}, "media": "rehearsal"}, "no LiveKit yet"),
    ],
)
def test_what_a_way_may_lack(tmp_path: Path, settings: dict[str, Any], lacking: str) -> None:
    found = list(check_internet.internet(case(tmp_path, **PAGES | {"livekit": CLOUD} | settings)))
    assert [finding.level for finding in found] == ["ok", "warn"]
    assert lacking in found[1].detail
    assert found[1].todo


def test_where_browsers_find_it_counts(tmp_path: Path) -> None:
    livekit = CLOUD | {"url": "ws://10.0.0.7:7880", "public_url": "wss://livekit.example.com"}
    (line,) = lines(case(tmp_path, **PAGES, livekit=livekit))
    assert line.endswith("the LiveKit server livekit.example.com")


def files(folder: Path, days: float) -> dict[str, str]:
    """A certificate that ends in so many days, with the one above it, and its key."""
    made = trustme.CA().issue_cert("rooms.example.com", not_after=datetime.now(UTC) + timedelta(days=days))
    written = {"certificate": folder / "rooms.pem", "key": folder / "rooms.key"}
    written["certificate"].write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
    written["key"].write_bytes(made.private_key_pem.bytes())
    return {name: str(file) for name, file in written.items()}


def of_certificate(folder: Path, tls: dict[str, str]) -> Finding:
    (found,) = check_internet.certificate(case(folder, public={"listen": "0.0.0.0:8443", "tls": tls}))
    return found


@pytest.mark.parametrize(("days", "level"), [(80, "ok"), (13.9, "warn"), (0.5, "warn"), (-3, "bad")])
def test_a_certificate_that_ends_soon_is_said(tmp_path: Path, days: float, level: str) -> None:
    found = of_certificate(tmp_path, files(tmp_path, days))
    assert found.level == level, found
    assert time.strftime("%Y-%m-%d", time.gmtime(time.time() + days * 86400)) in found.detail


def test_a_certificate_that_cannot_be_used(tmp_path: Path) -> None:
    good, other = files(tmp_path, 80), tmp_path / "other"
    other.mkdir()
    for broken in (good | {"key": str(tmp_path / "none")}, good | {"key": files(other, 80)["key"]}):
        found = of_certificate(tmp_path, broken)
        assert (found.level, found.what) == ("bad", "certificate")
        assert found.todo


async def test_who_is_met_at_a_door(tmp_path: Path) -> None:
    authority, trusting = trustme.CA(), ssl.create_default_context()
    authority.configure_trust(trusting)
    made = authority.issue_cert("127.0.0.1")
    (tmp_path / "chain.pem").write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
    (tmp_path / "key.pem").write_bytes(made.private_key_pem.bytes())
    tls = {"certificate": str(tmp_path / "chain.pem"), "key": str(tmp_path / "key.pem")}
    async with bridge_on(tmp_path / "data", public={"listen": "127.0.0.1:0", "tls": tls}) as bridge:
        guests = await asyncio.to_thread(visit, bridge.running.public_url, trusting)
        assert guests.door == "guests"
        assert guests.ends
        assert guests.ends > time.time()
        assert (await asyncio.to_thread(visit, bridge.url)).door == "controls"
        strange = await asyncio.to_thread(visit, bridge.running.public_url)
        assert (strange.door, strange.untrusted) == ("", True)
        assert "no TLS" in (await asyncio.to_thread(visit, bridge.url.replace("http:", "https:"))).trouble


async def test_somebody_else_is_met_or_nobody() -> None:
    async def other(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(other, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert (await asyncio.to_thread(visit, f"http://127.0.0.1:{port}")).door == "another program"
    assert "nothing listens" in (await asyncio.to_thread(visit, f"http://127.0.0.1:{free_port()}")).trouble


@pytest.mark.parametrize(
    ("seen", "running", "level", "said"),
    [
        (Visit("guests"), True, "ok", "the bridge's door for guests"),
        (Visit("controls"), True, "warn", "leads to the controls"),
        (Visit("another program"), True, "warn", "something else"),
        (Visit("another program"), False, "ok", "no bridge runs"),
        (Visit(trouble="no answer within 3 s"), True, "warn", "no answer within 3 s"),
        (Visit(trouble="nothing listens there"), False, "ok", "no bridge runs"),
        (Visit(trouble="certificate has expired", untrusted=True), True, "warn", "certificate has expired"),
    ],
)
def test_what_is_made_of_a_visit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seen: Visit, running: bool, level: str, said: str
) -> None:
    monkeypatch.setattr(f"{HERE}.visit", lambda _: seen)
    examined: Any = case(tmp_path, **PAGES, livekit=CLOUD)
    examined.holder = object() if running else None
    (found,) = check_internet.reached(examined)
    assert (found.level, said in found.detail) == (level, True), found
    assert found.todo or seen.door == "guests"


def test_the_certificate_of_a_proxy_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{HERE}.visit", lambda _: Visit("guests", time.time() + 5 * 86400 + 60))
    ending, met = check_internet.reached(case(tmp_path, **PAGES, livekit=CLOUD))
    assert (ending.level, ending.what, met.level) == ("warn", "certificate", "ok")
    assert "https://rooms.example.com" in ending.detail
