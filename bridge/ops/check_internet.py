"""Guests from the internet: which of the README's ways is in place, and what it lacks. The bridge's own public address
is asked, and nobody else.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit

from bridge.errors import MediaServerDown
from bridge.livekit_server.network import advertised, is_ours
from bridge.ops.check_network import runs_server
from bridge.ops.finding import Case, Finding, bad, ok, warn
from bridge.ops.folder import words
from bridge.ops.visit import Visit, ends, visit
from bridge.setting_values import is_loopback
from bridge.settings import Settings

README = 'see "Guests from the internet" in the README'
CLOUD = ".livekit.cloud"
SOON_DAYS = 14
DAY = 24 * 3600


def internet(case: Case) -> Iterator[Finding]:
    """The way that guests take, by the settings: pages and signalling first, then media."""
    if case.loaded is None:
        return
    settings = case.loaded.settings
    if not expected(settings):
        yield ok("internet", "no guests from there: [urls] public names no address that they could reach", README)
        if settings.public.listen and not settings.urls.public:
            detail = f"the door for guests at {settings.public.listen} has no name: join links lead to this machine"
            yield warn("internet", detail, 'name it, as in [urls] public = "https://rooms.example.com"')
        return
    way, lacking = _media(case, settings)
    yield ok("internet", f"guests come in by {settings.urls.public}, and their media goes to {way}")
    yield from _pages(settings)
    yield from lacking


def certificate(case: Case) -> Iterator[Finding]:
    """That of the public door itself, where it has one."""
    if case.loaded is None or not case.loaded.settings.public.tls.certificate:
        return
    tls = case.loaded.settings.public.tls
    try:
        yield _good_until(tls.certificate, ends(Path(tls.certificate), Path(tls.key)))
    except OSError as error:  # ssl's own are such, too
        todo = "give a certificate chain and its key, without a password, as PEM files that this user may read"
        yield bad("certificate", f"{tls.certificate} and {tls.key} cannot be used: {words(error)}", todo)


def reached(case: Case) -> Iterator[Finding]:
    """Whether a guest's browser finds the door, as far as that shows from inside."""
    if case.loaded is None or not expected(case.loaded.settings):
        return
    url = case.loaded.settings.urls.public
    seen = visit(url)
    if seen.ends is not None and not case.loaded.settings.public.tls.certificate:
        yield _good_until(f"that of {url}", seen.ends)
    yield _who_answers(url, seen, running=case.holder is not None)


def expected(settings: Settings) -> bool:
    """Whether the settings name an address for guests that may be reached from everywhere."""
    host = urlsplit(settings.urls.public).hostname or ""
    return bool(host) and not _only_near(host)


def _only_near(host: str) -> bool:
    """Of this machine or of a private network; a name may be anybody's."""
    with suppress(ValueError):
        return not ip_address(host).is_global
    return is_loopback(host)


def _pages(settings: Settings) -> Iterator[Finding]:
    url, public = settings.urls.public, settings.public
    if not url.startswith("https:"):
        todo = f"put a proxy with a certificate before the bridge and make it https://: {README}"
        yield warn("internet", f"browsers give pages at {url} no camera and no microphone", todo)
    if not public.listen:
        todo = 'give them their own: [public] listen = "127.0.0.1:8791", and let the proxy or tunnel lead there'
        yield warn("internet", "guests have no door of their own: what leads them in leads to the controls too", todo)


def _media(case: Case, settings: Settings) -> tuple[str, list[Finding]]:
    """Where media goes, in words, and why it would not get there."""
    if runs_server(case):
        return _of_this_machine(settings)
    url = settings.livekit.public_url or settings.livekit.url
    host = urlsplit(url).hostname or ""
    if not host or settings.media == "rehearsal":
        todo = f"vmix-bridge livekit install, or a project at LiveKit Cloud: {README}"
        return "nobody", [warn("internet", "there is no LiveKit yet that guests could meet on", todo)]
    way = "LiveKit Cloud" if host.endswith(CLOUD) else f"the LiveKit server {host}"
    lacking = []
    if _only_near(host):
        todo = "set [livekit] public_url to where browsers outside find that server"
        lacking.append(warn("internet", f"guests do not reach {url}", todo))
    elif urlsplit(url).scheme in ("ws", "http") and settings.urls.public.startswith("https:"):
        todo = "put a proxy with a certificate before that server, and name it as wss://"
        lacking.append(warn("internet", f"browsers let no https page connect to {url}", todo))
    return way, lacking


def _of_this_machine(settings: Settings) -> tuple[str, list[Finding]]:
    local = settings.local
    try:
        address = advertised(local.advertise)
    except MediaServerDown as error:
        return "this machine", [bad("internet", error.message, error.hint)]
    needed = f"TCP {local.tcp_port} and UDP {local.udp_port}"
    if is_ours(address) and IPv4Address(address).is_global:
        return f"{address}, this machine, by {needed}", []
    if IPv4Address(address).is_global:
        forwards = f"which has to forward {_web(settings)} as well"
        return f"{address}, the router of this machine, by {needed}, {forwards}", []
    todo = (
        f"forward {needed} in the router and set [local] advertise to its public address; "
        f"a tunnel carries no media, and where there is no public address take LiveKit Cloud: {README}"
    )
    detail = f"guests outside do not reach {address}: they come in, and hear and see nobody"
    return f"{address}, by {needed}", [warn("internet", detail, todo)]


def _web(settings: Settings) -> str:
    parts = urlsplit(settings.urls.public)
    return f"TCP {parts.port or {'https': 443}.get(parts.scheme, 80)}"


def _who_answers(url: str, seen: Visit, *, running: bool) -> Finding:
    if seen.untrusted:
        todo = "where a browser outside says the same, renew it; a router that sends nothing back inside shows its own"
        return warn("certificate", f"what is shown here at {url} is refused by browsers: {seen.trouble}", todo)
    match seen.door:
        case "guests":
            return ok("internet", f"{url} leads to the bridge's door for guests")
        case "controls":
            todo = "let the proxy or tunnel lead to the address under [public] listen"
            return warn("internet", f"{url} leads to the controls: everybody may try keys there", todo)
        case "another program" if running:
            todo = "see where the name leads, and what the proxy or tunnel says"
            return warn("internet", f"something else than the bridge answers at {url}", todo)
    if not running:
        return ok("internet", f"{url} was not tried to the end: no bridge runs", "examine again while it does")
    todo = "open it with a phone outside the house: a router that sends nothing back inside looks the same from here"
    return warn("internet", f"{url} is not reached from here: {seen.trouble}", todo)


def _good_until(what: str, end: float) -> Finding:
    days = (end - time.time()) / DAY
    day = time.strftime("%Y-%m-%d", time.gmtime(end))
    if days < 0:
        return bad("certificate", f"{what} ended on {day}: browsers let nobody in", "renew it")
    if days < SOON_DAYS:
        return warn("certificate", f"{what} ends on {day}, in {days:.0f} days", "see why it was not renewed yet")
    return ok("certificate", f"{what} is good until {day}")
