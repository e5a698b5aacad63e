"""How the server on this machine is set up: its own key, its ports, and what guests are told about its address.

The file is JSON, which the server's YAML reader takes as it is.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from bridge.errors import MediaServerDown
from bridge.files import private_folder, read_json, write_private
from bridge.folder import LIVEKIT_KEYS
from bridge.livekit_server.network import LOOPBACK, is_ours

# The server hands its list of STUN servers to everyone, and an empty list means Twilio's and Google's. Nothing answers
# at this one. The server's own UDP port here would break media over UDP in silence.
NO_STUN = "127.0.0.1:9"
PUBLIC_STUN = ("global.stun.twilio.com:3478", "stun.l.google.com:19302", "stun1.l.google.com:19302")
"""The server's own list."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The key pair that the bridge and its server share."""

    api_key: str
    api_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """What may be chosen; ``address`` is the IPv4 address that guests send their media to (``network.advertised``).

    ``told_by`` is who tells a server behind a router that address, at its start (``stun.answering``).
    """

    port: int = 7880
    tcp_port: int = 7881
    udp_port: int = 7882
    address: str = LOOPBACK
    stun: bool = False
    webhook: str = ""
    told_by: str = ""

    @property
    def only_here(self) -> bool:
        """Whether nobody but this machine can take part."""
        return ip_address(self.address).is_loopback

    @property
    def behind_router(self) -> bool:
        """Whether guests send to an address that this machine does not have."""
        return not (self.only_here or is_ours(self.address))

    def text(self, keys: Keys) -> str:
        """The server's configuration file. It holds the secret."""
        return json.dumps(self._content(keys), indent=1, sort_keys=True)

    def _content(self, keys: Keys) -> dict[str, Any]:
        content: dict[str, Any] = {
            "port": self.port,
            "bind_addresses": [LOOPBACK],  # guests come through the bridge
            "keys": {keys.api_key: keys.api_secret},
            "logging": {"level": "error", "json": False},  # a warning about a refused join would hold the whole token
            "room": {"auto_create": False},
            "rtc": self._rtc(),
        }
        if self.webhook:
            content["webhook"] = {"api_key": keys.api_key, "urls": [self.webhook]}
        return content

    def _rtc(self) -> dict[str, Any]:
        rtc: dict[str, Any] = {
            "node_ip": self.address,
            "use_external_ip": False,
            "udp_port": self.udp_port,
            "tcp_port": 0 if self.only_here else self.tcp_port,  # left out, it is 7881 on every interface
        }
        if self.only_here:
            rtc |= {"enable_loopback_candidate": True, "ips": {"includes": ["127.0.0.0/8"]}}
        elif self.behind_router:  # node_ip alone is the only one offered, and many routers send nothing back inside
            rtc |= {"use_external_ip": True, "advertise_internal_ip": True, "skip_external_ip_validation": True}
            rtc["ips"] = {"excludes": ["::/0"]}
        else:
            rtc["ips"] = {"includes": [f"{self.address}/32"]}
        if self.told_by:
            rtc["stun_servers"] = [self.told_by, *(PUBLIC_STUN if self.stun else ())]
        elif not self.stun:
            rtc["stun_servers"] = [NO_STUN]
        return rtc


def fingerprint(text: str) -> str:
    """Equal for equal configurations; says nothing about the secret inside."""
    return hashlib.sha256(text.encode()).hexdigest()


def own_keys(data: Path) -> Keys:
    """The key pair kept in the data folder; made, once, where there is none."""
    path = data / LIVEKIT_KEYS
    if path.exists():
        kept = read_json(path)
        if not (isinstance(kept.get("api_key"), str) and isinstance(kept.get("api_secret"), str)):
            raise MediaServerDown(f"{path} cannot be read", "delete it: the server on this machine gets a new key")
        return Keys(kept["api_key"], kept["api_secret"])
    private_folder(path.parent)
    keys = Keys(f"API{secrets.token_hex(6)}", secrets.token_urlsafe(36))
    write_private(path, json.dumps({"api_key": keys.api_key, "api_secret": keys.api_secret}))
    return keys
