"""What the data folder is: its schema number, and whether it ever had a real LiveKit server."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bridge.store.database import Database
from bridge.store.fields import Fields
from bridge.store.kept import Codec, Kept, commit
from bridge.store.migrate import META, META_ROW, SCHEMA


@dataclass(frozen=True, slots=True)
class _Folder:
    schema: int
    real_server: bool


class Facts:
    """The row of ``_meta``. Used from one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folders = Kept(database, META, FOLDER)

    @property
    def schema(self) -> int:
        return self._folder.schema

    @property
    def real_server(self) -> bool:
        """Whether this folder ever had a real LiveKit server: it never falls back to rehearsal then."""
        return self._folder.real_server

    async def remember_real_server(self) -> None:
        """Keep that there was a real server, for good; nothing is written when it is known. Raises ``StoreBroken``."""
        if not self.real_server:
            await commit(self._database, [self._folders.put(replace(self._folder, real_server=True))])

    @property
    def _folder(self) -> _Folder:
        return self._folders.things[str(META_ROW)]


def _row(folder: _Folder) -> Mapping[str, Any]:
    return {"schema": folder.schema, "real_server": folder.real_server}


def _folder(fields: Fields) -> _Folder:
    return _Folder(fields.number("schema", 1, SCHEMA), fields.flag("real_server"))


FOLDER = Codec(_row, _folder, key=lambda folder: str(META_ROW))
