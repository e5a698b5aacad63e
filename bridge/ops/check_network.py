"""Ports, addresses and what a router has to let through. No service outside is asked."""

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address
from urllib.parse import urlsplit

import psutil

from bridge.errors import MediaServerDown
from bridge.folder import SERVER_CONFIG
from bridge.livekit_server.child import ServerProcess
from bridge.livekit_server.install import find
from bridge.livekit_server.network import EVERYWHERE, LOOPBACK, advertised, is_free, is_ours, owner, program_name
from bridge.ops.finding import Case, Finding, bad, ok, warn
from bridge.setting_values import is_loopback, split_listen


def ports(case: Case) -> Iterator[Finding]:
    """Who has the ports that the bridge needs."""
    if case.loaded is None:
        return
    host, port = _listen(case)
    if port and ":" not in host:
        address = LOOPBACK if host == "localhost" else host
        yield _port(case, "tcp", address, port, "listen")
    if case.loaded.settings.public.listen:
        host, port = split_listen(case.loaded.settings.public.listen)
        if port and ":" not in host:
            yield _port(case, "tcp", LOOPBACK if host == "localhost" else host, port, "[public] listen")
    if runs_server(case):
        local = case.loaded.settings.local
        media, only_here = media_address(case)
        yield _port(case, "tcp", LOOPBACK, local.port, "[local] port")
        yield _port(case, "udp", media, local.udp_port, "[local] udp_port")
        if not only_here:
            yield _port(case, "tcp", EVERYWHERE, local.tcp_port, "[local] tcp_port")


def _port(case: Case, kind: str, address: str, port: int, setting: str) -> Finding:
    what = f"port {port}/{kind}"
    if is_free(kind, address, port):
        return ok(what, f"free, for {setting}")
    pid = owner(kind, port)
    if case.holder is not None and pid == case.holder.pid:
        return ok(what, "used by this bridge")
    if pid is not None and _is_our_server(case, pid):
        return ok(what, f"used by this bridge's livekit-server (process {pid})")
    if pid is None and case.holder is not None:
        return ok(what, "in use, most likely by this bridge: the system does not tell")
    return bad(
        what, f"used by {program_name(pid)}, and needed for {setting}", f"close that program, or change {setting}"
    )


def _is_our_server(case: Case, pid: int) -> bool:
    return ServerProcess.of_ours(pid, case.data.resolve() / SERVER_CONFIG) is not None


def addresses(case: Case) -> Iterator[Finding]:
    """Where guests in the same network find this machine."""
    states = psutil.net_if_stats()
    case.addresses = [
        entry.address
        for name, entries in psutil.net_if_addrs().items()
        for entry in entries
        if entry.family == socket.AF_INET and (name not in states or states[name].isup) and _leads_here(entry.address)
    ]
    if case.loaded is None:
        return
    settings = case.loaded.settings
    host, port = _listen(case)
    if settings.urls.public:
        yield ok("guests", f"join links lead to {settings.urls.public}")
        by_itself = bool(settings.public.listen and settings.public.tls.certificate)
        if settings.urls.public.startswith("https:") and not by_itself and not settings.public.trusted_proxies:
            yield warn(
                "guests",
                "the proxy before the bridge is not trusted: all guests count as one address, and ten of them who hold "
                "nothing but the room's id keep the eleventh waiting",
                'name it in config.toml, as in [public] trusted_proxies = ["127.0.0.1"]',
            )
    elif is_loopback(host):
        lan = f" (this machine is {', '.join(case.addresses)} in its network)" if case.addresses else ""
        at = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        todo = 'for others see "More than one machine" in the README'
        yield ok("guests", f"only this machine reaches {at}{lan}", todo)
    else:
        reached = case.addresses if host in (EVERYWHERE, "::") else [host]
        shown = ", ".join(f"http://{address}:{port}" for address in reached)
        yield (
            ok("guests", f"reached at {shown}")
            if shown
            else warn("guests", "this machine has no address in a network", "connect it to the network")
        )


def router(case: Case) -> Iterator[Finding]:
    """What to forward for guests from outside the house."""
    if case.loaded is None:
        return
    settings = case.loaded.settings
    if not runs_server(case):
        return
    try:
        address, only_here = advertised(settings.local.advertise), media_address(case)[1]
    except MediaServerDown as error:
        yield bad("router", error.message, error.hint)
        return
    if only_here:
        yield ok("router", "nothing to forward: calls stay on this machine", "[local] advertise says who gets in")
        return
    inside = address if is_ours(address) else next(iter(case.addresses), "this machine")
    needed = f"UDP {settings.local.udp_port} and TCP {settings.local.tcp_port}"
    yield ok(
        "router",
        f"for guests from outside, forward {needed} to {inside}, and HTTPS to the reverse proxy before the bridge",
        "" if IPv4Address(address).is_global else "and set [local] advertise to the router's public address",
    )


def public(case: Case) -> Iterator[Finding]:
    """Only what this machine knows by itself."""
    own = [address for address in case.addresses if IPv4Address(address).is_global]
    detail = f"{', '.join(own)} belongs to this machine" if own else "not known here; the router's own page shows it"
    yield ok("public address", detail)


def _listen(case: Case) -> tuple[str, int]:
    """Where the bridge listens; a running one that may take any port says which it has."""
    assert case.loaded is not None  # noqa: S101 - asked by the callers
    host, port = split_listen(case.loaded.settings.listen)
    if case.started and case.holder and case.holder.address:
        port = urlsplit(case.holder.address).port or port
    return host, port


def runs_server(case: Case) -> bool:
    """Whether the examined bridge runs a livekit-server on this machine."""
    if case.loaded is None:
        return False
    settings = case.loaded.settings
    return case.kind == "local" or (settings.runs_here and find(case.data, settings.local.binary) is not None)


def media_address(case: Case) -> tuple[str, bool]:
    """What the server binds for media, and whether only this machine can take part."""
    assert case.loaded is not None  # noqa: S101 - asked by the callers
    try:
        address = advertised(case.loaded.settings.local.advertise)
    except MediaServerDown:
        return EVERYWHERE, False
    return (address if is_ours(address) else EVERYWHERE), IPv4Address(address).is_loopback


def _leads_here(address: str) -> bool:
    parsed = IPv4Address(address)
    return not (parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified)
