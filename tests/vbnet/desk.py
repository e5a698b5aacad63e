"""An operator's desk: a running bridge with one room, its scripts as the bridge hands them out, and a vMix."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bridge.rooms.model import Room
from tests.bridges import Bridge
from tests.fakes import goes_in
from tests.rooms.fakes import FakeMedia
from vmix_scripts import SCRIPTS, decode

from .vmix import Ran, Vmix

SLUG = "main-stage"
TITLE = {"titleInput": "Lower Third", "titleField": "Headline.Text", "titleColourField": "Headline.Text"}
ON_A_TITLE = ("status", "watch")
ASKING = [script.name for script in SCRIPTS if "bridgeUrl" in {setting.name for setting in script.settings}]
"""The others have to do with vMix alone."""
PATIENCE = {"timeoutMs": 20_000}
"""Where no timeout is tested, a busy machine shall not make one."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What stands in front of an operator."""

    bridge: Bridge
    vmix: Vmix

    @property
    def room(self) -> Room:
        """The room as the bridge holds it; AssertionError when it holds none."""
        room = self.bridge.running.parts.store.by_slug(SLUG)
        assert room
        return room

    @property
    def has_room(self) -> bool:
        """Whether the bridge holds the room."""
        return self.bridge.running.parts.store.by_slug(SLUG) is not None

    async def make_room(self, query: str = "") -> None:
        """The room Main Stage, stopped unless `query` says otherwise."""
        answer = await self.bridge.get(f"/r/{SLUG}/create?name=Main%20Stage&{query or 'start=0'}")
        assert answer.status in (200, 502), answer.text

    async def remove_room(self) -> None:
        """As the command line removes it."""
        answer = await self.bridge.api("conferences/remove", {"id": self.room.id}, method="DELETE")
        assert answer.json == {"success": True}

    async def script(self, name: str, **settings: str | int) -> str:
        """A script as it is downloaded, with what an operator fills into its settings block."""
        async with self.bridge.http.get(
            f"{self.bridge.url}/r/{SLUG}/scripts/{name}.vb", headers={"X-Bridge-Key": self.bridge.studio_key}
        ) as response:
            assert response.status == 200
            text = decode(await response.read())
        own: dict[str, str | int] = {"newChat": "0"} if name == "set" else {}
        title = TITLE if name in ON_A_TITLE else {}
        patience = PATIENCE if name in ASKING else {}
        return filled(text, {**patience, **own, **title, **settings})

    async def press(self, name: str, **settings: str | int) -> Ran:
        """Download, fill in, run."""
        return await self.vmix.press(await self.script(name, **settings))


@asynccontextmanager
async def at_desk(bridges: Any, vmix: Vmix, query: str = "") -> AsyncIterator[Desk]:
    """A desk with the room Main Stage before a bridge that is about to be started."""
    async with bridges as bridge:
        desk = Desk(bridge, vmix)
        await desk.make_room(query)
        yield desk


def filled(script: str, settings: dict[str, Any]) -> str:
    """A script with values in its settings block, as an editor would change them."""
    for name, value in settings.items():
        written = f'"{value}"' if isinstance(value, str) else str(value)
        script, changed = re.subn(rf"(Dim {name} As System\.\w+ = )[^\r\n]*", rf"\g<1>{written}", script)
        assert changed == 1, name
    return script


def asked(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the bridge logged of what it was asked; downloads of scripts aside."""
    lines = [record.getMessage() for record in caplog.records if record.name == "bridge.access"]
    return [line for line in lines if "/scripts/" not in line]


def people_come_in(media: FakeMedia, desk: Desk, *identities: str) -> None:
    """They are inside, and LiveKit counts them; the bridge sees them at its next look."""
    goes_in(media, desk.bridge, SLUG, *identities)
    call = desk.room.call
    media.held[call] = replace(media.held[call], people=len(identities))


def says(ran: Ran, name: str, *words: str, slug: str = SLUG) -> None:
    """One line, which begins with the script and the room, and holds all of `words`."""
    line = re.sub(r"^\d\d:\d\d:\d\d ", "", ran.line) if name == "watch" else ran.line
    assert line.startswith(f"{name} {slug}: ")
    for word in words:
        assert word in line


def shows(vmix: Vmix, ran: Ran, name: str, text: str, colour: str) -> None:
    """The title holds `text` in `colour`; the other scripts told vMix nothing."""
    if name not in ON_A_TITLE:
        assert ran.functions == []
        return
    common = {"Input": "Lower Third", "SelectedName": "Headline.Text"}
    assert ran.functions == [
        {"function": "SetText", **common, "Value": text},
        {"function": "SetTextColour", **common, "Value": colour},
    ]
    assert vmix.text("Headline.Text") == text
    assert vmix.text("Description.Text") == "untouched"
