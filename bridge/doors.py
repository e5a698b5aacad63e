"""The sockets the bridge listens on: bound before anything is started, opened once all behind them is there."""

import socket
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bridge.files import private_folder, write_private
from bridge.folder import WEBHOOK_PORT
from bridge.livekit_server.network import LOOPBACK
from bridge.setting_values import split_listen
from bridge.settings import Public, Settings, SettingsError
from bridge.web.connections import serving
from bridge.web.tls import BadCertificate, Certificate


@dataclass(frozen=True, slots=True)
class Door:
    """``url`` is its own address, without a slash at its end."""

    sock: socket.socket
    url: str
    certificate: Certificate | None = None

    async def open(self, stack: AsyncExitStack, app: web.Application) -> None:
        if self.certificate:
            await stack.enter_async_context(self.certificate.kept_fresh())
        await stack.enter_async_context(serving(app, self.sock, self.certificate.context if self.certificate else None))


@dataclass(frozen=True, slots=True)
class Doors:
    """``control`` is for everything, ``public`` for guests."""

    control: Door
    public: Door | None

    @property
    def public_url(self) -> str:
        return self.public.url if self.public else ""


def bind(stack: AsyncExitStack, settings: Settings) -> Doors:
    """Raises ``SettingsError``."""
    return Doors(_bound(stack, "listen", settings.listen), _public(stack, settings.public))


def _public(stack: AsyncExitStack, public: Public) -> Door | None:
    if not public.listen:
        return None
    door = _bound(stack, "[public] listen", public.listen)
    if not public.tls.certificate:
        return door
    try:
        certificate = Certificate(Path(public.tls.certificate), Path(public.tls.key))
    except BadCertificate as error:
        raise SettingsError(f"[public.tls]: {error}") from None
    return Door(door.sock, door.url.replace("http:", "https:"), certificate)


def internal(stack: AsyncExitStack, data: Path) -> Door:
    """The one where the livekit-server of this machine tells what happens.

    At the same port after each start, if it is free: that server may have outlived the bridge.
    """
    file = data / WEBHOOK_PORT
    try:
        kept = int(file.read_text("ascii"))
    except (OSError, ValueError):
        kept = 0
    try:
        sock = socket.create_server((LOOPBACK, kept))
    except (OSError, OverflowError):
        sock = socket.create_server((LOOPBACK, 0))
    stack.callback(sock.close)
    port = sock.getsockname()[1]
    if port != kept:
        private_folder(file.parent)
        write_private(file, f"{port}\n")
    return Door(sock, f"http://{LOOPBACK}:{port}")


def _bound(stack: AsyncExitStack, setting: str, listen: str) -> Door:
    host, port = split_listen(listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        sock = socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise SettingsError(
            f"{setting} = {listen!r} cannot be used: {error.strerror or error}; stop what uses that port, "
            "or give another" + (" with --listen HOST:PORT" if setting == "listen" else "")
        ) from None
    stack.callback(sock.close)
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return Door(sock, f"http://{shown}:{sock.getsockname()[1]}")
