"""The media server that the settings choose, and what belongs to it where it runs on this machine."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bridge.doors import Door, internal
from bridge.livekit_server.config import ServerConfig
from bridge.livekit_server.install import find
from bridge.livekit_server.network import advertised
from bridge.livekit_server.process import LocalServer
from bridge.media.absent import AbsentServer
from bridge.media.choose import INSTALL_HINT, choose
from bridge.media.livekit import LiveKitServer
from bridge.media.rehearsal import RehearsalServer
from bridge.media.webhooks import Webhooks
from bridge.rooms.ports import MediaServer
from bridge.settings import Settings, SettingsError
from bridge.store.facts import Facts
from bridge.web.routes.webhooks import PATH as WEBHOOK_PATH


@dataclass(slots=True)
class ChosenMedia:
    """``local`` is the process behind it, where that is on this machine, and ``inner`` the door at which it and the
    browsers of this machine are let in."""

    server: MediaServer
    local: LocalServer | None = None
    inner: Door | None = None

    @property
    def signalling(self) -> str:
        """Where the signalling proxy goes: the server of this machine listens on loopback alone."""
        return self.server.url if isinstance(self.server, LiveKitServer) and self.server.kind == "local" else ""

    def url(self, settings: Settings) -> str:
        """Where browsers find LiveKit; empty where it is the address they called."""
        livekit, public = settings.livekit, urlsplit(settings.urls.public)
        if livekit.public_url:
            return livekit.public_url
        if self.server.kind != "local":
            return livekit.url.replace("http", "ws", 1) if livekit.url.startswith("http") else livekit.url
        return f"{public.scheme.replace('http', 'ws')}://{public.netloc}" if public.netloc else ""

    def inner_url(self, stack: AsyncExitStack, data: Path) -> str:
        """That of the inner door, which is made where there is none yet."""
        self.inner = self.inner or internal(stack, data)
        return self.inner.url

    def webhooks(
        self,
        settings: Settings,
        heard: Callable[[str, bool], None],
        clock_ms: Callable[[], int],
        recorded: Callable[[str], None],
    ) -> Webhooks | None:
        """What takes LiveKit's own word, where there is a LiveKit."""
        whose = self.local or settings.livekit
        return Webhooks(whose.api_key, whose.api_secret, heard, clock_ms, recorded) if whose.api_key else None


async def chosen_media(stack: AsyncExitStack, settings: Settings, data: Path, facts: Facts) -> ChosenMedia:
    """It runs, or is tried again and again. Raises ``SettingsError``."""
    binary = find(data, settings.local.binary)
    choice = choose(settings, binary, had_real=facts.real_server)
    if choice.kind == "local" and binary:
        media = await _local(stack, settings, data, binary)
    elif choice.kind == "livekit":
        livekit = settings.livekit
        media = ChosenMedia(LiveKitServer(livekit.url, livekit.api_key, livekit.api_secret))
    elif settings.media == "livekit":
        raise SettingsError('media = "livekit" needs url, api_key and api_secret under [livekit] in config.toml')
    else:
        media = ChosenMedia(AbsentServer(choice.missing, INSTALL_HINT) if choice.kind == "none" else RehearsalServer())
    stack.push_async_callback(media.server.aclose)
    if choice.is_real:
        await facts.remember_real_server()
    return media


async def _local(stack: AsyncExitStack, settings: Settings, data: Path, binary: Path) -> ChosenMedia:
    """The livekit-server of this machine: adopted or started; one that fails is tried again and again."""
    local, inner = settings.local, internal(stack, data)
    where, webhook = advertised(local.advertise), inner.url + WEBHOOK_PATH
    config = ServerConfig(local.port, local.tcp_port, local.udp_port, where, local.stun, webhook)
    server = LocalServer(binary, data, config)
    await server.start(keep_trying=True)
    stack.push_async_callback(server.aclose)
    livekit = LiveKitServer(
        server.url, server.api_key, server.api_secret, kind="local", trouble=lambda: server.status.trouble
    )
    return ChosenMedia(livekit, server, inner)
