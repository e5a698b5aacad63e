"""What the server on this machine is told, and what is refused before it is told anything."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge.errors import MediaServerDown
from bridge.folder import LIVEKIT, LIVEKIT_KEYS
from bridge.livekit_server import config as configuration
from bridge.livekit_server import network
from bridge.livekit_server.config import Keys, ServerConfig, fingerprint, own_keys

KEYS = Keys("APIx", "made-up-secret-of-more-than-32-characters")


def content(config: ServerConfig) -> dict[str, Any]:
    made = json.loads(config.text(KEYS))
    assert isinstance(made, dict)
    return made


def test_by_default_nothing_leaves_this_machine() -> None:
    made = content(ServerConfig())
    assert made["port"] == 7880
    assert made["bind_addresses"] == ["127.0.0.1"]
    assert made["room"] == {"auto_create": False}
    assert made["keys"] == {KEYS.api_key: KEYS.api_secret}
    assert made["rtc"] == {
        "node_ip": "127.0.0.1",
        "use_external_ip": False,
        "udp_port": 7882,
        "tcp_port": 0,
        "enable_loopback_candidate": True,
        "ips": {"includes": ["127.0.0.0/8"]},
        "stun_servers": ["127.0.0.1:9"],
    }


def test_an_address_of_this_machine_is_the_only_one_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration, "is_ours", lambda _: True)
    rtc = content(ServerConfig(address="192.168.1.20"))["rtc"]
    assert (rtc["node_ip"], rtc["tcp_port"], rtc["ips"]) == ("192.168.1.20", 7881, {"includes": ["192.168.1.20/32"]})
    assert "enable_loopback_candidate" not in rtc


def test_a_routers_address_is_offered_beside_those_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration, "is_ours", lambda _: False)
    config = ServerConfig(address="203.0.113.5", told_by="192.168.1.20:40000")
    rtc = content(config)["rtc"]
    assert (rtc["node_ip"], rtc["tcp_port"]) == ("203.0.113.5", 7881)
    assert rtc["use_external_ip"]
    assert rtc["advertise_internal_ip"]
    assert rtc["skip_external_ip_validation"]
    assert rtc["stun_servers"] == ["192.168.1.20:40000"]
    assert content(replace(config, stun=True))["rtc"]["stun_servers"][0] == "192.168.1.20:40000"


def test_http_stays_on_loopback_whatever_is_advertised() -> None:
    assert content(ServerConfig(address="203.0.113.5"))["bind_addresses"] == ["127.0.0.1"]


def test_foreign_stun_only_when_wanted() -> None:
    assert "stun_servers" not in content(ServerConfig(stun=True))["rtc"]


def test_a_webhook_is_signed_with_the_own_key() -> None:
    made = content(ServerConfig(webhook="http://127.0.0.1:8790/hook"))
    assert made["webhook"] == {"api_key": "APIx", "urls": ["http://127.0.0.1:8790/hook"]}
    assert "webhook" not in content(ServerConfig())


def test_the_same_settings_have_the_same_fingerprint() -> None:
    assert fingerprint(ServerConfig().text(KEYS)) == fingerprint(ServerConfig().text(KEYS))
    assert fingerprint(ServerConfig().text(KEYS)) != fingerprint(ServerConfig(udp_port=7000).text(KEYS))


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    keys = own_keys(tmp_path)
    assert own_keys(tmp_path) == keys
    assert len(keys.api_secret) >= 32
    assert keys.api_secret not in repr(keys)
    (tmp_path / LIVEKIT_KEYS).unlink()
    assert own_keys(tmp_path) != keys


@pytest.mark.parametrize("text", ["", "{", "[]", '{"api_key": "a"}'])
def test_broken_keys_are_not_replaced_in_silence(tmp_path: Path, text: str) -> None:
    (tmp_path / LIVEKIT).mkdir()
    (tmp_path / LIVEKIT_KEYS).write_text(text)
    with pytest.raises(MediaServerDown, match=r"keys\.json cannot be read"):
        own_keys(tmp_path)


@pytest.mark.parametrize(
    ("value", "address"),
    [("", "127.0.0.1"), ("loopback", "127.0.0.1"), ("203.0.113.5", "203.0.113.5"), ("auto", "192.168.1.20")],
)
def test_the_advertised_address(monkeypatch: pytest.MonkeyPatch, value: str, address: str) -> None:
    monkeypatch.setattr(network, "lan_address", lambda: "192.168.1.20")
    assert network.advertised(value) == address


def test_auto_without_a_network_is_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "lan_address", lambda: None)
    assert network.advertised("auto") == "127.0.0.1"


@pytest.mark.parametrize("value", ["studio-pc", "0.0.0.0", "224.0.0.1", "::1", "192.168.1", "1.2.3.4:7882"])  # noqa: S104
def test_what_guests_cannot_reach_is_refused(value: str) -> None:
    with pytest.raises(MediaServerDown, match="no address that guests can reach"):
        network.advertised(value)


def test_the_lan_address_is_an_address_of_this_machine() -> None:
    address = network.lan_address()
    assert address is None or network.is_ours(address)
