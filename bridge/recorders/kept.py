"""The files of recordings, whichever recorder made them and whether it is there now or not."""

import asyncio
from pathlib import Path

from bridge.rooms.model import Part, Recorded
from bridge.rooms.ports import Recorder


class KeptFiles:
    """Implements ``RecordedFiles``: the recorder's own, else what lies in the folder of recordings and nowhere else."""

    def __init__(self, folder: Path, recorder: Recorder | None) -> None:
        self._folder, self._recorder = folder, recorder

    def path(self, recorded: Recorded, part: Part) -> Path | None:
        own = self._own(recorded)
        path = own.path(part) if own else self._inside(part)
        return path if path is not None and path.is_file() else None

    async def erase(self, recorded: Recorded) -> None:
        own = self._own(recorded)
        if own:
            await own.erase(recorded)
        for path in filter(None, map(self._inside, recorded.parts)):
            await asyncio.to_thread(path.unlink, missing_ok=True)

    def _own(self, recorded: Recorded) -> Recorder | None:
        return self._recorder if self._recorder and self._recorder.kind == recorded.by else None

    def _inside(self, part: Part) -> Path | None:
        folder = self._folder.resolve()
        path = (folder / part.file).resolve()
        return path if path.is_relative_to(folder) and path != folder else None
