"""One SQLCipher file and the threads that work on it: one writes, for the mirror another reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2
from sqlmodel import Session

from supportdesk.store import files, migrate, problems
from supportdesk.store.lane import Lane, engine_around
from supportdesk.store.problems import Kind

T = TypeVar("T")

# The mirror can be rebuilt and need not wait for the disk; the casebook must be on it.
_PRAGMAS: dict[Kind, tuple[str, ...]] = {
    "mirror": ("synchronous = NORMAL", "cache_size = -32768", "wal_autocheckpoint = 4000"),
    "casebook": (
        *("synchronous = FULL", "fullfsync = ON", "checkpoint_fullfsync = ON"),
        "secure_delete = ON",  # what is erased is overwritten, not only let go
    ),
}

_READ_CACHE = -8192  # KiB: what a search in a million looks at, the system's cache holds the rest


class Database:
    """An open mirror or casebook. What writes runs on one thread, one piece after the other.

    The mirror is read on a thread and a connection of its own, so that a key stroke never waits
    for what is being stored; the casebook is small and is read where it is written.
    """

    def __init__(self, path: Path, kind: Kind) -> None:
        self.path = path
        self.kind: Kind = kind
        self._writing = Lane(kind)
        self._reading = Lane(f"{kind}-reads") if kind == "mirror" else self._writing

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
            await database._writing.do(lambda: database._open_or_shut(key_hex))
        except BaseException:
            database._writing.finish(database._shut)  # cancelled, yet opened a moment later
            if database._reading is not database._writing:
                database._reading.finish(lambda: None)
            raise
        return database

    async def run(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one writing transaction: committed on return, undone on an exception.

        What `work` returns must not need the session any more. If the caller is cancelled, work
        that has begun is still finished.

        Raises:
            UserFacing: db_disk_full, db_read_only, db_busy, db_damaged, db_disk_failed.
        """
        return await self._writing.do(lambda: self._session(self._writing.engine, work))

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run `work`, which changes nothing, without waiting for another writer of the file.

        It sees everything whose `run` has returned. If the caller is cancelled, what reads the
        mirror is broken off, so that the latest question need not wait for an older one.

        Raises:
            UserFacing: as `run`.
        """
        apart = self._reading is not self._writing

        def reading() -> T:
            engine = self._reading.engine
            if engine is not None and not apart:
                engine = engine.execution_options(reads=True)
            return self._session(engine, work)

        return await self._reading.do(reading, stoppable=apart)

    async def scour(self) -> bool:
        """Leave nothing of what was deleted: not in free pages, the log, or copies set aside.

        Returns:
            False when another desk holds the file open and the log could not be emptied yet.

        Raises:
            UserFacing: as `run`.
        """

        def work() -> bool:
            with _plainly(self.kind):
                driver = self._writing.driver
                assert driver is not None
                driver.execute("VACUUM")
                busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                try:
                    for copy in migrate.copies_of(self.path):
                        copy.unlink()
                except OSError as error:
                    raise problems.of_system(error, self.kind) from None
                return not busy

        return await self._writing.do(work)

    async def close(self) -> None:
        """Finish the work under way and close the file. Closing again does nothing."""
        if self._writing.driver is None:
            return
        if self._reading is not self._writing:
            await self._reading.do(self._reading.shut)
            self._reading.end()
        await self._writing.do(self._writing.shut)
        self._writing.end()

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
            writing = self._writing
            writing.use(_connect(self.path, key_hex, self.kind), reads=False)
            assert writing.driver is not None
            assert writing.engine is not None
            _bring_up_to_date(writing.driver, writing.engine, self.path, self.kind)
            writing.driver.execute("PRAGMA journal_mode = WAL")
            writing.driver.execute("PRAGMA foreign_keys = ON")
            if self._reading is not writing:
                driver = _connect(self.path, key_hex, self.kind)
                driver.execute("PRAGMA query_only = ON")
                driver.execute(f"PRAGMA cache_size = {_READ_CACHE}")
                self._reading.use(driver, reads=True)

    def _shut(self) -> None:
        self._reading.shut()
        self._writing.shut()


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
    # One thread opens what another works with; `Lane` sees to it that they take turns.
    driver = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
    try:
        if kind == "casebook":  # what was spoilt by hand must not keep the rest from being read
            driver.text_factory = lambda raw: raw.decode("utf-8", "replace")
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


def _create(new: Path, key_hex: str, kind: Kind) -> None:
    driver = _connect(new, key_hex, kind)
    engine = engine_around(driver)
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
