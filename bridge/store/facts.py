"""What the data folder is: its schema number, and whether it ever had a real LiveKit server."""

from dataclasses import dataclass, replace

from bridge.store.collection import Collection, commit
from bridge.store.database import Database
from bridge.store.layout import Layout
from bridge.store.migrate import META, META_ROW


@dataclass(frozen=True, slots=True)
class _Folder:
    schema: int
    real_server: bool


class Facts:
    """The row of ``_meta``. Used from one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folders = Collection(database, META, FOLDER, lambda folder: str(META_ROW))

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


FOLDER = Layout(_Folder)
