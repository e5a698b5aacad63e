"""A recorder that writes real files and fails on demand: what a real one cannot be told to do."""

import asyncio
import contextlib
from dataclasses import replace
from pathlib import Path

from bridge.rooms.model import Part, Recorded
from bridge.rooms.ports import RecorderFailed

BYTES = bytes(range(256)) * 4


class StandIn:
    """Implements ``Recorder``. ``log`` holds every call as ``"start file"``; ``running`` are the files being made."""

    kind = "browser"

    def __init__(self, folder: Path, *, at_once: int = 1) -> None:
        self.folder, self.at_once = folder, at_once
        self.log: list[str] = []
        self.running: dict[str, asyncio.Future[str]] = {}
        self.errors: dict[str, Exception] = {}
        """By method: raised at each call of it, until taken out."""
        self.hangs: set[str] = set()
        """Methods that never answer."""
        self.deaf = False
        """Whether what hangs does not even hear that it is called off."""
        self.lacks = ""
        self.found = False
        """Whether what ran before a restart runs on."""

    def missing(self) -> str:
        return self.lacks

    async def start(self, recorded: Recorded) -> str:
        await self._called("start", recorded)
        file = recorded.parts[-1].file
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(BYTES)
        self.running[file] = asyncio.get_running_loop().create_future()
        return f"handle of {file}"

    async def find(self, recorded: Recorded) -> str | None:
        await self._called("find", recorded)
        if not self.found:
            return None
        file = recorded.parts[-1].file
        self.running.setdefault(file, asyncio.get_running_loop().create_future())
        return f"handle of {file}"

    async def ended(self, recorded: Recorded) -> str:
        return await asyncio.shield(self.running[recorded.parts[-1].file])

    async def stop(self, recorded: Recorded) -> Part:
        await self._called("stop", recorded)
        part = recorded.parts[-1]
        self.running.pop(part.file, None)
        path = self.folder / part.file
        there = path.exists()
        return replace(part, bytes=path.stat().st_size if there else 0, seconds=2.0 if there else 0.0)

    def path(self, part: Part) -> Path | None:
        return self.folder / part.file

    async def erase(self, recorded: Recorded) -> None:
        for part in recorded.parts:
            (self.folder / part.file).unlink(missing_ok=True)

    async def aclose(self) -> None:
        self.running.clear()

    def ends(self, why: str = "its browser ended by itself") -> None:
        """What runs ends by itself."""
        for end in self.running.values():
            if not end.done():
                end.set_result(why)

    def fails(self, why: str = "there is no browser") -> None:
        self.errors["start"] = RecorderFailed(why)

    async def _called(self, method: str, recorded: Recorded) -> None:
        self.log.append(f"{method} {recorded.parts[-1].file.rpartition('/')[2] if recorded.parts else ''}")
        while method in self.hangs:
            with contextlib.suppress(asyncio.CancelledError) if self.deaf else contextlib.nullcontext():
                await asyncio.sleep(0.01)
        if method in self.errors:
            raise self.errors[method]
