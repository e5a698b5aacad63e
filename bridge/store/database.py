"""The one database of a data folder: a schema number, commits of many tables, and TinyDB's own way to look at them."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from io import UnsupportedOperation
from pathlib import Path
from typing import Any

import orjson
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from bridge.errors import StoreBroken, StoreStalled
from bridge.store.file import SafeFile
from bridge.store.migrate import META, META_ROW, SCHEMA, migration, schema_of
from bridge.store.rows import Change, Texts, decode, dump, parse
from bridge.store.writer import Writer

PUT_BACK = "put a good copy of the file back"
WAIT_SECONDS = 2.5
"""How long a commit is waited for, so that a press is answered within 3 s also when the disk stalls."""


class _Rows(Storage):
    """TinyDB's view of the rows on the disk: each read is a copy of its own, and rows are written by ``commit``."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def read(self) -> dict[str, dict[str, Any]]:
        tables: dict[str, dict[str, Any]] = orjson.loads(dump(self._writer.generation))
        return tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        raise UnsupportedOperation("rows are written with Database.commit")

    def close(self) -> None:
        self._writer.close()


class Database(TinyDB):
    """Opens ``path``, or makes it. The file is plain JSON that ``tinydb.TinyDB(path)`` reads.

    TinyDB's methods read here too, and refuse to write: of two ways to write, one would lose the other's rows.

    Opening blocks. Raises ``StoreBroken`` when no generation of the file can be read, when it was written by a newer
    version, or when a new one cannot be written. The caller holds the folder's lock; ``check`` raises ``StoreBroken``
    once it keeps others out no longer, and no write goes past it.
    """

    def __init__(self, path: Path, check: Callable[[], None] = lambda: None) -> None:
        self.path = path
        file = SafeFile(path, check)
        loaded = file.load(lambda data: _readable(path, data))
        self._writer = Writer(file, loaded or {})
        super().__init__(storage=lambda: _Rows(self._writer))
        try:
            if loaded is None:
                self._writer.commit_now([Change(META, META_ROW, {"schema": SCHEMA, "real_server": False})])
            elif older := migration(loaded):
                self._writer.commit_now(older.changes, older.drop)
        except (StoreBroken, KeyError) as error:
            self._writer.close()
            if isinstance(error, KeyError):
                raise StoreBroken(f"cannot start: a row in {path} has no {error}", PUT_BACK) from None
            raise

    @property
    def problem(self) -> str:
        """Why the latest write failed, or that one waits for too long; empty once all went well again."""
        return self._writer.problem

    def table(self, name: str, **options: Any) -> Table:
        """TinyDB's own table. Its cache of queries would not hear of commits, so there is none."""
        return super().table(name, **options | {"cache_size": 0})

    def rows(self, table: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Row ids and rows of ``table`` as they are on the disk, decoded one by one."""
        texts: Texts = self._writer.generation.get(table, {})
        return ((row_id, decode(text)) for row_id, text in texts.items())

    def new_id(self, table: str) -> int:
        """A row id for a new row of ``table``."""
        return self._writer.new_id(table)

    async def commit(
        self, changes: Iterable[Change], done: Callable[[bool], None] | None = None, *, patient: bool = False
    ) -> None:
        """Write rows of one or more tables, all or none; on the disk when this returns. Never blocks the loop.

        Commits apply in the order they are called in, and those that wait together share one write. Raises
        ``ValueError`` for a row that is no JSON and ``StoreBroken`` when the disk refuses; nothing is changed then.
        Raises ``StoreStalled`` after ``WAIT_SECONDS``; who is ``patient`` waits for however long the disk takes.

        A caller that stopped waiting, cancelled or stalled, may still find its commit on the disk: ``done`` is called
        in every case exactly once, on the loop, with whether it is, before a waiting caller goes on. It must not raise.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[None] = loop.create_future()

        def settle(error: StoreBroken | None) -> None:
            try:
                if done is not None:
                    done(error is None)
            finally:
                if answer.done():
                    pass
                elif error is None:
                    answer.set_result(None)
                else:
                    answer.set_exception(error)

        try:
            self._writer.submit(changes, settle, loop)
        except BaseException:
            if done is not None:
                done(False)
            raise
        try:
            async with asyncio.timeout(None if patient else WAIT_SECONDS):
                await answer
        except TimeoutError:
            raise StoreStalled(WAIT_SECONDS) from None

    async def aclose(self) -> None:
        """``close`` without holding the loop up: returns when everything accepted is on the disk or was refused."""
        await asyncio.to_thread(self.close)


def _readable(path: Path, data: bytes) -> dict[str, Texts]:
    """The generation in ``data``. Raises ``ValueError`` if it is no store, ``StoreBroken`` if it is from the future."""
    tables = parse(data)
    schema = schema_of(tables)
    if schema > SCHEMA:
        raise StoreBroken(
            f"{path} was written by a newer version (schema {schema}, this one knows {SCHEMA})",
            "start the newer version, or give this one another folder with --data",
        )
    return tables
