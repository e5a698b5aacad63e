"""Coming in as a guest's browser would: who answers at an address, and how long is its certificate good?"""

import http.client
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

SECONDS = 3.0
NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME: one that has ended is to say when."""

Door = Literal["guests", "controls", "another program", ""]


@dataclass(frozen=True, slots=True)
class Visit:
    """``door`` is who answered, empty where nobody did: ``trouble`` says why then, and ``untrusted`` whether a browser
    would refuse the certificate. ``ends`` is when that is over, in seconds since 1970.
    """

    door: Door = ""
    ends: float | None = None
    trouble: str = ""
    untrusted: bool = False


def visit(url: str, context: ssl.SSLContext | None = None) -> Visit:
    """Ask at a public address, within a few seconds once its name is known."""
    parts = urlsplit(url)
    host, ends = parts.hostname or "", None
    line = (
        http.client.HTTPSConnection(host, parts.port, timeout=SECONDS, context=context)
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=SECONDS)
    )
    try:
        line.connect()
        if isinstance(line.sock, ssl.SSLSocket):
            ends = _ends(line.sock.getpeercert())
        line.request("GET", f"{parts.path}/health")
        return Visit(_door(line.getresponse().read(1024)), ends)
    except ssl.SSLCertVerificationError as error:
        return Visit(trouble=error.verify_message, untrusted=True)
    except (OSError, http.client.HTTPException) as error:
        return Visit(ends=ends, trouble=_why(error))
    finally:
        line.close()


def ends(certificate: Path, key: Path) -> float:
    """When a certificate of ours is over, in seconds since 1970. Raises ``OSError`` where the files cannot be used.

    Python tells that of nobody but a peer that it trusts: so both sides of a connection are here.
    """
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    server.load_cert_chain(certificate, key, password="")  # else one that has a password is asked for on the terminal
    client.load_verify_locations(certificate)
    client.check_hostname = False
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VerifyFlags(NO_CHECK_TIME)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    guest, door = client.wrap_bio(back, there), server.wrap_bio(there, back, server_side=True)
    for side in (guest, door, guest):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    found = _ends(guest.getpeercert())
    if found is None:
        raise OSError(f"{certificate} does not say when it ends")
    return found


def _ends(certificate: object) -> float | None:
    said = certificate.get("notAfter") if isinstance(certificate, dict) else None
    return ssl.cert_time_to_seconds(said) if isinstance(said, str) else None


def _door(line: bytes) -> Door:
    """The door for guests knows no /health, and says so as the bridge does."""
    if line.startswith(b"ERR not_found "):
        return "guests"
    return "controls" if line.startswith((b"OK bridge ", b"ERR ")) else "another program"


def _why(error: OSError | http.client.HTTPException) -> str:
    match error:
        case socket.gaierror():
            return "its name is not known to this machine"
        case TimeoutError():
            return f"no answer within {SECONDS:.0f} s"
        case ConnectionRefusedError():
            return "the connection is refused: nothing listens there"
        case ssl.SSLError():
            return "what answers there speaks no TLS"
    return getattr(error, "strerror", None) or type(error).__name__
