"""Who may make a browser call us. Host and prefetch are checked whatever the key; the origin unless the key came in a
header, which a foreign page cannot send: it would need a preflight, and none is granted.

``Sec-Fetch-Site`` decides alone where it is present (a page cannot forge it); browsers leave it out towards plain HTTP
on a LAN, so ``Origin`` and then ``Referer`` are asked there. vMix, Companion and curl send none of them. The host check
stops DNS rebinding. After Go's CrossOriginProtection and Starlette's TrustedHost.
"""

import ipaddress
import re
import socket
import threading
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from multidict import istr

from bridge.errors import BadHost, ForbiddenOrigin

SEC_PURPOSE, PURPOSE, SEC_FETCH_SITE = istr("Sec-Purpose"), istr("Purpose"), istr("Sec-Fetch-Site")
_HOST = re.compile(r"(?:\[(?P<ip>[^\[\]]*:[^\[\]]*)\]|(?P<name>[^:\[\]]+))(?::[0-9]{0,5})?")
"""A Host header to its last character: whatever stands beside an address or a name makes it another one."""


class Guard:
    """``hosts`` are further names this bridge may be called by; ``origins`` may call the join flow from their pages."""

    def __init__(self, hosts: Iterable[str], origins: Iterable[str]) -> None:
        self._hosts = {host.lower() for host in hosts} | _own_names()
        threading.Thread(target=self._learn_full_name, daemon=True).start()
        self.origins = frozenset(origins)
        self._known_good: set[str] = set()

    def check_host_and_prefetch(self, request: web.Request) -> None:
        """Raises ``BadHost``, ``ForbiddenOrigin``."""
        headers = request.headers
        host = headers.get(hdrs.HOST, "")
        if host not in self._known_good:
            self._check_host(host)
        if (SEC_PURPOSE in headers or PURPOSE in headers) and _is_prefetch(headers):
            raise ForbiddenOrigin("a prefetch presses no button")

    def check_origin(self, request: web.Request) -> None:
        """Raises ``ForbiddenOrigin``."""
        headers = request.headers
        site = headers.get(SEC_FETCH_SITE)
        if site is not None:
            if site not in ("same-origin", "none"):
                raise ForbiddenOrigin(f"the call comes from another web site (Sec-Fetch-Site: {_site(site)})")
            return
        for name in (hdrs.ORIGIN, hdrs.REFERER):
            value = headers.get(name)
            if value is not None:
                if not _same_origin(value, request.scheme, headers.get(hdrs.HOST, "")):
                    raise ForbiddenOrigin(f"the call comes from another web site ({name})")
                return

    def allows(self, origin: str) -> bool:
        """Whether pages of this origin may call the join flow."""
        return origin.lower() in self.origins

    def _learn_full_name(self) -> None:
        """The machine's name with its domain. A slow name server must not hold up the start."""
        self._hosts = self._hosts | {socket.getfqdn().lower()}

    def _check_host(self, host: str) -> None:
        parts = _HOST.fullmatch(host)
        name = parts["ip"] or parts["name"].removesuffix(".").lower() if parts else ""
        if not (name and (name in self._hosts or _is_ip(name))):
            raise BadHost("the bridge is not called by this name")
        if len(self._known_good) < 1000:
            self._known_good.add(host)


def _own_names() -> set[str]:
    name = socket.gethostname().lower()
    bare = name.partition(".")[0]
    return {"localhost", name, bare, f"{bare}.local"}


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _same_origin(value: str, scheme: str, host: str) -> bool:
    """Behind a proxy that ends TLS the scheme differs, so the host and port decide."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.netloc.lower() == host.lower() and parts.scheme in (scheme, "https")


def _is_prefetch(headers: Mapping[str, str]) -> bool:
    return "prefetch" in (headers.get(SEC_PURPOSE, "") + headers.get(PURPOSE, "")).lower()


def _site(site: str) -> str:
    return site if site in ("cross-site", "same-site") else "unknown"
