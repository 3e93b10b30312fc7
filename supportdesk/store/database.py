"""One SQLCipher file and the one thread that works on it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2
from sqlmodel import Session

from supportdesk.store import files, migrate, problems
from supportdesk.store.problems import Kind

T = TypeVar("T")

# The mirror can be rebuilt and need not wait for the disk; the casebook must be on it.
_PRAGMAS: dict[Kind, tuple[str, ...]] = {
    "mirror": ("synchronous = NORMAL", "cache_size = -65536"),
    "casebook": ("synchronous = FULL", "fullfsync = ON", "checkpoint_fullfsync = ON"),
}


class Database:
    """An open mirror or casebook. Every piece of work on it runs on its own single thread."""

    def __init__(self, path: Path, kind: Kind) -> None:
        self.path = path
        self.kind: Kind = kind
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=kind)
        self._driver: dbapi2.Connection | None = None
        self._writer: Engine | None = None
        self._reader: Engine | None = None

    @classmethod
    async def open(cls, path: Path, key_hex: str, kind: Kind) -> Database:
        """Open the file at `path`, made new if there is none, migrated if it is older.

        Args:
            path: the file; beside it lie its write-ahead log and copies set aside.
            key_hex: the 32-byte key as 64 hexadecimal digits.
            kind: which of the two files it is.

        Raises:
            UserFacing: db_locked_out, db_damaged, db_newer, db_disk_full, db_read_only, db_busy
                or db_disk_failed. An existing file is never replaced.
        """
        if not re.fullmatch("[0-9a-fA-F]{64}", key_hex):
            raise ValueError("a database key is 64 hexadecimal digits")
        database = cls(path, kind)
        try:
            await database._in_thread(lambda: database._open_or_shut(key_hex))
        except BaseException:
            database._thread.submit(database._shut)  # cancelled, yet opened a moment later
            database._thread.shutdown(wait=False)
            raise
        return database

    async def run(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one writing transaction: committed on return, undone on an exception.

        What `work` returns must not need the session any more. If the caller is cancelled, work
        that has begun is still finished.

        Raises:
            UserFacing: db_disk_full, db_read_only, db_busy, db_damaged, db_disk_failed.
        """
        return await self._in_thread(lambda: self._session(self._writer, work))

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run `work`, which changes nothing, without waiting for another writer of the file.

        Raises:
            UserFacing: as `run`.
        """
        return await self._in_thread(lambda: self._session(self._reader, work))

    async def close(self) -> None:
        """Finish the work under way and close the file. Closing again does nothing."""
        if self._driver is not None:
            await self._in_thread(self._shut)
            self._thread.shutdown()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.wrap_future(self._thread.submit(work))

    def _session(self, engine: Engine | None, work: Callable[[Session], T]) -> T:
        with (
            _plainly(self.kind),
            Session(engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            return work(session)

    def _open_or_shut(self, key_hex: str) -> None:
        try:
            self._open(key_hex)
        except BaseException:
            self._shut()
            raise

    def _open(self, key_hex: str) -> None:
        with _plainly(self.kind):
            try:
                if not self.path.exists():
                    log = self.path.with_name(f"{self.path.name}-wal")
                    if log.exists() or migrate.copies_of(self.path):
                        raise problems.damaged(self.kind)  # there was a file
                    with files.under_construction(self.path) as new:
                        _create(new, key_hex, self.kind)
                files.keep_private(self.path)
                size = self.path.stat().st_size
            except OSError as error:
                raise problems.of_system(error, self.kind) from None
            if size == 0:
                raise problems.damaged(self.kind)  # SQLite would take it for a new database
            self._driver = _connect(self.path, key_hex, self.kind)
            self._writer = _engine(self._driver)
            self._reader = self._writer.execution_options(reads=True)
            _bring_up_to_date(self._driver, self._writer, self.path, self.kind)
            self._driver.execute("PRAGMA journal_mode = WAL")
            self._driver.execute("PRAGMA foreign_keys = ON")

    def _shut(self) -> None:
        if self._writer is not None:
            self._writer.dispose()
        if self._driver is not None:
            self._driver.close()
        self._driver = self._writer = self._reader = None


@contextmanager
def _plainly(kind: Kind) -> Iterator[None]:
    """Turn the driver's errors into what a person can act on; bugs pass through."""
    try:
        yield
    except (DBAPIError, dbapi2.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        problem = problems.of_driver(cause, kind)
        if problem is None:
            raise
        raise problem from None


def _connect(path: Path, key_hex: str, kind: Kind) -> dbapi2.Connection:
    """Open a file and prove that the key fits."""
    driver = dbapi2.connect(str(path), isolation_level=None)
    try:
        driver.execute("PRAGMA cipher_log_level = NONE")  # or a wrong key is printed about
        driver.execute(f"PRAGMA key = \"x'{key_hex}'\"")
        driver.execute("PRAGMA busy_timeout = 5000")
        driver.execute("PRAGMA temp_store = MEMORY")  # temporary files would not be encrypted
        driver.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for pragma in _PRAGMAS[kind]:
            driver.execute(f"PRAGMA {pragma}")
    except dbapi2.Error as error:
        driver.close()
        if getattr(error, "sqlite_errorname", "") != "SQLITE_NOTADB":
            raise
        # A whole file consists of whole pages; one that was cut off does not.
        cut_off = path.stat().st_size % 4096
        raise (problems.damaged if cut_off else problems.locked_out)(kind) from None
    return driver


def _engine(driver: dbapi2.Connection) -> Engine:
    """Return an engine around an open connection, so that it never holds the key."""
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: driver,
        poolclass=StaticPool,
        hide_parameters=True,  # values never stand in an exception's text
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Taking the write lock at once waits for another writer; asking for it later would fail.
        reads = connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _create(new: Path, key_hex: str, kind: Kind) -> None:
    driver = _connect(new, key_hex, kind)
    engine = _engine(driver)
    try:
        driver.execute("PRAGMA synchronous = FULL")
        with engine.begin() as connection:
            migrate.upgrade(kind, connection)
    finally:
        engine.dispose()
        driver.close()


def _bring_up_to_date(driver: dbapi2.Connection, engine: Engine, path: Path, kind: Kind) -> None:
    version = migrate.version_of(driver)
    known = migrate.known_versions(kind)
    if version is None:
        raise problems.damaged(kind)
    if version not in known:
        raise problems.newer(kind)
    if version == known[-1]:
        return
    migrate.set_aside(path, version, driver)
    with engine.begin() as connection:
        migrate.upgrade(kind, connection)
    migrate.prune_copies(kind, path)
